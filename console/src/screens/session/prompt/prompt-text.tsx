import { type KeyboardEvent, type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react';

interface PromptTextProps {
  ref: Ref<HTMLTextAreaElement>;
  value: string;
  onChange: (value: string) => void;
  onSend: () => void;
  /** Pictures that were pasted or dropped. */
  onFiles: (files: readonly File[]) => void;
}

/** Where fingers write, Enter begins a line: there is a button to send. */
const byFinger = matchMedia('(pointer: coarse)');

/** Grows with its text, up to a third of the window. */
export function PromptText({ ref, value, onChange, onSend, onFiles }: PromptTextProps) {
  const element = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => element.current as HTMLTextAreaElement);
  // biome-ignore lint/correctness/useExhaustiveDependencies: its height follows its text.
  useLayoutEffect(() => {
    const area = element.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [value]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || byFinger.matches) return;
    event.preventDefault();
    onSend();
  };
  return (
    <textarea
      ref={element}
      aria-label="Prompt"
      rows={1}
      placeholder="What should the agent do?"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={(event) => onFiles([...event.clipboardData.files])}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
      className="max-h-[33vh] min-h-11 w-full resize-none rounded-md border border-line-strong bg-canvas px-3 py-2.5 placeholder:text-muted"
    />
  );
}
