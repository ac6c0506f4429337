/** Claude Code, driven through its Agent SDK, which the user installs. */
import type { Harness } from '../../core/index.js';
import type { HarnessParts } from '../process/index.js';
import { ClaudeHarness } from './claude-harness.js';

export function createClaudeHarness(parts: HarnessParts): Harness {
  return new ClaudeHarness(parts);
}
