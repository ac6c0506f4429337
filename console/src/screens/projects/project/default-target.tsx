import type { Project } from 'quarterdeck/client';
import { useTargets } from '../../../data/projects';
import { SelectField } from '../../../parts/field';

interface DefaultTargetProps {
  project: Project;
  /** Empty: none. */
  value: string;
  onChange: (target: string) => void;
}

export function DefaultTarget({ project, value, onChange }: DefaultTargetProps) {
  const { data, error } = useTargets(project.projectId);
  const targets = data?.targets ?? [];
  const known = new Set(['', 'builtin', ...targets.map(({ name }) => name)]);
  return (
    <SelectField
      label="Default target"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={
        error === null
          ? 'For new sessions that name none. Without one it is the target “default” of the file, else the built-in agent.'
          : 'The targets of this project cannot be read at the moment; its page says why.'
      }
    >
      <option value="">None</option>
      {!known.has(value) && <option value={value}>{value} (not in the file)</option>}
      {targets.map(({ name, error: broken }) => (
        <option key={name} value={name} disabled={broken !== undefined && name !== value}>
          {broken === undefined ? name : `${name} (broken)`}
        </option>
      ))}
      <option value="builtin">builtin (the built-in agent)</option>
    </SelectField>
  );
}
