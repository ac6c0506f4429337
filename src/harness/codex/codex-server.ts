/**
 * One process of `codex app-server`. It serves many conversations (threads, in its words) that share an environment and
 * a configuration; what it says of one is passed on to whoever listens to that thread.
 *
 * Source: the types that `codex app-server generate-ts --experimental` of version 0.169.0 prints.
 */
import { AppError } from '../../contract/index.js';
import {
  type Fields,
  fieldsOf,
  type Reply,
  type RpcLink,
  type RpcListener,
  type RpcRequest,
} from '../process/index.js';
import { warningOf } from './warnings.js';

/** Gets what is about its threads. Nothing more is read from the server while a promise of these is pending. */
export interface ThreadListener {
  onNotification(method: string, params: Fields): void | Promise<void>;
  onRequest(request: RpcRequest): void | Promise<void>;
}

export interface ServerGreeting {
  clientVersion: string;
  /** Folders with a `SKILL.md`, for all threads of this server. */
  skillRoots: readonly string[];
  /** Kept in the memory of the server. */
  apiKey?: string;
}

/** Told otherwise, or of no interest to a reader of the log. */
const unwanted = [
  'thread/started',
  'thread/status/changed',
  'thread/readState/changed',
  'thread/settings/updated',
  'remoteControl/status/changed',
  'skills/changed',
  'serverRequest/resolved',
  // Repeats the changes of all edits of a turn at each of them.
  'turn/diff/updated',
];

const warningsMax = 20;
/** Notifications of threads that nobody listens to yet. */
const unheardMax = 50;

export class CodexServer implements RpcListener {
  /** The latest that the provider told of its limits. */
  rateLimits: Fields = {};
  /** Of the configuration; for everybody who uses this server. */
  readonly warnings: string[] = [];
  private unheard: { method: string; params: Fields }[] = [];
  private readonly listeners = new Map<string, ThreadListener>();

  /** @param program That runs it. */
  constructor(
    readonly link: RpcLink,
    readonly program: string,
  ) {
    link.listener = this;
  }

  /** Throws AppError `harness_failed`, `login_required`. */
  async greet({ clientVersion, skillRoots, apiKey }: ServerGreeting): Promise<void> {
    const clientInfo = { name: 'quarterdeck', title: 'Quarterdeck', version: clientVersion };
    const capabilities = {
      experimentalApi: true,
      requestAttestation: false,
      optOutNotificationMethods: unwanted,
    };
    resultOf(await this.link.request('initialize', { clientInfo, capabilities }), 'to be greeted');
    this.link.notify('initialized', {});
    if (apiKey !== undefined) {
      const reply = await this.link.request('account/login/start', { type: 'apiKey', apiKey });
      if ('refusal' in reply)
        throw new AppError('login_required', 'Codex refused the API key in "env" of the target.');
      resultOf(reply, 'the API key');
    }
    if (skillRoots.length > 0)
      resultOf(await this.link.request('skills/extraRoots/set', { extraRoots: skillRoots }), 'the skills');
  }

  /** Hears also what was said of the thread just before. */
  listen(threadId: string, listener: ThreadListener): void {
    this.listeners.set(threadId, listener);
    const missed = this.unheard.filter(({ params }) => params.threadId === threadId);
    this.unheard = this.unheard.filter((one) => !missed.includes(one));
    for (const { method, params } of missed) void listener.onNotification(method, params);
  }

  /** What is still said of its threads is dropped. */
  forget(listener: ThreadListener): void {
    for (const [threadId, one] of this.listeners) if (one === listener) this.listeners.delete(threadId);
  }

  onNotification(method: string, params: Fields): void | Promise<void> {
    if (method === 'account/rateLimits/updated') {
      this.rateLimits = { ...this.rateLimits, ...known(fieldsOf(params.rateLimits)) };
    } else if (method === 'configWarning') {
      const warning = warningOf(method, params);
      if (warning !== undefined && this.warnings.length < warningsMax) this.warnings.push(warning);
    } else {
      const listener = this.listeners.get(String(params.threadId));
      if (listener !== undefined) return listener.onNotification(method, params);
      this.unheard = [...this.unheard, { method, params }].slice(-unheardMax);
    }
  }

  onRequest(request: RpcRequest): void | Promise<void> {
    const listener = this.listeners.get(String(request.params.threadId));
    return listener === undefined ? request.refuse() : listener.onRequest(request);
  }
}

/** Throws AppError `harness_failed`. */
export function resultOf(reply: Reply, purpose: string): Fields {
  if ('result' in reply) return reply.result;
  if ('refusal' in reply) {
    const { code, message } = reply.refusal;
    throw new AppError('harness_failed', `Codex refused ${purpose}: ${message} (${code}).`);
  }
  const { code, message } = reply.end.error;
  const words = code === 'harness_failed' ? message : `Codex ended before it was ready. ${message}`;
  throw new AppError('harness_failed', words);
}

/** An update is sparse: what it does not say has not changed. */
function known(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
