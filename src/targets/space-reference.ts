/**
 * How a target or a space names a space:
 *
 *   space:project:ID[@dev]     spaces/ID of the project
 *   space:ID[@SELECTOR]        spaces/ID of a shared root
 *   space:path:FOLDER@dev      a folder, relative to what names it
 *   space:agent:ID             known to the format; there are no agent homes here
 */
export type SpaceReference = { text: string; selector: Selector } & (
  | { kind: 'project' | 'shared' | 'agent'; id: string }
  | { kind: 'path'; folder: string }
);

export type Selector =
  /** The folder as it stands; also what no selector means. */
  | { kind: 'dev' }
  /** The last commit of a registry. */
  | { kind: 'head' }
  /** `stable`, `latest` …: a name that a registry gives to a version. */
  | { kind: 'tag'; tag: string }
  /** `1.2.3`, `^1.2.3` or `~1.2.3`. */
  | { kind: 'version'; range: string }
  | { kind: 'commit'; commit: string };

const id = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const idCharsMax = 64;
const folderCharsMax = 1024;
const version = /^[\^~]?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const localKinds = new Set(['project', 'agent'] as const);

const forms =
  'write "space:project:ID", "space:ID@dev" or "space:path:FOLDER@dev", with an ID of a-z, 0-9 and single "-"';

/** Never throws: whoever asks knows the place for the words of the problem. */
export function parseSpaceReference(text: string): SpaceReference | { problem: string } {
  const problem = { problem: `"${text}" is no reference to a space: ${forms}` };
  if (!text.startsWith('space:')) return problem;
  const rest = text.slice('space:'.length);
  const at = rest.indexOf('@');
  const name = at < 0 ? rest : rest.slice(0, at);
  const selector = parseSelector(at < 0 ? 'dev' : rest.slice(at + 1));
  if (selector === undefined) return problem;
  if (name.startsWith('path:')) {
    const folder = name.slice('path:'.length);
    if (folder === '' || folder.includes('\0') || folder.length > folderCharsMax) return problem;
    if (at < 0) return { problem: `"${text}" has no selector: write "${text}@dev"` };
    return { kind: 'path', folder, selector, text };
  }
  for (const kind of localKinds) {
    const localId = name.startsWith(`${kind}:`) ? name.slice(kind.length + 1) : undefined;
    if (localId !== undefined) return isSpaceId(localId) ? { kind, id: localId, selector, text } : problem;
  }
  return isSpaceId(name) ? { kind: 'shared', id: name, selector, text } : problem;
}

export function isSpaceId(text: string): boolean {
  return text.length <= idCharsMax && id.test(text);
}

function parseSelector(text: string): Selector | undefined {
  if (text === '') return undefined;
  if (text === 'dev') return { kind: 'dev' };
  if (text === 'HEAD') return { kind: 'head' };
  const [, commit] = /^git:([0-9a-f]{7,64})$/.exec(text) ?? [];
  if (commit !== undefined) return { kind: 'commit', commit };
  return version.test(text) ? { kind: 'version', range: text } : { kind: 'tag', tag: text };
}
