/**
 * The harness of agents that speak the Agent Client Protocol (version 1) on standard input and output. Which program
 * that is, a target says. Each conversation has a process of its own, so that one can be ended without another.
 */
import { basename } from 'node:path';
import type { AgentProgram, HarnessCapabilities } from '../../contract/index.js';
import type { Conversation, Harness, OpenRequest } from '../../core/index.js';
import { AgentStarts, fieldsOf, type HarnessParts, RpcLink, textOf } from '../process/index.js';
import { AcpConversation } from './acp-conversation.js';
import { greet, openSession } from './handshake.js';
import { readLaunchOptions } from './launch-options.js';
import { mcpServersFor } from './mcp-servers.js';

const capabilities: HarnessCapabilities = {
  // Of each agent by itself: one that can restore nothing refuses with `resume_lost`.
  resume: true,
  fork: 'none',
  steer: false,
  permissions: true,
  partialOutput: true,
  models: false,
  images: false,
  maxTurns: false,
  subagents: false,
  cost: true,
};

export class AcpHarness implements Harness {
  readonly name = 'acp';
  readonly capabilities = capabilities;
  private readonly starts: AgentStarts<RpcLink>;

  constructor(private readonly parts: HarnessParts) {
    this.starts = new AgentStarts('acp', parts);
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const { command, args } = readLaunchOptions(request.launch);
    const { cwd, env } = request.launch;
    const dialect = { agentName: `The agent "${command}"`, jsonrpc: '2.0' };
    return this.starts.open(
      { command, args, cwd, env },
      (process) => new RpcLink(process, this.parts, dialect),
      (link) => this.converse(link, command, request),
      signal,
    );
  }

  async inspect(): Promise<AgentProgram[]> {
    return [];
  }

  /** Conversations are with the agent, in folders of its own. */
  async forget(): Promise<void> {}

  close(): Promise<void> {
    return this.starts.close();
  }

  private async converse(
    link: RpcLink,
    command: string,
    { launch, continuation }: OpenRequest,
  ): Promise<Conversation> {
    const { agentInfo, agentCapabilities } = await greet(link, command, this.parts.clientVersion);
    const { servers, leftOut } = mcpServersFor(launch.bundle, agentCapabilities);
    const { agentSessionId, continuation: own } = await openSession(
      link,
      { command, agentCapabilities, ...(continuation === undefined ? {} : { continuation }) },
      { cwd: launch.cwd, mcpServers: servers },
    );
    const fresh = continuation === undefined;
    const preface = fresh ? [launch.bundle?.instructions ?? '', launch.primingPrompt ?? ''] : [];
    return new AcpConversation(
      link,
      {
        agentSessionId,
        continuation: own,
        agentName: textOf(fieldsOf(agentInfo).name) ?? basename(command),
        fresh,
        preface: preface.filter((text) => text !== '').join('\n\n'),
        notices: leftOut.map(
          (name) => `The MCP server "${name}" was left out: this agent cannot connect to its kind.`,
        ),
      },
      this.parts,
    );
  }
}
