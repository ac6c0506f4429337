/** Which files a tool call changes, and how, in whatever words its agent says so. */

export interface Hunk {
  oldStart: number;
  newStart: number;
  /** Each begins with a blank, `-` or `+`. */
  lines: readonly string[];
}

/** Either the texts before and after, of the file or of the place in it, or the differences themselves. */
export type FileEdit =
  | { path: string; before: string; after: string }
  | { path: string; hunks: readonly Hunk[] };

type Fields = Record<string, unknown>;

/** Empty for what is no edit. `details` is the agent's own record of what it did, `output` what it printed. */
export function fileEditsOf(input: unknown, details?: unknown, output?: string): readonly FileEdit[] {
  const fields = fieldsOf(input);
  const path = textIn(fields, 'file_path', 'path', 'filePath', 'notebook_path');
  if (path === undefined) return changedFiles(fields, output);
  const told = listOf(fieldsOf(details).structuredPatch).map(hunkOf);
  if (told.length > 0) return [{ path, hunks: told }];
  const content = textIn(fields, 'content');
  if (content !== undefined) return [{ path, before: '', after: content }];
  const parts = [fields, ...listOf(fields.edits).map(fieldsOf)];
  return parts.flatMap((part) => replacementOf(path, part));
}

function replacementOf(path: string, part: Fields): FileEdit[] {
  const before = textIn(part, 'old_string', 'oldText', 'old_str', 'oldString');
  const after = textIn(part, 'new_string', 'newText', 'new_str', 'newString', 'new_source');
  return before === undefined && after === undefined
    ? []
    : [{ path, before: before ?? '', after: after ?? '' }];
}

function hunkOf(value: unknown): Hunk {
  const { oldStart, newStart, lines } = fieldsOf(value);
  const told = listOf(lines).filter((line): line is string => typeof line === 'string');
  return { oldStart: Number(oldStart) || 1, newStart: Number(newStart) || 1, lines: told };
}

/** Files by their names in the input, and their differences in what was printed, each behind its name. */
function changedFiles({ changes }: Fields, output = ''): FileEdit[] {
  const paths = listOf(changes).flatMap((change) => textIn(fieldsOf(change), 'path') ?? []);
  const ends = paths.map((path) => output.indexOf(`${path}\n`) + path.length + 1);
  return paths.flatMap((path, index) => {
    const [begin, next] = [ends[index] ?? 0, paths[index + 1]];
    if (begin === path.length) return [];
    const end =
      next === undefined ? output.length : output.lastIndexOf('\n', (ends[index + 1] ?? 0) - next.length - 2);
    const hunks = hunksIn(output.slice(begin, end < begin ? output.length : end));
    return hunks.length === 0 ? [] : [{ path, hunks }];
  });
}

function hunksIn(diff: string): Hunk[] {
  const hunks: (Hunk & { lines: string[] })[] = [];
  for (const line of diff.split('\n')) {
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (head !== null) hunks.push({ oldStart: Number(head[1]), newStart: Number(head[2]), lines: [] });
    else if (/^[ +-]/.test(line)) hunks.at(-1)?.lines.push(line);
  }
  return hunks;
}

function textIn(fields: Fields, ...names: string[]): string | undefined {
  return names.map((name) => fields[name]).find((value): value is string => typeof value === 'string');
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
