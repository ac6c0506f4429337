/** What the agent may do, and how much of it. */
import type { TargetDescription } from 'quarterdeck/client';
import { durationWords } from '../../../parts/amounts';
import { budgetWords } from '../../../parts/budget-words';
import { Tag, type TagLook } from '../../../parts/tag';
import { Row } from './rows';

type Permissions = NonNullable<TargetDescription['permissions']>;

const modes: Record<Permissions['mode'], string> = {
  bypass: 'Everything is allowed that no rule decides.',
  ask: 'A person is asked where no rule decides.',
  deny: 'Everything is denied that no rule decides.',
};

const looks: Record<Permissions['rules'][number]['decision'], TagLook> = {
  allow: 'good',
  ask: 'attention',
  deny: 'bad',
};

export function Policy({ permissions, limits }: Pick<TargetDescription, 'permissions' | 'limits'>) {
  return (
    <>
      <Row title="Permissions">
        {permissions === undefined ? (
          <p className="text-muted">No policy: the settings of the agent decide.</p>
        ) : (
          <Rules permissions={permissions} />
        )}
      </Row>
      {limits !== undefined && (
        <Row title="Budget of a run">
          <ul className="flex flex-wrap gap-x-5 gap-y-1">
            {budgetWords(limits).map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Row>
      )}
    </>
  );
}

function Rules({ permissions: { mode, rules, unattended } }: { permissions: Permissions }) {
  return (
    <div className="flex flex-col gap-2">
      {rules.length > 0 && (
        <ol aria-label="Rules, the first that fits decides" className="flex flex-col gap-1">
          {rules.map(({ tool, pattern, decision }) => (
            <li key={`${tool} ${pattern} ${decision}`} className="flex flex-wrap items-center gap-2">
              <Tag look={looks[decision]}>{decision}</Tag>
              <span className="font-medium">{tool}</span>
              {pattern !== undefined && <code className="font-mono text-xs">{pattern}</code>}
            </li>
          ))}
        </ol>
      )}
      <p>{modes[mode]}</p>
      {unattended !== undefined && (
        <p className="text-muted">
          Without an answer for {durationWords(unattended.timeoutMs)}:{' '}
          {unattended.decision === 'allow' ? 'allowed' : 'denied'}.
        </p>
      )}
    </div>
  );
}
