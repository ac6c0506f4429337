/**
 * What extensions ask of a person over RPC mode. Our own gate asks before each tool; of others, a question for yes or no
 * is one of permission, and what needs words or a choice is dismissed, because nobody can be asked for that.
 */
import type { PermissionAnswer, PermissionAsk, TurnHost } from '../../core/index.js';
import { type Fields, fieldsOf, textOf } from '../process/index.js';
import type { TurnReport } from '../report/index.js';

export type DialogAnswer = (fields: Fields) => void;

/** The words of `gate.ts`, which can import nothing. */
const gateTitle = 'quarterdeck:tool';

export class ExtensionDialogs {
  constructor(
    private readonly host: TurnHost,
    private readonly report: TurnReport,
  ) {}

  /** Resolves when the question is asked, not when it is answered. */
  async ask(dialog: Fields, answer: DialogAnswer): Promise<void> {
    const { id, method, title, message, placeholder, notifyType } = dialog;
    if (method === 'input' && title === gateTitle) return this.askForTool(textOf(placeholder) ?? '', answer);
    if (method === 'confirm') {
      const ask = { toolUseId: String(id), toolName: 'confirm', toolInput: { title, message } };
      return this.permit(ask, answer, ({ decision }) => ({ confirmed: decision !== 'deny' }));
    }
    if (method === 'notify') {
      const level = notifyType === 'warning' ? 'warn' : notifyType === 'error' ? 'error' : 'info';
      this.report.notice(level, String(message));
    } else if (method === 'select' || method === 'input' || method === 'editor') {
      this.report.notice(
        'warn',
        `An extension asked for ${method} ("${String(title)}"), which was dismissed.`,
      );
      answer({ cancelled: true });
    } else {
      const { type: _, id: __, ...payload } = dialog;
      this.report.native('extension_ui_request', payload);
    }
    await this.report.flush();
  }

  private askForTool(question: string, answer: DialogAnswer): Promise<void> {
    const { toolCallId, toolName, input } = fieldsOf(JSON.parse(question));
    const ask = { toolUseId: String(toolCallId), toolName: String(toolName), toolInput: input };
    this.report.startTool({ toolUseId: ask.toolUseId, toolName: ask.toolName, input });
    return this.permit(ask, answer, ({ decision, message }) => ({
      value: decision === 'deny' ? denial(message) : 'allow',
    }));
  }

  private async permit(
    ask: PermissionAsk,
    answer: DialogAnswer,
    say: (given: PermissionAnswer) => Fields,
  ): Promise<void> {
    const { signal } = this.host;
    // Whoever is asked can see in the log what the question is about.
    await this.report.flush();
    if (signal.aborted) return answer({ cancelled: true });
    const cancel = () => answer({ cancelled: true });
    signal.addEventListener('abort', cancel, { once: true });
    void this.host.permit(ask).then((given) => {
      if (signal.aborted) return;
      signal.removeEventListener('abort', cancel);
      answer(say(given));
    });
  }
}

/** For the model. */
function denial(message: string | undefined): string {
  return `The use of this tool was denied${message === undefined ? '.' : `: ${message}`}`;
}
