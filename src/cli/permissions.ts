/** `quarterdeck permissions`, `approve` and `deny`: what agents ask, and the answers. */
import type { Permission, PermissionDecisionKind } from '../client/index.js';
import { type Cli, type Define, examples, readCount } from './cli.js';
import { describeCall } from './describe-call.js';
import { findPermission } from './find-id.js';
import { listMaxDefault, sayLimit, showList } from './lists.js';
import { collectRows, readRows } from './read-rows.js';

export const definePermissions: Define = (command, cli) => {
  command
    .option('--decided', 'Those that were answered')
    .option('--limit <count>', 'At most so many', readCount, listMaxDefault)
    .addHelpText('after', examples(['permissions', 'permissions --json']))
    .action((flags: { decided?: boolean; limit: number }) => list(cli, flags));
};

async function list(cli: Cli, { decided, limit }: { decided?: boolean; limit: number }): Promise<void> {
  const client = await cli.client();
  const query = { status: decided ? 'decided' : 'pending' };
  const rows = await collectRows(
    readRows(client, 'listPermissions', { query, max: limit }, (page) => page.permissions),
  );
  showList<Permission>(cli, rows, [
    { title: 'REQUEST', of: ({ requestId }) => requestId, is: 'id' },
    { title: 'ASKED', of: ({ requestedAt }) => requestedAt, is: 'time' },
    { title: 'PROJECT', of: ({ projectId }) => projectId },
    { title: 'ANSWER', of: ({ decision }) => decision ?? '-' },
    { title: 'WHAT', of: ({ toolName, toolInput }) => describeCall(toolName, toolInput) },
  ]);
  sayLimit(cli, rows, limit);
}

const requestArgument = 'Id or the beginning of one; not needed when only one request waits';

export const defineApprove: Define = (command, cli) => {
  command
    .argument('[request]', requestArgument)
    .option('--always', 'The same tool needs no further permission in this session')
    .option('--message <words>', 'For the agent')
    .addHelpText('after', examples(['approve', 'approve prm_0198f3 --always']))
    .action((request: string | undefined, { always, message }: { always?: boolean; message?: string }) =>
      decide(cli, request, always ? 'always_allow' : 'allow', message),
    );
};

export const defineDeny: Define = (command, cli) => {
  command
    .argument('[request]', requestArgument)
    .option('--message <words>', 'For the agent: why not, and what to do instead')
    .addHelpText('after', examples(['deny', 'deny prm_0198f3 --message "Use the staging server"']))
    .action((request: string | undefined, { message }: { message?: string }) =>
      decide(cli, request, 'deny', message),
    );
};

async function decide(
  cli: Cli,
  request: string | undefined,
  decision: PermissionDecisionKind,
  message: string | undefined,
): Promise<void> {
  const client = await cli.client();
  const requestId = await findPermission(client, request);
  const body = { decision, ...(message !== undefined && { message }) };
  const decided = await client.permissions.decide(requestId, body);
  if (cli.terminal.json) cli.terminal.printJson(decided);
  else cli.terminal.print(`${decided.requestId} ${decided.decision}`);
}
