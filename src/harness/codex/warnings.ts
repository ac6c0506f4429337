/** What Codex warns of, in a sentence; nothing for notifications of other kinds. */
import { type Fields, textOf } from '../process/index.js';

export function warningOf(method: string, params: Fields): string | undefined {
  switch (method) {
    case 'warning':
    case 'guardianWarning':
      return textOf(params.message);
    case 'deprecationNotice':
    case 'configWarning':
      return [textOf(params.summary), textOf(params.details)].filter((part) => part !== undefined).join(' ');
    case 'mcpServer/startupStatus/updated': {
      const { name, status, error } = params;
      if (status !== 'failed') return undefined;
      return `The MCP server "${String(name)}" could not be started: ${textOf(error) ?? 'no reason given'}`;
    }
    default:
      return undefined;
  }
}
