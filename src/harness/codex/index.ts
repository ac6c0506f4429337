/** Codex, through its own app server. */
import type { Harness } from '../../core/index.js';
import type { HarnessParts } from '../process/index.js';
import { CodexHarness } from './codex-harness.js';

export function createCodexHarness(parts: HarnessParts): Harness {
  return new CodexHarness(parts);
}
