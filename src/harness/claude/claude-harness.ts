/** The harness of Claude Code: a process for each conversation, in the streaming-input mode of its Agent SDK. */
import { type AgentProgram, AppError, type HarnessCapabilities } from '../../contract/index.js';
import type { Conversation, Harness, LaunchPlan, OpenRequest } from '../../core/index.js';
import { AgentStarts, type HarnessParts, resumeLost, unlessAborted } from '../process/index.js';
import { ClaudeConversation } from './claude-conversation.js';
import { ClaudeLink } from './claude-link.js';
import { chooseConversation, continuationOf } from './continuation.js';
import { inspectProgram } from './inspect-program.js';
import { readLaunchOptions } from './launch-options.js';
import { makePluginFolder, type PluginFolder } from './plugin-folder.js';
import { ProgramSeat } from './program-seat.js';
import { PromptInput } from './prompt-input.js';
import { type ConversationChoice, gateHooks, queryOptionsOf } from './query-options.js';
import { type ClaudeSdk, loadSdk, type Query, unusable } from './sdk.js';

const capabilities: HarnessCapabilities = {
  resume: true,
  fork: 'at_run',
  steer: true,
  permissions: true,
  // Claude Code tells the output of a tool when it is complete.
  partialOutput: false,
  models: true,
  images: true,
  maxTurns: true,
  subagents: true,
  cost: true,
};

/** Everything between the SDK and us for one conversation. */
interface Wiring {
  query: Query;
  input: PromptInput;
  seat: ProgramSeat;
  choice: ConversationChoice;
  plugin: PluginFolder;
  /** Whom the SDK's questions go to, once it is there. */
  conversation?: ClaudeConversation;
}

export class ClaudeHarness implements Harness {
  readonly name = 'claude';
  readonly capabilities = capabilities;
  private readonly starts: AgentStarts<ClaudeLink>;

  constructor(private readonly parts: HarnessParts) {
    this.starts = new AgentStarts('claude', parts);
  }

  checkOptions(launch: LaunchPlan): void {
    readLaunchOptions(launch);
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const choice = chooseConversation(request);
    const { launch } = request;
    const sdk = await loadSdk(this.parts);
    const plugin = await makePluginFolder(launch.bundle, this.parts.dataDir);
    let wiring: Wiring | undefined;
    try {
      const wired = this.wire(sdk, launch, choice, plugin);
      wiring = wired;
      const { command, args, env } = await unlessAborted(wired.seat.wanted, signal);
      return await this.starts.open(
        { command, args, cwd: launch.cwd, env: definedOf(env) },
        (process) => new ClaudeLink(process, this.parts, wired.seat),
        (link) => this.converse(link, wired, command),
        signal,
      );
    } catch (error) {
      wiring?.query.close();
      await plugin.remove();
      throw error;
    }
  }

  async inspect(): Promise<AgentProgram[]> {
    return [await inspectProgram(this.parts)];
  }

  /** Conversations are in the folder of the user's own Claude Code. */
  async forget(): Promise<void> {}

  close(): Promise<void> {
    return this.starts.close();
  }

  private wire(sdk: ClaudeSdk, launch: LaunchPlan, choice: ConversationChoice, plugin: PluginFolder): Wiring {
    const { clientVersion, agentsDir } = this.parts;
    const isRoot = process.getuid?.() === 0;
    const options = queryOptionsOf(launch, choice, { clientVersion, isRoot, pluginPath: plugin.path });
    const input = new PromptInput();
    const seat = new ProgramSeat();
    const hooks = gateHooks(launch);
    const of = () => wiring.conversation;
    const query = queryWith(sdk, agentsDir, {
      prompt: input,
      options: {
        ...options,
        canUseTool: async (toolName, toolInput, { toolUseID }) =>
          of()?.permit(toolName, toolInput, toolUseID) ?? {
            behavior: 'deny',
            message: 'The agent only starts.',
          },
        hooks: {
          ...(hooks.length === 0 ? {} : { PreToolUse: [{ hooks }] }),
          PostToolBatch: [{ hooks: [async (batch) => of()?.afterTools(batch) ?? {}] }],
        },
        spawnClaudeCodeProcess: (wish) => seat.take(wish),
      },
    });
    const wiring: Wiring = { query, input, seat, choice, plugin };
    void drain(query);
    return wiring;
  }

  private async converse(link: ClaudeLink, wiring: Wiring, program: string): Promise<Conversation> {
    const { query, input, choice, plugin } = wiring;
    const ready = query.initializationResult().then(
      () => undefined,
      (error: unknown) => error,
    );
    const problem = await Promise.race([ready, link.ended.then(({ error }) => error.message)]);
    if (problem !== undefined) throw openingFailure(link, problem);
    const conversation = new ClaudeConversation(
      link,
      {
        query,
        input,
        program,
        continuation: continuationOf(choice.sessionId),
        isRecorded: choice.from !== undefined && !choice.isFork,
        notices: plugin.notices,
        cleanUp: plugin.remove,
      },
      this.parts,
    );
    wiring.conversation = conversation;
    return conversation;
  }
}

function queryWith(sdk: ClaudeSdk, agentsDir: string, request: Parameters<ClaudeSdk['query']>[0]): Query {
  try {
    return sdk.query(request);
  } catch (error) {
    throw unusable(error, agentsDir);
  }
}

/** The link has told everything; the SDK's own queue must stay empty, and its errors are those of the link. */
async function drain(query: Query): Promise<void> {
  try {
    for await (const _ of query);
  } catch {
    // The end of the program says it better.
  }
}

function openingFailure(link: ClaudeLink, problem: unknown): AppError {
  const words = link.complaint || (problem instanceof Error ? problem.message : String(problem));
  if (/no (conversation|message) found|not a uuid/i.test(words))
    return resumeLost(`Claude Code says: ${words}`);
  return new AppError('harness_failed', `Claude Code ended before it was ready. ${words}`);
}

function definedOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
