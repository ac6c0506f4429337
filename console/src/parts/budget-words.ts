import type { Budget } from 'quarterdeck/client';
import { costWords, countWords, durationWords } from './amounts';

/** Each bound of a budget as people say it. */
export function budgetWords(budget: Budget): string[] {
  const { maxTurns, maxToolCalls, maxDurationMs, maxTokens, maxCostUsd } = budget;
  return [
    maxTurns === undefined ? [] : `${countWords(maxTurns)} turns`,
    maxToolCalls === undefined ? [] : `${countWords(maxToolCalls)} uses of tools`,
    maxDurationMs === undefined ? [] : `${durationWords(maxDurationMs)} of work`,
    maxTokens === undefined ? [] : `${countWords(maxTokens)} tokens`,
    maxCostUsd === undefined ? [] : costWords(maxCostUsd),
  ].flat();
}
