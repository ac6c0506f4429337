import { costWords, countWords, durationWords } from '../../parts/amounts';

const words: Record<string, (value: number) => string> = {
  maxTurns: (value) => `${countWords(value)} turns`,
  maxToolCalls: (value) => `${countWords(value)} uses of tools`,
  maxDurationMs: durationWords,
  maxTokens: (value) => `${countWords(value)} tokens`,
  maxCostUsd: costWords,
};

/** A limit as people say it; one that this console does not know by its name. */
export function limitWords(name: string, value: number): string {
  return words[name]?.(value) ?? `${name} ${value}`;
}
