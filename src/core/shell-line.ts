/**
 * The commands that a line for a shell joins, as far as one can tell without running it: by `;`, `&`, `|`, line breaks,
 * substitutions, and what is sent to a file. Quoted text joins nothing, except where a shell looks into it as well.
 * In doubt there are rather too many.
 */
export function commandsOf(line: string): string[] {
  const commands: string[] = [];
  let quote = '';
  let from = 0;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (endsCommand(line, at, quote)) {
      commands.push(line.slice(from, at));
      from = at + 1;
    }
    if (char === '\\' && quote !== "'") at += 1;
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (quote === '' && beginsComment(line, at)) at = endOfComment(line, at);
    else if (char === quote) quote = '';
  }
  commands.push(line.slice(from));
  return commands.map((command) => command.trim()).filter((command) => command !== '');
}

const joining = new Set([';', '&', '|', '\n', '(', ')', '`', '>']);
/** From one open file to another, or to nowhere: no file is written. */
const harmless = /^(?:>&|>{1,2}\s*\/dev\/null(?![\w/.-]))/;

function endsCommand(line: string, at: number, quote: string): boolean {
  const char = line[at] ?? '';
  const before = line[at - 1];
  if (quote === "'") return false;
  // Between double quotes only a substitution begins a command.
  if (quote === '"') return char === '`' || (char === '(' && before === '$');
  // This kind of quotes ends elsewhere than the others.
  if (char === "'") return before === '$';
  if (char === '&') return before !== '>' && before !== '<' && line[at + 1] !== '>';
  if (char === '>') return before !== '>' && !harmless.test(line.slice(at));
  return joining.has(char);
}

function beginsComment(line: string, at: number): boolean {
  return line[at] === '#' && (at === 0 || /[\s;&|()]/.test(line[at - 1] ?? ''));
}

function endOfComment(line: string, at: number): number {
  const end = line.indexOf('\n', at);
  return end < 0 ? line.length : end - 1;
}
