import { type ReactNode, useState } from 'react';
import { countWords } from '../../../../parts/amounts';
import { Button } from '../../../../parts/button';

/** Longer prompts are cut until somebody asks for all. */
const shownChars = 1500;

/** What a person said. */
export function Prompt({ text, children }: { text: string; children?: ReactNode }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > shownChars * 1.2;
  return (
    <div className="ml-auto w-fit max-w-[92%] rounded-xl rounded-br-sm bg-accent-soft px-4 py-2.5 sm:max-w-[85%]">
      <p className="whitespace-pre-wrap wrap-anywhere">{cut ? `${text.slice(0, shownChars)} …` : text}</p>
      {cut && (
        <Button look="quiet" className="-mx-3 mt-1" onClick={() => setAll(true)}>
          Show all {countWords(text.length)} characters
        </Button>
      )}
      {children}
    </div>
  );
}
