import type { Run } from 'quarterdeck/client';
import { useEndedRun } from '../../../../data/session';
import { costWords, counted, countWords, shortCount } from '../../../../parts/amounts';

/** Tokens, cost, and the context that a run began with. Agents say it once the run has ended. */
export function RunUsage({ runId }: { runId: string }) {
  const { data: run } = useEndedRun(runId);
  if (run === undefined) return null;
  return partsOf(run).map(({ words, title }) => (
    <span key={words} title={title} className="whitespace-nowrap tabular-nums">
      {words}
    </span>
  ));
}

function partsOf({ usage = {}, resume, model }: Run): { words: string; title?: string }[] {
  const { inputTokens, outputTokens, cachedInputTokens, costUsd, turns, toolCalls } = usage;
  const parts: { words: string; title?: string }[] = [];
  if (inputTokens !== undefined || outputTokens !== undefined) {
    const words = `${shortCount(inputTokens ?? 0)} in · ${shortCount(outputTokens ?? 0)} out`;
    const cached =
      cachedInputTokens === undefined ? '' : `, ${countWords(cachedInputTokens)} of them from the cache`;
    parts.push({
      words,
      title: `${countWords(inputTokens ?? 0)} tokens in${cached}; ${countWords(outputTokens ?? 0)} tokens out`,
    });
  }
  if (costUsd !== undefined) parts.push({ words: costWords(costUsd), title: `${costUsd} US dollars` });
  if (turns !== undefined) parts.push({ words: counted(turns, 'turn') });
  if (toolCalls !== undefined && toolCalls > 0) parts.push({ words: counted(toolCalls, 'tool call') });
  if (model !== undefined) parts.push({ words: model });
  if (resume !== undefined)
    parts.push({
      words: `${resume.mode} context`,
      ...(resume.reason === undefined ? {} : { title: resume.reason }),
    });
  return parts;
}
