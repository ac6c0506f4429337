/** What the turns of threads used, out of the sums that Codex tells after each answer of a model. */
import type { Usage } from '../../contract/index.js';
import { countOf, type Fields, fieldsOf } from '../process/index.js';

/** False for a sum that is known already. */
export function noteTotal(totals: Map<string, number>, { threadId, tokenUsage }: Fields): boolean {
  const sum = countOf(fieldsOf(fieldsOf(tokenUsage).total).totalTokens) ?? 0;
  const isNew = sum !== (totals.get(String(threadId)) ?? 0);
  totals.set(String(threadId), sum);
  return isNew;
}

export class TokenUsage {
  /** Answers of the model to the thread itself; those of subagents count tokens only. */
  turns = 0;
  private input = 0;
  private output = 0;
  private cached = 0;
  private counted = false;

  /** @param totals The latest sum of each thread, kept by the conversation from turn to turn. */
  constructor(private readonly totals: Map<string, number>) {}

  /**
   * True for a new answer of a model: some notifications repeat the last sum.
   * @param params Of `thread/tokenUsage/updated`.
   */
  add(params: Fields, isOwn: boolean): boolean {
    if (!noteTotal(this.totals, params)) return false;
    const { inputTokens, outputTokens, cachedInputTokens } = fieldsOf(fieldsOf(params.tokenUsage).last);
    this.input += countOf(inputTokens) ?? 0;
    this.output += countOf(outputTokens) ?? 0;
    this.cached += countOf(cachedInputTokens) ?? 0;
    this.counted = true;
    if (isOwn) this.turns += 1;
    return true;
  }

  /** Tokens are absent when Codex told none. */
  report(toolCalls: number): Usage {
    const tokens = { inputTokens: this.input, outputTokens: this.output, cachedInputTokens: this.cached };
    return { toolCalls, turns: this.turns, ...(this.counted ? tokens : {}) };
  }
}
