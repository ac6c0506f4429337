/** What the address of the projects says besides: whether their agents are shown instead. */
export interface ProjectsSearch {
  show?: 'agents';
}

export function readProjectsSearch({ show }: Record<string, unknown>): ProjectsSearch {
  return show === 'agents' ? { show } : {};
}
