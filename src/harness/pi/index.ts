import type { Harness } from '../../core/index.js';
import type { HarnessParts } from '../process/index.js';
import { PiHarness } from './pi-harness.js';

export function createPiHarness(parts: HarnessParts): Harness {
  return new PiHarness(parts);
}
