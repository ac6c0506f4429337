import type { AgentProgram } from 'quarterdeck/client';
import { CopyCommand } from '../../../parts/copy-command';
import { Tag, type TagLook } from '../../../parts/tag';

const logins: Record<AgentProgram['login'], string> = {
  present: 'logged in',
  missing: 'not logged in',
  not_needed: 'no login needed',
  unknown: 'whether it is logged in, only it can tell',
};

function stateOf({ found, login, problem }: AgentProgram): { words: string; look: TagLook } {
  if (!found) return { words: 'not installed', look: 'plain' };
  if (login === 'missing') return { words: 'not logged in', look: 'attention' };
  if (problem !== undefined) return { words: 'does not work', look: 'bad' };
  return { words: 'ready', look: 'good' };
}

interface ProgramProps {
  program: AgentProgram;
  /** The only one of its harness, whose title has said its name. */
  alone: boolean;
}

export function Program({ program, alone }: ProgramProps) {
  const { name, found, version, path, login, problem, installCommand } = program;
  const { words, look } = stateOf(program);
  return (
    <li className="flex flex-col gap-2 py-3 text-sm first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        {!alone && <span className="font-medium">{name}</span>}
        <Tag look={look}>{words}</Tag>
        {found && (
          <span className="text-muted">
            {version !== undefined && `version ${version}, `}
            {logins[login]}
          </span>
        )}
      </p>
      {path !== undefined && <code className="font-mono text-xs break-all text-muted">{path}</code>}
      {found && problem !== undefined && <p>{problem}</p>}
      {!found && installCommand !== undefined && (
        <>
          <p className="text-muted">To install it on the machine of the server:</p>
          <CopyCommand command={installCommand} />
        </>
      )}
      {!found && installCommand === undefined && problem !== undefined && (
        <p className="text-muted">{problem}</p>
      )}
    </li>
  );
}
