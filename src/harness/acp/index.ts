/** Any agent that speaks the Agent Client Protocol; a target names its program. */
import type { Harness } from '../../core/index.js';
import type { HarnessParts } from '../process/index.js';
import { AcpHarness } from './acp-harness.js';

export function createAcpHarness(parts: HarnessParts): Harness {
  return new AcpHarness(parts);
}
