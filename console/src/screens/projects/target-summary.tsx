import { useTargets } from '../../data/projects';
import { counted } from '../../parts/amounts';
import { Tag } from '../../parts/tag';

/** How the targets of a project are, in a few words. */
export function TargetSummary({ projectId }: { projectId: string }) {
  const { data, error } = useTargets(projectId);
  if (error !== null) return <Tag look="bad">targets cannot be read</Tag>;
  if (data === undefined) return null;
  const { targets, defaultTarget } = data;
  const broken = targets.filter((target) => target.error !== undefined).length;
  const warnings = data.warnings.length + targets.reduce((sum, target) => sum + target.warnings.length, 0);
  return (
    <div className="flex flex-wrap gap-1.5">
      {broken > 0 && <Tag look="bad">{broken} broken</Tag>}
      {warnings > 0 && <Tag look="attention">{counted(warnings, 'warning')}</Tag>}
      <Tag>{counted(targets.length, 'target')}</Tag>
      <Tag>default: {defaultTarget}</Tag>
    </div>
  );
}
