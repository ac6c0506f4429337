/**
 * What Codex asks before it acts, as a question of ours and as the answers in its words. Its questions are those of
 * `ServerRequest` in its protocol; what asks for more than a yes or no cannot be answered by a decision.
 */
import type { PermissionAsk } from '../../core/index.js';
import { type Fields, fieldsOf, type RpcRequest, textOf } from '../process/index.js';
import { commandOf, mcpToolName } from './item-words.js';

export interface Approval {
  ask: PermissionAsk;
  allowed: Fields;
  denied: Fields;
}

/**
 * @param openTools Names and inputs of the calls that are known, by id: some questions only name their call.
 * @returns Nothing for questions that are not about permission.
 */
export function approvalOf(
  { method, params }: Pick<RpcRequest, 'method' | 'params'>,
  openTools: ReadonlyMap<string, PermissionAsk>,
): Approval | undefined {
  const toolUseId = textOf(params.itemId) ?? 'unnamed';
  const known = openTools.get(toolUseId);
  const decided = { allowed: { decision: 'accept' }, denied: { decision: 'decline' } };
  switch (method) {
    case 'item/commandExecution/requestApproval': {
      const { cwd, reason, networkApprovalContext } = params;
      const input = {
        command: commandOf(params.command),
        cwd,
        ...given({ reason, network: networkApprovalContext }),
      };
      return { ask: { toolUseId, toolName: 'Bash', toolInput: input }, ...decided };
    }
    case 'item/fileChange/requestApproval': {
      const input = {
        ...fieldsOf(known?.toolInput),
        ...given({ grantRoot: params.grantRoot, reason: params.reason }),
      };
      return { ask: { toolUseId, toolName: 'Edit', toolInput: input }, ...decided };
    }
    case 'item/permissions/requestApproval': {
      const { permissions, reason, cwd } = params;
      return {
        ask: {
          toolUseId,
          toolName: 'RequestPermissions',
          toolInput: { permissions, cwd, ...given({ reason }) },
        },
        allowed: { permissions, scope: 'turn' },
        denied: { permissions: {}, scope: 'turn' },
      };
    }
    case 'mcpServer/elicitation/request':
      return mcpApprovalOf(params, openTools);
    default:
      return undefined;
  }
}

/** Codex asks whether a tool of an MCP server may be used in the words in which such a server asks for input. */
function mcpApprovalOf(
  { serverName, _meta }: Fields,
  openTools: ReadonlyMap<string, PermissionAsk>,
): Approval | undefined {
  const { codex_approval_kind, tool_name, tool_params } = fieldsOf(_meta);
  if (codex_approval_kind !== 'mcp_tool_call') return undefined;
  const toolName = mcpToolName(serverName, tool_name);
  // The question does not name its call; of several calls of the same tool the newest is the one that waits.
  const waiting = [...openTools.values()].filter((tool) => tool.toolName === toolName).at(-1);
  return {
    ask: { toolUseId: waiting?.toolUseId ?? toolName, toolName, toolInput: tool_params ?? {} },
    allowed: { action: 'accept', content: {}, _meta: null },
    denied: { action: 'decline', content: null, _meta: null },
  };
}

/** Answers a question for which there is no turn that could ask. */
export function answerNo(request: RpcRequest): void {
  const answer = approvalOf(request, new Map())?.denied ?? plainAnswerTo(request.method);
  if (answer === undefined) request.refuse();
  else request.answer(answer);
}

/** What to say to a question that nobody here can answer; absent: it is refused as unknown. */
function plainAnswerTo(method: string): Fields | undefined {
  if (method === 'item/tool/requestUserInput') return { answers: {} };
  if (method === 'mcpServer/elicitation/request') return { action: 'decline', content: null, _meta: null };
  return undefined;
}

function given(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
