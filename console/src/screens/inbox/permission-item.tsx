import type { Permission } from 'quarterdeck/client';
import { useState } from 'react';
import { useShortcut } from '../../app/shortcuts';
import { useDecidePermission } from '../../data/permissions';
import { type PermissionAnswer, PermissionCard } from '../../parts/permission-card';
import { useToasts } from '../../parts/toasts';
import { SessionLink } from './session-link';

interface PermissionItemProps {
  permission: Permission;
  /** Keys answer this one. */
  current: boolean;
  onAnswered: () => void;
}

const keys = { allow: 'a', always_allow: 'A', deny: 'd' };
const done: Record<PermissionAnswer, string> = {
  allow: 'Allowed',
  always_allow: 'From now on allowed in this session:',
  deny: 'Denied',
};

export function PermissionItem({ permission, current, onAnswered }: PermissionItemProps) {
  const { requestId, toolName, toolInput, requestedAt, sessionId, projectId } = permission;
  const toasts = useToasts();
  const decide = useDecidePermission();
  const [refusing, setRefusing] = useState(false);
  const busy = decide.isPending || decide.isSuccess;
  const answer = (decision: PermissionAnswer, message?: string) => {
    if (busy) return;
    onAnswered();
    const decided = decide.mutateAsync({ requestId, decision, ...(message !== undefined && { message }) });
    toasts.follow(decided, `${done[decision]} ${toolName}.`);
  };
  return (
    <>
      {current && <AnswerKeys onAnswer={answer} onRefuse={() => setRefusing(true)} />}
      <PermissionCard
        toolName={toolName}
        toolInput={toolInput}
        requestedAt={requestedAt}
        from={<SessionLink sessionId={sessionId} projectId={projectId} />}
        busy={busy}
        refusing={refusing}
        onRefusing={setRefusing}
        onAnswer={answer}
        {...(current && { keys })}
      />
    </>
  );
}

interface AnswerKeysProps {
  onAnswer: (answer: PermissionAnswer) => void;
  onRefuse: () => void;
}

function AnswerKeys({ onAnswer, onRefuse }: AnswerKeysProps) {
  useShortcut(keys.allow, 'Allow', () => onAnswer('allow'));
  useShortcut(keys.always_allow, 'Always allow in this session', () => onAnswer('always_allow'));
  useShortcut(keys.deny, 'Deny with a word', onRefuse);
  return null;
}
