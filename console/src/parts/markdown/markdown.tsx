import type { Token, Tokens } from 'marked';
import { memo, useMemo, useRef } from 'react';
import { type Block, MarkdownBlocks } from './blocks';
import { CodeBlock } from './code-block';
import './markdown.css';
import { renderBlock } from './render';

/** `whole`: the text does not grow any more. */
export function Markdown({ text, whole = true }: { text: string; whole?: boolean }) {
  const reader = useRef<MarkdownBlocks>(undefined);
  reader.current ??= new MarkdownBlocks();
  const blocks = reader.current.read(text, whole);
  return (
    <div className="markdown">
      {blocks.map((block) => (
        <BlockView key={block.at} {...block} />
      ))}
    </div>
  );
}

/** The token is another object whenever it was read again; its text says whether it is another block. */
const BlockView = memo(
  function BlockView({ token, settled }: Block) {
    const html = useMemo(() => (isCode(token) ? '' : renderBlock(token)), [token]);
    if (isCode(token)) return <CodeBlock text={token.text} language={languageOf(token)} settled={settled} />;
    // biome-ignore lint/security/noDangerouslySetInnerHtml: it was made harmless.
    return <div dangerouslySetInnerHTML={{ __html: html }} />;
  },
  (before, after) => before.token.raw === after.token.raw && before.settled === after.settled,
);

function isCode(token: Token): token is Tokens.Code {
  return token.type === 'code';
}

/** The word behind the fence, without what some add to it. */
function languageOf({ lang }: Tokens.Code): string | undefined {
  const name = /^[\w+#-]+/.exec(lang ?? '')?.[0];
  return name?.toLowerCase();
}
