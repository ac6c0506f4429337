import { CopyButton } from './copy-button';

/** A command to try in a terminal. */
export function CopyCommand({ command }: { command: string }) {
  return (
    <div className="flex w-full max-w-2xl items-center gap-2 rounded-md border border-line bg-sunken pl-3">
      <code
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        className="min-w-0 flex-1 overflow-x-auto py-2 font-mono text-sm whitespace-pre text-ink"
      >
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
