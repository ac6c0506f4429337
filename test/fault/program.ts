/** The real program on one home and port, which may be killed and started again, with a world in it. */

import { World } from '../contract/http/world.js';
import { processesMarked, storeMarkOf, until } from '../support/processes.js';
import {
  type ServerOptions,
  type ServerProcess,
  startServerProcess,
  temporaryHome,
} from '../support/server-process.js';

export class Program {
  private constructor(
    readonly home: string,
    readonly args: readonly string[],
    readonly world: World,
    private current: ServerProcess,
  ) {}

  static async start(args: readonly string[] = [], options: ServerOptions = {}): Promise<Program> {
    const home = options.home ?? temporaryHome();
    const server = await startServerProcess({ home, args, ...options });
    let program: Program | undefined;
    const stop = () => (program?.current ?? server).stop();
    const world = await World.enter({ baseUrl: server.url, token: 'dev', stop });
    program = new Program(home, args, world, server);
    return program;
  }

  get pid(): number {
    return this.current.pid;
  }

  get exited(): ServerProcess['exited'] {
    return this.current.exited;
  }

  /** The end that nobody can prepare for. */
  async kill(): Promise<void> {
    await this.current.kill('SIGKILL');
  }

  /** On the same home and port. */
  async startAgain(options: ServerOptions = {}): Promise<void> {
    const { home, args } = this;
    this.current = await startServerProcess({ home, args, port: this.current.port, ...options });
  }

  /** Stops the server and makes sure that nothing of it is left. */
  async leave(): Promise<void> {
    await this.world.complete('Hello');
    const mark = await storeMarkOf(this.pid);
    await this.world.leave();
    await until('no process of the server is left', () => processesMarked(mark).length === 0);
  }
}
