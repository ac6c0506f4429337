import { createLazyRoute, useParams, useSearch } from '@tanstack/react-router';
import { AgentsScreen } from './agents/agents-screen';
import { ProjectScreen } from './project/project-screen';
import { ProjectsScreen } from './projects-screen';

export const route = createLazyRoute('/projects')({ component: Projects });
export const projectRoute = createLazyRoute('/projects/$projectId')({ component: Project });

function Projects() {
  const { show } = useSearch({ from: '/projects' });
  return show === 'agents' ? <AgentsScreen /> : <ProjectsScreen />;
}

function Project() {
  const { projectId } = useParams({ from: '/projects/$projectId' });
  return <ProjectScreen key={projectId} projectId={projectId} />;
}
