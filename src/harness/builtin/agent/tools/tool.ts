/** What a tool is to a turn. A tool never rejects: what goes wrong is a result that says so. */
export interface ToolContext {
  /** The project's folder, absolute. */
  readonly cwd: string;
  /** The whole environment of what the tool starts. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted: end what runs, then return what there is. */
  readonly stop: AbortSignal;
  /** How long something that was told to stop may take, in milliseconds; 0 when the conversation ends by force. */
  stopGraceMs(): number;
  /** What the tool starts ignores polite signals. */
  readonly signalsIgnored: boolean;
  /** Called whenever there is more output; `text` gives all of it, bounded. */
  onOutput(text: () => string): void;
}

export interface ToolResult {
  text: string;
  isError: boolean;
  details?: Record<string, unknown>;
}

export interface Tool {
  readonly name: string;
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Of a tool's output, in events and in answers. */
export const outputBytesMax = 64 * 1024;

export function toolError(text: string): ToolResult {
  return { text, isError: true };
}

/** A string field of a tool's input, or undefined. */
export function textField(input: unknown, name: string): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value = (input as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
