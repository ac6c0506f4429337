/** What people and programs do to a session all day, over plain HTTP. Each deed ends when what it began has ended. */
const pollMs = 50;
const headers = { 'x-cp-token': 'dev', 'content-type': 'application/json' };

interface Started {
  runId: string;
  status: string;
}

const script = (...steps: unknown[]) => JSON.stringify({ script: steps });
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export class Session {
  constructor(
    private readonly origin: string,
    readonly sessionId: string,
  ) {}

  static async create(origin: string): Promise<Session> {
    const { sessionId } = await ask<{ sessionId: string }>(origin, 'POST', '/admin/sessions', {
      projectId: 'rex',
    });
    return new Session(origin, sessionId);
  }

  readonly deeds: readonly (() => Promise<void>)[] = [
    async () => this.end(await this.start('What is 2+2?')),
    async () => this.end(await this.start('Use Bash to run: echo a; sleep 0.05; echo b')),
    async () => this.end(await this.start(script({ emit: { count: 500, bytes: 200 } }))),
    () => this.follow(),
    () => this.cancel(),
    () => this.steer(),
    () => this.permit(),
  ];

  private start(prompt: string, more: object = {}): Promise<Started> {
    const session = { policy: 'resume', sessionId: this.sessionId };
    return ask(this.origin, 'POST', '/admin/runs', { projectId: 'rex', prompt, session, ...more });
  }

  private async end({ runId }: Started, expected = 'completed'): Promise<void> {
    const { status } = await ask<Started>(this.origin, 'GET', `/admin/runs/${runId}/wait?timeoutMs=60000`);
    if (status !== expected) throw new Error(`the run ${runId} is ${status} and not ${expected}`);
  }

  /** Reads the stream of the session up to the end of a run, and leaves. */
  private async follow(): Promise<void> {
    const leaving = new AbortController();
    const path = `/admin/sessions/${this.sessionId}/events/stream`;
    const { body } = await fetch(this.origin + path, { headers, signal: leaving.signal });
    if (body === null) throw new Error('a stream without a body');
    const { runId } = await this.start('What is 3+3?');
    const text = new TextDecoder();
    let seen = '';
    for await (const chunk of body) {
      seen = (seen + text.decode(chunk, { stream: true })).slice(-65_536);
      if (seen.includes(`"type":"run_completed","runId":"${runId}"`)) break;
    }
    leaving.abort();
  }

  private async cancel(): Promise<void> {
    const run = await this.start(script({ say: 'holding' }, { hang: true }));
    await this.reaches(run, 'running');
    await ask(this.origin, 'POST', `/admin/runs/${run.runId}/cancel`, {});
    await this.end(run, 'cancelled');
  }

  private async steer(): Promise<void> {
    const run = await this.start(script({ say: 'one' }, { sleep: 1000 }, { say: 'two' }));
    await this.reaches(run, 'running');
    const steered = await this.start('and three', { delivery: 'steer' });
    await Promise.all([this.end(run), this.end(steered)]);
  }

  private async permit(): Promise<void> {
    const run = await this.start(script({ ask: { toolName: 'Bash' } }));
    await this.reaches(run, 'awaiting_permission');
    const { permissions } = await ask<{ permissions: { runId: string; requestId: string }[] }>(
      this.origin,
      'GET',
      '/admin/permissions?status=pending&limit=500',
    );
    const asked = permissions.find(({ runId }) => runId === run.runId);
    if (asked === undefined) throw new Error(`the run ${run.runId} asks for nothing`);
    await ask(this.origin, 'POST', `/admin/permissions/${asked.requestId}`, { decision: 'allow' });
    await this.end(run);
  }

  private async reaches({ runId }: Started, wanted: string): Promise<void> {
    for (;;) {
      const { status } = await ask<Started>(this.origin, 'GET', `/admin/runs/${runId}`);
      if (status === wanted) return;
      // A busy machine may have passed it between two looks; what follows tells whether that was as it should be.
      if (status === 'completed') return;
      await pause(pollMs);
    }
  }
}

export async function ask<T>(origin: string, method: string, path: string, body?: object): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(origin + path, { method, headers, ...sent });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
