import type { HarnessName } from '../../contract/index.js';
import { type LaunchBundle, partsNotTaken, partWords } from '../../core/index.js';

/** For people: what spaces bring although this agent has no way to take it. */
export function noticesOfLeftOut(
  bundle: LaunchBundle | undefined,
  harness: HarnessName,
  agentName: string,
): string[] {
  if (bundle === undefined) return [];
  return partsNotTaken[harness]
    .filter((part) => Object.keys(bundle[part] ?? {}).length > 0)
    .map((part) => `${partWords[part]} of spaces have no effect on ${agentName}.`);
}
