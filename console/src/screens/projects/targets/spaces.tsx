import type { TargetDescription } from 'quarterdeck/client';
import { Row } from './rows';

/** In the order in which they are laid on top of each other. */
export function Spaces({ spaces }: Pick<TargetDescription, 'spaces'>) {
  if (spaces.length === 0) return null;
  return (
    <Row title="Spaces">
      <ol className="flex flex-col gap-2">
        {spaces.map(({ reference, id, version, description, path }) => (
          <li key={reference} className="flex flex-col">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">{id}</span>
              {version !== undefined && <span className="text-xs text-muted">{version}</span>}
              <code className="font-mono text-xs text-muted">{reference}</code>
            </span>
            {description !== undefined && <span className="text-muted">{description}</span>}
            <code className="font-mono text-xs break-all text-muted">{path}</code>
          </li>
        ))}
      </ol>
    </Row>
  );
}
