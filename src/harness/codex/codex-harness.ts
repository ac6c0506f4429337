/**
 * The harness of Codex, through `codex app-server` on standard input and output. Conversations that share an
 * environment share a process.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentProgram, HarnessCapabilities } from '../../contract/index.js';
import type { Conversation, Harness, LaunchPlan, OpenRequest } from '../../core/index.js';
import { type HarnessParts, unlessAborted } from '../process/index.js';
import { CodexConversation } from './codex-conversation.js';
import { codexHomeOf, findCodex, inspectCodex } from './codex-program.js';
import { CodexServers, type ServerLease, type ServerStart } from './codex-servers.js';
import { type CodexOptions, readLaunchOptions } from './launch-options.js';
import { openThread, readOwnInstructions } from './thread-opening.js';
import { hasInstructions, threadParamsOf } from './thread-params.js';

const capabilities: HarnessCapabilities = {
  resume: true,
  fork: 'at_run',
  steer: true,
  permissions: true,
  partialOutput: true,
  models: true,
  images: true,
  maxTurns: true,
  subagents: true,
  cost: false,
};

export class CodexHarness implements Harness {
  readonly name = 'codex';
  readonly capabilities = capabilities;
  private readonly servers: CodexServers;

  constructor(private readonly parts: HarnessParts) {
    this.servers = new CodexServers(parts);
  }

  checkOptions(launch: LaunchPlan): void {
    readLaunchOptions(launch);
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const options = readLaunchOptions(request.launch);
    const lease = await this.servers.lease(await this.startOf(request.launch, options), signal);
    try {
      return await unlessAborted(this.converse(lease, request, options), signal);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  inspect(signal: AbortSignal): Promise<AgentProgram[]> {
    const { agentsDir, baseEnv } = this.parts;
    return inspectCodex({ agentsDir, path: baseEnv.PATH }, codexHomeOf(baseEnv), signal).then((one) => [one]);
  }

  /** Conversations are with Codex, in the folder of its user. */
  async forget(): Promise<void> {}

  close(): Promise<void> {
    return this.servers.close();
  }

  private async startOf(launch: LaunchPlan, { plugins }: CodexOptions): Promise<ServerStart> {
    const { agentsDir, baseEnv, dataDir } = this.parts;
    const { env } = launch;
    const path = env.PATH ?? baseEnv.PATH;
    const program = await findCodex({ agentsDir, cwd: launch.cwd, path });
    const apiKey = env.CODEX_API_KEY ?? env.OPENAI_API_KEY;
    // The folder of a project may vanish while the process serves another.
    const cwd = join(dataDir, 'codex');
    await mkdir(cwd, { recursive: true });
    return {
      command: program.path,
      args: [
        'app-server',
        ...(plugins ? [] : ['--disable', 'plugins']),
        // A key of the target must not be written into the login of the user.
        ...(apiKey === undefined ? [] : ['-c', 'cli_auth_credentials_store="ephemeral"']),
      ],
      cwd,
      env,
      skillRoots: (launch.bundle?.skills ?? []).map((skill) => skill.path),
      ...(apiKey === undefined ? {} : { apiKey }),
    };
  }

  private async converse(
    lease: ServerLease,
    request: OpenRequest,
    options: CodexOptions,
  ): Promise<Conversation> {
    const { launch } = request;
    const { server } = lease;
    const processMark = server.link.process.mark;
    const mark = `${processMark}/${randomUUID()}`;
    const marks = { process: processMark, conversation: mark };
    const own = hasInstructions(launch) ? await readOwnInstructions(server, launch.cwd) : '';
    const { params, notices } = threadParamsOf(launch, options, marks, own);
    const thread = await openThread(server, request, params);
    const start = { ...thread, mark, notices: [...server.warnings, ...notices] };
    return new CodexConversation(lease, start, launch.bundle?.commands ?? [], this.parts);
  }
}
