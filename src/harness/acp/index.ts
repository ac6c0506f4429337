/** Any agent that speaks the Agent Client Protocol; a target names its program. */
import type { Harness } from '../../core/index.js';
import { AcpHarness, type AcpHarnessParts } from './acp-harness.js';

export type { AcpHarnessParts } from './acp-harness.js';

export function createAcpHarness(parts: AcpHarnessParts): Harness {
  return new AcpHarness(parts);
}
