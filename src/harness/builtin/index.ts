/** The agent that is always there: it works offline, answers by rules, and is not a language model. */
import { BuiltinAgentHarness, type BuiltinHarness, type BuiltinHarnessParts } from './builtin-harness.js';

export type { BuiltinHarness, BuiltinHarnessParts } from './builtin-harness.js';

export function createBuiltinHarness(parts: BuiltinHarnessParts): BuiltinHarness {
  return new BuiltinAgentHarness(parts);
}
