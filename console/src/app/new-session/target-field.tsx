import type { TargetDescription } from 'quarterdeck/client';
import { useTargets } from '../../data/projects';
import { SelectField } from '../../parts/field';
import { harnessNames } from '../../parts/harness-names';
import { wordsOf } from '../../parts/notices';

interface TargetFieldProps {
  projectId: string;
  /** Empty: the default of the project. */
  value: string;
  onChange: (target: string) => void;
}

/** How the agent works: one of the targets of the project. */
export function TargetField({ projectId, value, onChange }: TargetFieldProps) {
  const { data, error } = useTargets(projectId);
  const targets = data?.targets ?? [];
  const chosen = targets.find(({ name }) => name === (value || data?.defaultTarget));
  return (
    <SelectField
      label="Target"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error === null ? undefined : wordsOf(error)}
      hint={chosen && aboutTarget(chosen)}
    >
      <option value="">{data === undefined ? 'Default' : `Default: ${data.defaultTarget}`}</option>
      {targets.map(({ name, error: problem }) => (
        <option key={name} value={name} disabled={problem !== undefined}>
          {problem === undefined ? name : `${name} (cannot be used)`}
        </option>
      ))}
    </SelectField>
  );
}

function aboutTarget({ description, harness, model, error }: TargetDescription): string {
  if (error !== undefined) return error.message;
  return [description, harnessNames[harness], model].filter((words) => words !== undefined).join(' · ');
}
