import { memo } from 'react';
import { CopyButton } from '../copy-button';
import { useHighlighted } from './highlight';

interface CodeBlockProps {
  text: string;
  language?: string | undefined;
  /** It will not grow any more. */
  settled?: boolean;
}

/** Longer code is shown without colours. */
const colouredCharsMax = 60_000;
/** Of code that still grows, and is coloured again each time. */
const growingCharsMax = 4000;

export const CodeBlock = memo(function CodeBlock({ text, language, settled = true }: CodeBlockProps) {
  const wanted = text.length <= (settled ? colouredCharsMax : growingCharsMax);
  const html = useHighlighted(text, language, wanted);
  return (
    <figure className="group/code relative my-2 overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex min-h-8 items-center justify-between border-b border-line pr-1 pl-3 font-mono text-xs text-muted">
        {language ?? 'text'}
        <CopyButton size="small" text={text} label="Copy the code" />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        className="code overflow-x-auto px-3 py-2 font-mono text-xs leading-relaxed"
      >
        {html === undefined ? (
          <code>{text}</code>
        ) : (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: the highlighter has escaped all that is not its own.
          <code dangerouslySetInnerHTML={{ __html: html }} />
        )}
      </pre>
    </figure>
  );
});
