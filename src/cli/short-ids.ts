/** Ids as a person sees them in a list: as much of their beginning as commands need to tell them apart. */

/** Ids that are made at different times differ within so many characters behind the prefix. */
const charsMin = 12;

/** Of each id the beginning, all of one length; what is no id of ours stays as it is. */
export function shortenIds(ids: readonly string[]): string[] {
  const whole = new Set(ids);
  const longest = Math.max(0, ...ids.map((id) => id.length));
  for (let chars = charsMin; chars < longest; chars += 1) {
    const short = ids.map((id) => (id.includes('_') ? id.slice(0, id.indexOf('_') + 1 + chars) : id));
    if (new Set(short).size === whole.size) return short;
  }
  return [...ids];
}
