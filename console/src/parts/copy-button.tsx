import { Check, Copy, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button';
import { copyText } from './clipboard';

interface CopyButtonProps {
  /** A function where it takes work to make it. */
  text: string | (() => string);
  label: string;
  size?: 'normal' | 'small';
  className?: string;
}

/** So long it says what came of it. */
const saidMs = 2000;

const outcomes = {
  copied: { words: 'Copied', icon: Check },
  failed: { words: 'The browser did not let it be copied', icon: X },
};

/** Puts a text on the clipboard, and says whether it did. */
export function CopyButton({ text, label, size = 'normal', className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<keyof typeof outcomes>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), saidMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    copyText(typeof text === 'string' ? text : text()).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  const { words, icon: Icon } = outcome === undefined ? { words: label, icon: Copy } : outcomes[outcome];
  return (
    <IconButton label={words} size={size} className={className} onClick={() => void copy()}>
      <Icon size={size === 'small' ? 14 : 16} aria-hidden />
    </IconButton>
  );
}
