/** What agents were given and what they said of it, over all lives of the server. */
import type { GuestHarness, GuestText, GuestTurn } from '../support/guest-harness.js';
import type { LogModel, ModelRun } from './log-model.js';

export class Handed {
  readonly turns = new Set<GuestTurn>();
  readonly texts = new Set<GuestText>();

  see({ turns, texts }: GuestHarness): void {
    for (const turn of turns) this.turns.add(turn);
    for (const text of texts) this.texts.add(text);
  }
}

function broken(run: ModelRun | undefined, words: string): never {
  throw new Error(`rule broken: ${words}: ${JSON.stringify(run)}`);
}

/** Nothing reaches an agent twice without a word of it, before it is written down, or in other words; what is completed was completed. */
export function expectHonest({ turns, texts }: Handed, models: Iterable<LogModel>): void {
  const runs = new Map<string, ModelRun>();
  const byPrompt = new Map<string, ModelRun>();
  for (const model of models) {
    for (const run of model.runs.values()) {
      runs.set(run.runId, run);
      byPrompt.set(run.prompt, run);
    }
  }
  const given = new Set<string>();
  const completed = new Map<string, string>();
  const attempts = new Map<ModelRun, number>();
  for (const { request, result } of turns) {
    const run = runs.get(request.runId);
    if (run === undefined) broken(run, 'a prompt is given that somebody sent');
    const before = attempts.get(run) ?? 0;
    const again = request.note !== undefined;
    if (before > 0 && !again) broken(run, 'an agent that gets a prompt again is told so');
    // The server may have died after it had written an attempt down and before it gave the prompt.
    const attempt = run.handedPrompts.indexOf(request.prompt, again ? Math.max(before, 1) : 0);
    if (attempt === -1)
      broken(run, 'a prompt is given once for each time that is written down, as it was worded then');
    if (attempt > 0 && !again) broken(run, 'an agent that may have had a prompt is told so');
    attempts.set(run, attempt + 1);
    given.add(run.runId);
    if (result?.outcome === 'completed') completed.set(run.runId, result.finalOutput);
  }
  for (const { prompt, outcome } of texts) {
    const run = byPrompt.get(prompt);
    if (outcome === 'missed') continue;
    if (run === undefined || given.has(run.runId)) broken(run, 'a text is given once');
    if (run.status === 'queued') broken(run, 'a text that was given does not wait');
    given.add(run.runId);
    if (outcome === 'injected') completed.set(run.runId, '');
  }
  for (const run of runs.values()) {
    if (run.status === 'completed' && completed.get(run.runId) !== run.finalOutput)
      broken(run, 'what is completed was completed by its agent, in these words');
  }
}
