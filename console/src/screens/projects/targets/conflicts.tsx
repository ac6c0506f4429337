import type { TargetDescription } from 'quarterdeck/client';
import { From, Row } from './rows';

const kinds: Record<TargetDescription['conflicts'][number]['kind'], string> = {
  skill: 'Skill',
  command: 'Command',
  agent: 'Sub-agent',
  mcp_server: 'MCP server',
  env: 'Variable',
};

/** Of two things with one name the later one wins; here is which. */
export function Conflicts({ conflicts }: Pick<TargetDescription, 'conflicts'>) {
  if (conflicts.length === 0) return null;
  return (
    <Row title="Conflicts">
      <ul className="flex flex-col gap-2">
        {conflicts.map(({ kind, name, winner, overridden }) => (
          <li key={`${kind} ${name}`}>
            {kinds[kind]} <span className="font-medium">{name}</span>: <From from={winner} /> wins over{' '}
            {overridden.map((from, index) => (
              <span key={from}>
                {index > 0 && ', '}
                <From from={from} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Row>
  );
}
