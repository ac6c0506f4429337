import { CopyCommand } from '../../parts/copy-command';
import { EmptyState } from '../../parts/notices';

/** A prompt whose script has the built-in agent ask. */
const tryOut = `npx quarterdeck run --project rex '{"script": [{"ask": {"toolName": "Bash", "toolInput": {"command": "ls"}}}]}'`;

export function EmptyInbox() {
  return (
    <EmptyState title="Nothing waits for you">
      <p>
        When an agent asks before it uses a tool, the question comes here, of whatever session it is, and
        stays until somebody answers. What is asked is up to the target:{' '}
        <code className="font-mono">permissions</code> in its project’s{' '}
        <code className="font-mono">asp-targets.toml</code>.
      </p>
      <p>To see one now, have the built-in agent ask:</p>
      <CopyCommand command={tryOut} />
    </EmptyState>
  );
}
