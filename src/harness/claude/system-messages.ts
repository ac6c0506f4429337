/** What Claude Code says about itself rather than for the model. */
import { countOf, type Fields, fieldsOf, listOf, textOf } from '../process/index.js';
import type { TurnReport } from '../report/index.js';

/** Said otherwise: by the deltas of thoughts. */
const repeated = new Set(['thinking_tokens']);

export function tellSystem(report: TurnReport, frame: Fields): void {
  const { type, subtype, session_id, uuid, ...payload } = frame;
  const name = textOf(subtype) ?? 'system';
  if (name === 'init') tellInit(report, payload);
  else if (name === 'api_retry') tellRetry(report, payload);
  else if (name === 'local_command_output')
    report.endMessage(String(uuid), { text: textOf(payload.content) ?? '' });
  else if (!repeated.has(name)) report.native(name, payload);
}

/** The lists of what there is are long, alike in each turn, and of no use to a reader of the log. */
function tellInit(report: TurnReport, { tools, slash_commands, ...payload }: Fields): void {
  report.native('init', payload);
  for (const { name, status } of listOf(payload.mcp_servers).map(fieldsOf))
    if (status === 'failed' || status === 'needs-auth')
      report.notice('warn', `The MCP server "${String(name)}" is not there for the agent: ${status}.`);
}

function tellRetry(
  report: TurnReport,
  { attempt, max_retries, retry_delay_ms, error_status, error }: Fields,
): void {
  const reason = [error_status, error].filter((one) => one !== null && one !== undefined).join(' ');
  const seconds = Math.round((countOf(Math.round(Number(retry_delay_ms))) ?? 0) / 100) / 10;
  report.notice(
    'warn',
    `The model failed (${reason || 'no answer'}); Claude Code tries again in ${seconds} s, ${String(attempt)} of ${String(max_retries)}.`,
  );
}
