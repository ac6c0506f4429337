/** What went wrong, in words that say what to do next, and the exit code. */
import { cleanText } from './clean-text.js';
import type { Cli } from './cli.js';
import { exits, Refusal, UsageError } from './exits.js';

export async function explainError(error: unknown, cli: Cli): Promise<number> {
  const { terminal } = cli;
  const { ApiError, ClientError, ConnectionError } = await import('../client/index.js');
  const code = error instanceof ApiError ? error.code : undefined;
  const words = error instanceof Error ? error.message : String(error);
  const lines = [cleanText(words)];
  if (error instanceof ApiError) {
    const { details = [] } = error;
    // The words name the first mistake already.
    if (details.length > 1)
      for (const { path, message } of details) lines.push(`  ${cleanText(path)}: ${cleanText(message)}`);
    if (code === undefined) {
      const { url } = await cli.address();
      lines.splice(0, 1, `${url} answers, but not as Quarterdeck does (${cleanText(words)}).`);
      lines.push('Say where the server is with --url, QUARTERDECK_URL or the profile file.');
    }
    if (code === 'unauthorized')
      lines.push('Give the token of the server with --token, QUARTERDECK_TOKEN or the profile file.');
  }
  if (error instanceof ConnectionError) {
    const { url } = await cli.address();
    // Of what was asked nobody wants to read here.
    const why = error.cause instanceof Error ? error.cause.message : words;
    lines.splice(0, 1, `No server answers at ${url} (${cleanText(why)}).`);
    lines.push('Start one with "quarterdeck serve", or say where it is with --url or QUARTERDECK_URL.');
  }
  if (terminal.json) terminal.warn(JSON.stringify({ error: lines.join('\n'), ...(code && { code }) }));
  else terminal.warn(`quarterdeck: ${lines.join('\n')}`);
  if (error instanceof UsageError) return exits.usage;
  // What nobody expected: where it came from helps whoever repairs it.
  const expected =
    error instanceof Refusal ||
    error instanceof ClientError ||
    (error as { code?: unknown })?.code !== undefined;
  if (!expected && error instanceof Error) terminal.warn(error.stack ?? '');
  return exits.failed;
}
