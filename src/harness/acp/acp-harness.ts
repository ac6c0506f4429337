/**
 * The harness of agents that speak the Agent Client Protocol (version 1) on standard input and output. Which program
 * that is, a target says. Each conversation has a process of its own, so that one can be ended without another.
 */
import { basename } from 'node:path';
import type { AgentProgram, HarnessCapabilities } from '../../contract/index.js';
import type { Conversation, Harness, LaunchPlan, OpenRequest } from '../../core/index.js';
import { AgentStarts, fieldsOf, type HarnessParts, RpcLink, textOf } from '../process/index.js';
import { noticesOfLeftOut } from '../report/index.js';
import { AcpConversation } from './acp-conversation.js';
import { greet, openSession, type SessionWanted } from './handshake.js';
import { type AcpOptions, readLaunchOptions } from './launch-options.js';
import { mcpServersFor } from './mcp-servers.js';
import { inspectPrograms, locateProgram } from './programs.js';
import { makeChoices } from './session-choices.js';

const capabilities: HarnessCapabilities = {
  // What follows holds where the agent can: one that cannot refuses, or a notice says so.
  resume: true,
  fork: 'latest',
  steer: false,
  permissions: true,
  partialOutput: true,
  models: true,
  images: true,
  maxTurns: false,
  subagents: true,
  cost: true,
};

export class AcpHarness implements Harness {
  readonly name = 'acp';
  readonly capabilities = capabilities;
  private readonly starts: AgentStarts<RpcLink>;

  constructor(private readonly parts: HarnessParts) {
    this.starts = new AgentStarts('acp', parts);
  }

  checkOptions(launch: LaunchPlan): void {
    readLaunchOptions(launch);
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const options = readLaunchOptions(request.launch);
    const { command, args } = options;
    const { cwd, env } = request.launch;
    const { agentsDir, baseEnv } = this.parts;
    const program = await locateProgram(command, { agentsDir, path: env.PATH ?? baseEnv.PATH });
    const dialect = { agentName: `The agent "${command}"`, jsonrpc: '2.0' };
    return this.starts.open(
      { command: program, args, cwd, env },
      (process) => new RpcLink(process, this.parts, dialect),
      (link) => this.converse(link, options, request),
      signal,
    );
  }

  inspect(): Promise<AgentProgram[]> {
    const { agentsDir, baseEnv } = this.parts;
    return inspectPrograms({ agentsDir, path: baseEnv.PATH });
  }

  /** Conversations are with the agent, in folders of its own. */
  async forget(): Promise<void> {}

  close(): Promise<void> {
    return this.starts.close();
  }

  private async converse(
    link: RpcLink,
    { command, mode }: AcpOptions,
    { launch, continuation, fork }: OpenRequest,
  ): Promise<Conversation> {
    const { agentInfo, agentCapabilities } = await greet(link, command, this.parts.clientVersion);
    const { servers, leftOut } = mcpServersFor(launch.bundle, agentCapabilities);
    const wanted: SessionWanted = { command, agentCapabilities };
    if (continuation !== undefined) wanted.continuation = continuation;
    if (fork !== undefined) wanted.fork = fork;
    const session = await openSession(link, wanted, { cwd: launch.cwd, mcpServers: servers });
    const { agentSessionId, offered } = session;
    await makeChoices(link, agentSessionId, offered, { target: launch.target, model: launch.model, mode });
    const fresh = continuation === undefined;
    const preface = fresh ? [launch.bundle?.instructions ?? '', launch.primingPrompt ?? ''] : [];
    return new AcpConversation(
      link,
      {
        agentSessionId,
        continuation: session.continuation,
        agentName: textOf(fieldsOf(agentInfo).name) ?? basename(command),
        fresh,
        preface: preface.filter((text) => text !== '').join('\n\n'),
        takesImages: fieldsOf(agentCapabilities.promptCapabilities).image === true,
        notices: [
          ...noticesOfLeftOut(launch.bundle, 'acp', 'an agent that speaks ACP'),
          ...leftOut.map(
            (name) => `The MCP server "${name}" was left out: this agent cannot connect to its kind.`,
          ),
        ],
      },
      this.parts,
    );
  }
}
