import { useShortcut } from '../../../app/shortcuts';
import { useDecidePermission } from '../../../data/permissions';
import { useToasts } from '../../../parts/toasts';
import type { Transcript } from './model/transcript';

/** Keys that answer the request that waits longest. */
export const answerKeys = { allow: 'a', always_allow: 'A', deny: 'd' } as const;

interface PendingKeysProps {
  transcript: Transcript;
  onRefuse: (requestId: string) => void;
}

export function PendingKeys({ transcript, onRefuse }: PendingKeysProps) {
  const [requestId] = transcript.pending.keys();
  return requestId === undefined ? null : <Keys requestId={requestId} onRefuse={onRefuse} />;
}

function Keys({ requestId, onRefuse }: { requestId: string; onRefuse: (requestId: string) => void }) {
  const { mutate } = useDecidePermission();
  const toasts = useToasts();
  const answer = (decision: 'allow' | 'always_allow') =>
    mutate({ requestId, decision }, { onError: toasts.failed });
  useShortcut(answerKeys.allow, 'Allow what the agent asks', () => answer('allow'));
  useShortcut(answerKeys.always_allow, 'Always allow it in this session', () => answer('always_allow'));
  useShortcut(answerKeys.deny, 'Deny it, with a word', () => onRefuse(requestId));
  return null;
}
