import { ShieldCheck, ShieldX } from 'lucide-react';
import { useDecidePermission } from '../../../../data/permissions';
import { PermissionCard } from '../../../../parts/permission-card';
import type { Ask, Tool } from '../model/items';
import { answerKeys } from '../pending-keys';
import { useTranscript } from '../transcript-context';

/** What was asked about a tool call: a card while it waits for an answer, a line afterwards. */
export function Asks({ tool }: { tool: Tool }) {
  return tool.asks.map((ask) =>
    ask.decision === undefined ? (
      <Open key={ask.requestId} ask={ask} tool={tool} />
    ) : (
      <Decided key={ask.requestId} ask={ask} />
    ),
  );
}

function Open({ ask: { requestId, requestedAt = 0 }, tool }: { ask: Ask; tool: Tool }) {
  const { refusing, setRefusing } = useTranscript();
  const { mutate, isPending, error } = useDecidePermission();
  return (
    <div className="border-t border-line p-2">
      <PermissionCard
        toolName={tool.toolName ?? 'a tool'}
        toolInput={tool.input}
        requestedAt={requestedAt}
        busy={isPending}
        error={error}
        refusing={refusing === requestId}
        onRefusing={(open) => setRefusing(open ? requestId : undefined)}
        onAnswer={(decision, message) =>
          mutate({ requestId, decision, ...(message === undefined ? {} : { message }) })
        }
        keys={answerKeys}
      />
    </div>
  );
}

const decisions = { allow: 'Allowed', always_allow: 'Always allowed', deny: 'Denied' };
const sources: Record<NonNullable<Ask['source']>, string> = {
  api: 'by a person',
  rule: 'by an earlier answer',
  policy: 'by the policy',
  unattended: 'because nobody answered in time',
  cancel: 'because the run was cancelled',
  restart: 'because the server restarted',
  run_end: 'because the run ended',
};

function Decided({ ask: { decision, source, message } }: { ask: Ask }) {
  if (decision === undefined) return null;
  const denied = decision === 'deny';
  const Icon = denied ? ShieldX : ShieldCheck;
  return (
    <p className="flex items-center gap-2 border-t border-line px-3 py-1.5 text-xs text-muted">
      <Icon size={14} aria-hidden className={denied ? 'text-bad' : 'text-good'} />
      <span className="min-w-0 wrap-anywhere">
        {decisions[decision]} {source !== undefined && sources[source]}
        {message !== undefined && `: “${message}”`}
      </span>
    </p>
  );
}
