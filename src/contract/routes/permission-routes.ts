import { z } from 'zod';
import * as request from '../requests.js';
import * as resource from '../resources.js';
import type { Route } from './route.js';

export const permissionRoutes = {
  listPermissions: {
    method: 'GET',
    path: '/admin/permissions',
    summary: 'Permission requests of all sessions, oldest first',
    query: request.listPermissionsQuery,
    response: z.object({ permissions: z.array(resource.permission) }),
    status: 200,
    auth: 'header',
    errors: [],
  },
  decidePermission: {
    method: 'POST',
    path: '/admin/permissions/:requestId',
    summary: 'Answer a permission request; the first answer wins',
    params: request.permissionParams,
    body: request.decidePermissionBody,
    response: resource.permission,
    status: 200,
    auth: 'header',
    errors: ['permission_not_found', 'permission_already_decided'],
  },
} as const satisfies Record<string, Route>;
