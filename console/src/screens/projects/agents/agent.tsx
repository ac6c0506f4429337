import type { AgentProgram, HarnessDescription } from 'quarterdeck/client';
import { harnessNames } from '../../../parts/harness-names';
import { Panel } from '../../../parts/panel';
import { Capabilities } from './capabilities';
import { Program } from './program';

const about: Record<HarnessDescription['name'], string> = {
  builtin: 'Comes with Quarterdeck: offline, deterministic, without a key. It is not a language model.',
  claude: 'Driven by its Agent SDK, which is installed apart.',
  codex: 'Driven by its own app server.',
  pi: 'Driven in its RPC mode.',
  acp: 'Any program that speaks the Agent Client Protocol; a target names it by its command.',
};

/** A harness: what it can do, and each program that it drives. */
export function Agent({ harness: { name, capabilities, programs } }: { harness: HarnessDescription }) {
  const alone = programs.length === 1;
  const found = programs.filter((program) => program.found || alone);
  const missing = programs.filter((program) => !found.includes(program));
  return (
    <Panel title={harnessNames[name]} about={about[name]}>
      {found.length > 0 && <Programs programs={found} alone={alone} />}
      {missing.length > 0 && (
        <details className="text-sm">
          <summary className="font-medium text-accent">
            {missing.length} that {missing.length === 1 ? 'is' : 'are'} not installed
          </summary>
          <div className="pt-3">
            <Programs programs={missing} alone={false} />
          </div>
        </details>
      )}
      <Capabilities capabilities={capabilities} />
    </Panel>
  );
}

function Programs({ programs, alone }: { programs: readonly AgentProgram[]; alone: boolean }) {
  return (
    <ul className="flex flex-col divide-y divide-line">
      {programs.map((program) => (
        <Program key={program.name} program={program} alone={alone} />
      ))}
    </ul>
  );
}
