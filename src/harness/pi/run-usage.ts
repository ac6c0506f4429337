/** What a run used, summed over the answers of its model. */
import type { Usage } from '../../contract/index.js';
import { countOf, type Fields, fieldsOf } from '../process/index.js';

export class RunUsage {
  /** Answers that were neither cut short nor failures. */
  turns = 0;
  private inputTokens = 0;
  private outputTokens = 0;
  private cachedInputTokens = 0;
  private costUsd = 0;

  /** A message of the assistant. Pi counts input without what was read from a cache or written to one. */
  add({ usage, stopReason }: Fields): void {
    if (stopReason !== 'error' && stopReason !== 'aborted') this.turns += 1;
    const { input, output, cacheRead, cacheWrite, cost } = fieldsOf(usage);
    this.inputTokens += (countOf(input) ?? 0) + (countOf(cacheWrite) ?? 0);
    this.outputTokens += countOf(output) ?? 0;
    this.cachedInputTokens += countOf(cacheRead) ?? 0;
    const { total } = fieldsOf(cost);
    if (typeof total === 'number' && total > 0) this.costUsd += total;
  }

  /** Without a cost where Pi knows no price. */
  sum(toolCalls: number): Usage {
    const { turns, inputTokens, outputTokens, cachedInputTokens, costUsd } = this;
    const cost = costUsd > 0 ? { costUsd } : {};
    return { turns, toolCalls, inputTokens, outputTokens, cachedInputTokens, ...cost };
  }
}
