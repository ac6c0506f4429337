/**
 * An extension that Pi loads into its own process (`docs/extensions.md` of its package): Pi itself never asks before it
 * uses a tool, so this asks for every one, over the question that RPC mode passes on. Nothing of Quarterdeck can be
 * imported here.
 */

/** Tells our questions from those of other extensions. */
const gateTitle = 'quarterdeck:tool';

interface ToolCall {
  toolCallId: string;
  toolName: string;
  input: unknown;
}

interface Context {
  /** Of the turn; aborts when it is interrupted. */
  signal?: AbortSignal;
  ui: {
    input(title: string, text: string, options: { signal?: AbortSignal }): Promise<string | undefined>;
  };
}

interface Pi {
  on(
    event: 'tool_call',
    handler: (call: ToolCall, context: Context) => Promise<{ block: true; reason: string } | undefined>,
  ): void;
}

export default function askBeforeTools(pi: Pi): void {
  pi.on('tool_call', async ({ toolCallId, toolName, input }, { signal, ui }) => {
    const question = JSON.stringify({ toolCallId, toolName, input });
    const answer = await ui.input(gateTitle, question, signal === undefined ? {} : { signal });
    if (answer === 'allow') return undefined;
    return { block: true, reason: answer || 'The turn was interrupted before the tool was allowed.' };
  });
}
