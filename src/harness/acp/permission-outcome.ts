/** A decision in the words of ACP. Options are chosen by their kind, because each agent has ids of its own. */
import type { PermissionDecisionKind } from '../../contract/index.js';
import { type Fields, fieldsOf, listOf } from '../process/index.js';

/** The kinds that stand for a decision, the best one first, and none that grants more than was decided. */
const kindsOf: Record<PermissionDecisionKind, readonly string[]> = {
  allow: ['allow_once'],
  always_allow: ['allow_always', 'allow_once'],
  deny: ['reject_once', 'reject_always'],
};

export const cancelledOutcome: Fields = { outcome: { outcome: 'cancelled' } };

/** Without an option of a fitting kind the request counts as cancelled: the agent must not do what nobody allowed. */
export function outcomeFor(decision: PermissionDecisionKind, options: unknown): Fields {
  const known = listOf(options).map(fieldsOf);
  for (const kind of kindsOf[decision]) {
    const option = known.find((candidate) => candidate.kind === kind);
    if (option !== undefined) return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }
  return cancelledOutcome;
}
