/**
 * Whether what is shown is what is. Asks the server again and again whether it is there; while it is, what was read of
 * any session is read again. Once it has been away, or is another process than before, everything is read again before
 * anything counts as live. While it is away nothing is asked, and what was read stays as it was.
 */
import { onlineManager, type QueryClient } from '@tanstack/react-query';
import { ApiError, type Client, type ConnectionState, type ServerStatus } from 'quarterdeck/client';
import { keys } from './keys';

/**
 * `connecting`: asked, no answer yet. `catching_up`: the server is there, and what is shown is older than that. `live`:
 * what is shown is at most `lookMs` old. `offline`: no answer; what is shown is as it was at `asOfMs`.
 */
export type LiveState =
  | { state: 'connecting' | 'catching_up' | 'live' }
  | { state: 'offline'; retryAtMs: number; asOfMs: number | undefined };

/** Between two looks: while somebody sees the page, and while it only counts and notifies. */
const lookMs = 2000;
const hiddenLookMs = 20_000;
/** Behind failures; the last one holds on. */
const retryMs = [1000, 2000, 4000, 8000, 15_000];
/** A server that takes longer to say that it is there is of no use. */
const answerMsMax = 8000;

// The device may well be without a network while the server on it is there: only the server itself can tell.
onlineManager.setEventListener(() => () => undefined);

/** How far the server's clock is ahead of that of this device, and where it stands still while the server is away. */
export interface ObservedClock {
  aheadMs: number;
  /** By the clock of this device. */
  stoppedAtMs: number | undefined;
}

/** Smaller differences of the clocks are not told: nobody sees them. */
const clockErrorMsMax = 1000;

/** How far the log is that a screen follows. */
export interface FollowedLog {
  state: ConnectionState;
  /** Of the next try, with `offline`. */
  retryInMs?: number | undefined;
}

export class LiveConnection {
  private server: LiveState = { state: 'connecting' };
  private shown: LiveState = this.server;
  private readonly logs = new Map<string, LiveState>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: AbortController | undefined;
  private failures = 0;
  private serverStartedAt: number | undefined;
  private asOfMs: number | undefined;
  private aheadMs = 0;

  constructor(
    private readonly client: Client,
    private readonly queryClient: QueryClient,
    /** The server does not take the token. */
    private readonly onRefused: () => void,
    private readonly onClock: (clock: ObservedClock) => void,
  ) {}

  /** Of the server and of every log that is followed, what is furthest from live. */
  readonly state = () => this.shown;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Until what it returns is called. */
  start(): () => void {
    document.addEventListener('visibilitychange', this.onVisible);
    addEventListener('online', this.lookNow);
    this.lookNow();
    return () => {
      document.removeEventListener('visibilitychange', this.onVisible);
      removeEventListener('online', this.lookNow);
      clearTimeout(this.timer);
      this.looking?.abort();
      onlineManager.setOnline(true);
    };
  }

  /** A screen that follows a log says how far it is, and at last that it follows it no more. */
  follow(name: string, log: FollowedLog | undefined): void {
    if (log === undefined) this.logs.delete(name);
    else if (log.state === 'offline') this.logs.set(name, this.offline(Date.now() + (log.retryInMs ?? 0)));
    // A log is opened on a page that has told of a server: whether it comes is a matter of catching up.
    else this.logs.set(name, { state: log.state === 'live' ? 'live' : 'catching_up' });
    this.show();
  }

  readonly lookNow = () => {
    clearTimeout(this.timer);
    this.looking?.abort();
    this.looking = new AbortController();
    void this.look(this.looking.signal);
  };

  private readonly onVisible = () => {
    if (!document.hidden) this.lookNow();
  };

  private async look(signal: AbortSignal): Promise<void> {
    try {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]);
      const askedAtMs = Date.now();
      const status = await this.client.server.status({ signal: inTime, retryMsMax: 0 });
      this.compareClocks(status.now, askedAtMs, Date.now());
      await this.take(status, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) return this.onRefused();
      this.lose();
    }
    if (!signal.aborted) this.timer = setTimeout(this.lookNow, this.pauseMs());
  }

  /** The server looked at its clock somewhere between the question and the answer. */
  private compareClocks(serverMs: number, askedAtMs: number, answeredAtMs: number): void {
    const aheadMs = serverMs - (askedAtMs + answeredAtMs) / 2;
    const errorMs = clockErrorMsMax + Math.abs(answeredAtMs - askedAtMs) / 2;
    if (Math.abs(aheadMs - this.aheadMs) <= errorMs) return;
    this.aheadMs = aheadMs;
    this.tellClock();
  }

  private tellClock(): void {
    const stoppedAtMs = this.shown.state === 'offline' ? this.shown.asOfMs : undefined;
    this.onClock({ aheadMs: this.aheadMs, stoppedAtMs });
  }

  private async take(status: ServerStatus, signal: AbortSignal): Promise<void> {
    const { queryClient } = this;
    const isSame = this.server.state === 'live' && status.startedAt === this.serverStartedAt;
    this.failures = 0;
    this.serverStartedAt = status.startedAt;
    onlineManager.setOnline(true);
    queryClient.setQueryData(keys.status, status);
    if (!isSame) {
      this.set({ state: 'catching_up' });
      // A page that has just come up is reading already.
      await queryClient.invalidateQueries({}, { cancelRefetch: this.asOfMs !== undefined });
    }
    if (signal.aborted) return;
    this.asOfMs = Date.now();
    this.set({ state: 'live' });
    if (isSame) void queryClient.invalidateQueries({ queryKey: keys.allSessions }, { cancelRefetch: false });
  }

  private lose(): void {
    this.failures += 1;
    onlineManager.setOnline(false);
    // What is under way would fail by itself, later and for each query.
    void this.queryClient.cancelQueries();
    this.set(this.offline(Date.now() + this.pauseMs()));
  }

  private offline(retryAtMs: number): LiveState {
    return { state: 'offline', retryAtMs, asOfMs: this.asOfMs };
  }

  private pauseMs(): number {
    if (this.failures > 0) return retryMs[Math.min(this.failures, retryMs.length) - 1] as number;
    return document.hidden ? hiddenLookMs : lookMs;
  }

  private set(state: LiveState): void {
    this.server = state;
    this.show();
  }

  private show(): void {
    const all = [this.server, ...this.logs.values()];
    const next =
      furthestFirst.flatMap((name) => all.find(({ state }) => state === name) ?? [])[0] ?? this.server;
    if (next.state !== 'offline' && next.state === this.shown.state) return;
    this.shown = next;
    this.tellClock();
    for (const listener of this.listeners) listener();
  }
}

const furthestFirst: readonly LiveState['state'][] = ['offline', 'connecting', 'catching_up', 'live'];
