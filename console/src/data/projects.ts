/** Projects, and what the targets of each come to. */
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Client, Project } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export type NewProject = Parameters<Client['projects']['create']>[0];
export type ProjectChange = Parameters<Client['projects']['update']>[1];

/** All of them: they are few, and every choice of a project offers each. */
export function useProjects() {
  const client = useClient();
  return useQuery({
    queryKey: keys.projects,
    queryFn: async ({ signal }) => {
      const projects: Project[] = [];
      for await (const page of client.pages('listProjects', { query: { limit: 500 } }, { signal }))
        projects.push(...page);
      return projects;
    },
  });
}

export function useProject(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keys.project(projectId),
    queryFn: ({ signal }) => client.projects.get(projectId, { signal }),
  });
}

/** Read anew each time a screen opens: they are files that people edit meanwhile. */
export function useTargets(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keys.targets(projectId),
    queryFn: ({ signal }) => client.projects.listTargets(projectId, { signal }),
    staleTime: 0,
  });
}

/** The names of the targets of one project, or of all. */
export function useTargetNames(projectId: string | undefined): string[] {
  const client = useClient();
  const { data: projects = [] } = useProjects();
  const asked = projects.filter((project) => projectId === undefined || project.projectId === projectId);
  return useQueries({
    queries: asked.map((project) => ({
      queryKey: keys.targets(project.projectId),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.projects.listTargets(project.projectId, { signal }),
    })),
    combine: (lists) =>
      [...new Set(lists.flatMap(({ data }) => data?.targets.map(({ name }) => name) ?? []))].sort(),
  });
}

export function useCreateProject() {
  const client = useClient();
  return useProjectMutation((project: NewProject) => client.projects.create(project));
}

export function useUpdateProject(projectId: string) {
  const client = useClient();
  return useProjectMutation((change: ProjectChange) => client.projects.update(projectId, change));
}

/** The screen of the project may still be open: what it shows is not asked for once more. */
export function useDeleteProject() {
  const client = useClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (projectId: string) => client.projects.delete(projectId),
    onSuccess: async (_, projectId) => {
      await queryClient.invalidateQueries({ queryKey: keys.project(projectId), refetchType: 'none' });
      await queryClient.invalidateQueries({ queryKey: keys.projects, exact: true });
    },
  });
}

function useProjectMutation<Input>(mutationFn: (input: Input) => Promise<Project>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.projects }),
  });
}
