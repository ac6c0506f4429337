/**
 * The environment of what we start: an allow-list of the server's own, what the launch plan adds, and the mark.
 * Everything else that the server knows (tokens, database addresses) stays with the server.
 */

/** Descendants inherit this variable, which is how they are found again. */
export const markVariable = 'QUARTERDECK_MARK';

const passedNames = new Set([
  ...['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'TERM', 'USER', 'LOGNAME', 'SHELL'],
  // Where programs keep the logins and settings of their user.
  ...['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'],
  ...['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'PI_CODING_AGENT_DIR'],
]);
const localePrefix = 'LC_';
const defaultPath = '/usr/local/bin:/usr/bin:/bin';

export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** What a started program sees. `added` wins over the server's values; nothing wins over the mark. */
export function cleanEnvironment(
  host: HostEnvironment,
  added: Readonly<Record<string, string>>,
  mark: string,
): Record<string, string> {
  // The mark comes first so that a bounded read of /proc/PID/environ meets it however large the rest is.
  const env: Record<string, string> = { [markVariable]: mark, PATH: defaultPath };
  for (const [name, value] of Object.entries(host)) {
    if (value !== undefined && (passedNames.has(name) || name.startsWith(localePrefix))) env[name] = value;
  }
  Object.assign(env, added);
  env[markVariable] = mark;
  return env;
}

/** A mark covers itself and every finer one: `a/b` covers `a/b/c` and not `a/bc`. */
export function markCovers(mark: string, found: string): boolean {
  return found === mark || found.startsWith(`${mark}/`);
}
