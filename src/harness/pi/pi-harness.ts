/**
 * The harness of Pi (`@earendil-works/pi-coding-agent`) in its RPC mode. Each conversation has a process of its own and
 * a file of its own below our data. Pi itself never asks before it uses a tool: a target with a policy gets an extension
 * that asks for every tool, and any other gets what Pi does, which is to use them.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type AgentProgram, AppError, type HarnessCapabilities } from '../../contract/index.js';
import type { Conversation, Harness, LaunchPlan, OpenRequest } from '../../core/index.js';
import { AgentStarts, fieldsOf, type HarnessParts, textOf } from '../process/index.js';
import { noticesOfLeftOut } from '../report/index.js';
import { instructionsOf, launchArguments } from './launch-arguments.js';
import { readLaunchOptions } from './launch-options.js';
import { loginRequired } from './model-failure.js';
import { PiConversation } from './pi-conversation.js';
import { PiLink } from './pi-link.js';
import { findPi, installCommand, type PiProgram, requirePi } from './pi-program.js';
import { SessionFiles } from './session-files.js';

const capabilities: HarnessCapabilities = {
  resume: true,
  fork: 'at_run',
  steer: true,
  permissions: true,
  partialOutput: true,
  models: true,
  images: true,
  maxTurns: true,
  subagents: false,
  cost: true,
};

/** What Pi calls it while it has no model that it could use. */
const noProvider = 'unknown';

/** Nothing is fetched or reported behind the user's back; a target's own env may say otherwise. */
const quietEnv = { PI_OFFLINE: '1', PI_SKIP_VERSION_CHECK: '1', PI_TELEMETRY: '0' };

export class PiHarness implements Harness {
  readonly name = 'pi';
  readonly capabilities = capabilities;
  private readonly starts: AgentStarts<PiLink>;
  private readonly files: SessionFiles;

  constructor(private readonly parts: HarnessParts) {
    this.starts = new AgentStarts('pi', parts);
    this.files = new SessionFiles(join(parts.dataDir, 'pi'));
  }

  checkOptions(launch: LaunchPlan): void {
    readLaunchOptions(launch);
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const { launch } = request;
    const options = readLaunchOptions(launch);
    const program = await requirePi(this.parts, launch.cwd);
    const continuation = await this.prepareFile(request);
    const text = instructionsOf(launch);
    const args = launchArguments(launch, options, {
      session: this.files.pathOf(continuation),
      instructions: text === '' ? undefined : await this.files.writeInstructions(continuation, text),
    });
    const { cwd, env } = launch;
    return this.starts
      .open(
        { command: process.execPath, args: [program.path, ...args], cwd, env: { ...quietEnv, ...env } },
        (process) => new PiLink(process, this.parts),
        (link) => this.converse(link, continuation, launch, program),
        signal,
      )
      .catch(async (error: unknown) => {
        if (continuation !== request.continuation) await this.files.remove(continuation);
        throw error;
      });
  }

  async inspect(): Promise<AgentProgram[]> {
    const found = await findPi(this.parts);
    const program = { name: 'Pi', login: await this.findLogin(), installCommand: installCommand(this.parts) };
    if (found === undefined) return [{ ...program, found: false }];
    const { path, version, problem } = found;
    return [{ ...program, found: true, path, version, ...(problem === undefined ? {} : { problem }) }];
  }

  async forget(continuation: string): Promise<void> {
    await this.files
      .remove(continuation)
      .catch((error: unknown) => this.parts.log?.warn('the file of a conversation is left', { error }));
  }

  close(): Promise<void> {
    return this.starts.close();
  }

  /** Of the conversation to open: a new one, the one that is known, or a copy of it. */
  private async prepareFile({ continuation, fork, launch: { cwd } }: OpenRequest): Promise<string> {
    if (continuation === undefined) return this.files.create(cwd);
    if (fork !== undefined) return this.files.copy(continuation, cwd, fork.checkpoint);
    await this.files.restore(continuation, cwd);
    return continuation;
  }

  private async converse(
    link: PiLink,
    continuation: string,
    launch: LaunchPlan,
    { command }: PiProgram,
  ): Promise<Conversation> {
    const reply = await link.request('get_state');
    if ('end' in reply)
      throw new AppError('harness_failed', `Pi could not be started. ${reply.end.error.message}`);
    if ('refusal' in reply) throw new AppError('harness_failed', `Pi refused to start: ${reply.refusal}`);
    const provider = textOf(fieldsOf(reply.data.model).provider);
    if (provider === undefined || provider === noProvider) {
      const { code, message } = loginRequired('no model that it knows has a key.', command);
      throw new AppError(code, message);
    }
    const notices = noticesOfLeftOut(launch.bundle, 'pi', 'Pi');
    return new PiConversation(link, { continuation, provider, command, notices }, this.files, this.parts);
  }

  /** Keys may also come from a target's env, which belongs to no program. */
  private async findLogin(): Promise<'present' | 'unknown'> {
    const { HOME = homedir(), PI_CODING_AGENT_DIR = join(HOME, '.pi/agent') } = this.parts.baseEnv;
    try {
      const logins: unknown = JSON.parse(await readFile(join(PI_CODING_AGENT_DIR, 'auth.json'), 'utf8'));
      return Object.keys(fieldsOf(logins)).length > 0 ? 'present' : 'unknown';
    } catch {
      return 'unknown';
    }
  }
}
