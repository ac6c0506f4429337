import { z } from 'zod';
import * as request from '../requests.js';
import * as resource from '../resources.js';
import type { Route } from './route.js';

const deletedProject = z.object({ projectId: z.string(), deleted: z.literal(true) });

export const projectRoutes = {
  listProjects: {
    method: 'GET',
    path: '/admin/projects',
    summary: 'Projects, in order of their ids',
    query: request.pageQuery,
    response: z.array(resource.project),
    status: 200,
    auth: 'header',
    errors: [],
  },
  createProject: {
    method: 'POST',
    path: '/admin/projects',
    summary: 'Register a folder as a project',
    body: request.createProjectBody,
    response: resource.project,
    status: 201,
    auth: 'header',
    errors: ['project_exists', 'target_not_found', 'target_invalid'],
  },
  getProject: {
    method: 'GET',
    path: '/admin/projects/:projectId',
    summary: 'One project',
    params: request.projectParams,
    response: resource.project,
    status: 200,
    auth: 'header',
    errors: ['project_not_found'],
  },
  updateProject: {
    method: 'PATCH',
    path: '/admin/projects/:projectId',
    summary: 'Change a project, and how its runs are held',
    params: request.projectParams,
    body: request.updateProjectBody,
    response: resource.project,
    status: 200,
    auth: 'header',
    errors: ['project_not_found', 'target_not_found', 'target_invalid'],
  },
  listTargets: {
    method: 'GET',
    path: '/admin/projects/:projectId/targets',
    summary: 'The targets of a project, each with what it comes to and where that is from',
    params: request.projectParams,
    response: resource.targetList,
    status: 200,
    auth: 'header',
    errors: ['project_not_found', 'target_invalid'],
  },
  deleteProject: {
    method: 'DELETE',
    path: '/admin/projects/:projectId',
    summary: 'Remove a project with its sessions and logs; its folder stays',
    params: request.projectParams,
    response: deletedProject,
    status: 200,
    auth: 'header',
    errors: ['project_not_found', 'project_busy'],
  },
} as const satisfies Record<string, Route>;
