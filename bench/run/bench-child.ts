/** A helper process of the bench that does jobs one after another, so that its work takes no time from the others. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { track } from './leftovers.js';

type Reply<Result> = { result: Result } | { failure: string };

export class BenchChild<Job, Result> {
  private readonly child: ChildProcess;

  constructor(module: URL) {
    this.child = track(fork(fileURLToPath(module), { serialization: 'advanced' }));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Rejects when the job fails or the process ends. */
  async run(job: Job): Promise<Result> {
    const stopWaiting = new AbortController();
    const { signal } = stopWaiting;
    const gone = once(this.child, 'exit', { signal }).then(() => {
      throw new Error('a helper process of the bench died');
    });
    const answered = once(this.child, 'message', { signal }) as Promise<[Reply<Result>]>;
    this.child.send(job as object);
    try {
      const [reply] = await Promise.race([answered, gone]);
      if ('failure' in reply) throw new Error(reply.failure);
      return reply.result;
    } finally {
      gone.catch(() => undefined);
      answered.catch(() => undefined);
      stopWaiting.abort();
    }
  }

  close(): void {
    this.child.kill('SIGKILL');
  }
}

/** The other side: ends with its parent. */
export function answerJobs<Job, Result>(perform: (job: Job) => Promise<Result>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (job) => {
    const reply = (message: Reply<Result>) => process.send?.(message);
    perform(job as Job).then(
      (result) => reply({ result }),
      (error: unknown) =>
        reply({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
