/** From a launch plan to the options of the SDK. */
import type { LaunchPlan, McpServer } from '../../core/index.js';
import type { Fields } from '../process/index.js';
import { readLaunchOptions } from './launch-options.js';
import type { Hook } from './sdk.js';
import { rulesOf } from './space-permissions.js';

/** What begins, continues or copies which conversation. */
export interface ConversationChoice {
  /** Of the conversation that is to be opened. */
  sessionId: string;
  /** Where it comes from; absent for a fresh one. */
  from?: string;
  isFork: boolean;
  checkpoint?: string | undefined;
}

/** The permissions are asked by nobody and granted by the policy itself. */
type Gate = 'own' | 'bypass' | 'ask';

/**
 * Tools that work for nobody: questions with answers of the agent's choosing, which no client of ours can answer, and
 * work that goes on or wakes up when the run is over.
 */
const disallowedTools = [
  'AskUserQuestion',
  'CronCreate',
  'CronDelete',
  'CronList',
  'Monitor',
  'ScheduleWakeup',
];

/** Throws AppError `target_invalid`. */
export function queryOptionsOf(
  launch: LaunchPlan,
  choice: ConversationChoice,
  {
    clientVersion,
    isRoot,
    pluginPath,
  }: { clientVersion: string; isRoot: boolean; pluginPath?: string | undefined },
): Fields {
  const { model, permissionMode, extraArgs } = readLaunchOptions(launch);
  const gate = gateOf(launch, permissionMode);
  const { bundle } = launch;
  const mode = permissionMode ?? { own: undefined, bypass: 'bypassPermissions', ask: 'default' }[gate];
  const bypasses = mode === 'bypassPermissions';
  const { allow, deny } = rulesOf(bundle?.permissions);
  return {
    cwd: launch.cwd,
    env: {
      CLAUDE_AGENT_SDK_CLIENT_APP: `quarterdeck/${clientVersion}`,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      // A conversation is on the disk before the model is asked: what is acknowledged can be restored.
      CLAUDE_CODE_EAGER_FLUSH: '1',
      // When a run is over, its agent is: what went on would be answered by turns without an owner.
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      // Claude Code refuses to bypass permissions as root unless it is told that this is meant.
      ...(bypasses && isRoot ? { IS_SANDBOX: '1' } : {}),
      ...launch.env,
    },
    ...(model === undefined ? {} : { model }),
    ...(bypasses ? { allowDangerouslySkipPermissions: true } : {}),
    // As an option the SDK warns on standard error that a bypass asks nobody, which is what it is for.
    extraArgs: { ...extraArgs, ...(mode === undefined ? {} : { 'permission-mode': mode }) },
    disallowedTools,
    settings: JSON.stringify({ permissions: { allow, deny } }),
    systemPrompt: { type: 'preset', preset: 'claude_code', append: appendedPrompt(launch) },
    mcpServers: Object.fromEntries(
      Object.entries(bundle?.mcpServers ?? {}).map(([name, server]) => [name, mcpServerOf(server)]),
    ),
    // Their secrets do not belong on a command line.
    mcpServersDelivery: 'initialize',
    ...(pluginPath === undefined ? {} : { plugins: [{ type: 'local', path: pluginPath }] }),
    includePartialMessages: true,
    forwardSubagentText: true,
    ...conversationOptions(choice),
  };
}

/** Every tool is asked for, whatever the settings of the user and the project allow. */
export function gateHooks(launch: LaunchPlan): Hook[] {
  if (gateOf(launch, undefined) !== 'ask') return [];
  const permissionDecisionReason = 'The policy of the target decides.';
  const hookSpecificOutput = {
    hookEventName: 'PreToolUse',
    permissionDecision: 'ask',
    permissionDecisionReason,
  };
  return [async () => ({ hookSpecificOutput })];
}

function gateOf({ permissions }: LaunchPlan, permissionMode: string | undefined): Gate {
  if (permissions === undefined) return 'own';
  const isOpen = permissions.mode === 'bypass' && permissions.rules.length === 0;
  return isOpen && permissionMode === undefined ? 'bypass' : isOpen ? 'own' : 'ask';
}

/** The system prompt is no part of the conversation's record: each process is told it again. */
function appendedPrompt({ bundle, primingPrompt }: LaunchPlan): string {
  return [bundle?.instructions, primingPrompt].filter(Boolean).join('\n\n');
}

function mcpServerOf(server: McpServer): Fields {
  const { kind, ...others } = server;
  return { type: kind, ...others };
}

function conversationOptions({ sessionId, from, isFork, checkpoint }: ConversationChoice): Fields {
  if (from === undefined) return { sessionId };
  if (!isFork) return { resume: from };
  return {
    resume: from,
    forkSession: true,
    sessionId,
    ...(checkpoint === undefined ? {} : { resumeSessionAt: checkpoint }),
  };
}
