/** A log as a person reads it: what was asked, said and done, a line at a time and as it comes. */
import type { ContentBlock, EventEnvelope, SessionEvent } from '../client/index.js';
import { cleanLine, cleanText } from './clean-text.js';
import { describeCall } from './describe-call.js';
import { MarkdownLines } from './markdown.js';
import type { Terminal } from './terminal.js';

type EventOf<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** Of the output of a tool; `events --json` has all of it. */
const outputLinesMax = 12;

/** A message on its way. What was shown of it is not shown again when its end repeats it. */
interface Message {
  text: string;
  shownChars: number;
  lines: MarkdownLines;
}

export class Transcript {
  private readonly messages = new Map<string, Message>();

  constructor(
    private readonly terminal: Terminal,
    /** Show prompts and ends of runs too, for logs of more than one run. */
    private readonly options: { runs: boolean },
  ) {}

  take({ event }: EventEnvelope): void {
    const { paint } = this.terminal;
    switch (event.type) {
      case 'run_queued':
        if (this.options.runs) this.terminal.print(paint.bold(indent('> ', cleanText(event.input.content))));
        return;
      case 'message_update':
        this.addText(event);
        return;
      case 'message_end':
        this.endMessage(event);
        return;
      case 'tool_execution_start':
        this.terminal.print(`${paint.magenta('*')} ${describeCall(event.toolName, event.input)}`);
        return;
      case 'tool_execution_end':
        this.endTool(event);
        return;
      case 'permission_request':
        this.terminal.print(
          paint.yellow(
            `? needs permission: ${describeCall(event.toolName, event.toolInput)}  [${event.requestId}]`,
          ),
        );
        return;
      case 'permission_decision':
        this.terminal.print(paint.yellow(`  ${event.decision} (${event.source})`));
        return;
      case 'run_parked':
        this.terminal.print(paint.yellow(`! parked: ${cleanLine(event.message)}`));
        return;
      case 'run_resumed':
        this.terminal.print(paint.yellow(`  goes on (${event.source})`));
        return;
      case 'notice':
        this.terminal.print(paint.yellow(`! ${cleanLine(event.message)}`));
        return;
      default:
        this.endRun(event);
    }
  }

  private endRun(event: SessionEvent): void {
    const { paint } = this.terminal;
    if (event.type === 'run_failed')
      this.terminal.print(paint.red(`failed: ${cleanLine(event.error.message)} (${event.error.code})`));
    else if (event.type === 'run_cancelled') this.terminal.print(paint.red('cancelled'));
    else if (event.type === 'run_completed' && this.options.runs)
      this.terminal.print(paint.green('completed'));
    else return;
    this.messages.clear();
  }

  private addText({ messageId, textDelta }: EventOf<'message_update'>): void {
    if (textDelta === undefined) return;
    const message = this.messageOf(messageId);
    message.text += textDelta;
    this.showLines(message, message.text.lastIndexOf('\n') + 1);
  }

  /** The end has the whole text: what came piece by piece is known already, and may be less when pieces were left out. */
  private endMessage({ messageId, message: said, parentToolUseId }: EventOf<'message_end'>): void {
    if (said.role !== 'assistant') return;
    const message = this.messageOf(messageId);
    this.messages.delete(messageId);
    const text = textOf(said.content);
    if (parentToolUseId !== undefined) {
      // An agent of the agent: its words belong to the use of a tool.
      if (text !== '') this.terminal.print(this.terminal.paint.dim(indent('  | ', cleanText(text))));
      return;
    }
    if (!text.startsWith(message.text.slice(0, message.shownChars))) message.shownChars = 0;
    message.text = text;
    this.showLines(message, text.length);
  }

  private endTool({ result, isError }: EventOf<'tool_execution_end'>): void {
    const { paint } = this.terminal;
    const lines = cleanText(textOf(result.content)).trimEnd().split('\n');
    const shown = lines.slice(0, outputLinesMax);
    if (lines.length > shown.length) shown.push(`… ${lines.length - shown.length} more lines`);
    if (isError) shown.unshift(paint.red('error'));
    const text = shown.join('\n');
    if (text !== '') this.terminal.print(paint.dim(indent('  ', text)));
  }

  private messageOf(messageId: string): Message {
    const known = this.messages.get(messageId);
    if (known !== undefined) return known;
    const message = { text: '', shownChars: 0, lines: new MarkdownLines(this.terminal.paint) };
    this.messages.set(messageId, message);
    return message;
  }

  private showLines(message: Message, end: number): void {
    if (end <= message.shownChars) return;
    const text = message.text.slice(message.shownChars, end).replace(/\n$/, '');
    message.shownChars = end;
    const lines = text.split('\n').map(cleanText);
    this.terminal.print(
      lines.map((line) => (this.terminal.isWatched ? message.lines.render(line) : line)).join('\n'),
    );
  }
}

function textOf(content: string | readonly ContentBlock[]): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}

function indent(mark: string, text: string): string {
  const rest = ' '.repeat(mark.length);
  return text
    .split('\n')
    .map((line, index) => `${index === 0 || mark.includes('|') ? mark : rest}${line}`)
    .join('\n');
}
