/** Lines of standard input. The other side is our own adapter, which sends whole lines of JSON ended by LF. */
import { StringDecoder } from 'node:string_decoder';

/** Of one line; beyond it the other side is not our adapter. */
const lineCharsMax = 16 * 1024 * 1024;

export function readInput(onLine: (line: string) => void, onEnd: () => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  process.stdin.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharsMax) onEnd();
    for (const line of lines) if (line !== '') onLine(line);
  });
  process.stdin.on('end', onEnd);
  process.stdin.on('error', onEnd);
}
