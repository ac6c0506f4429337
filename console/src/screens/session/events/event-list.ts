import type { EventEnvelope } from 'quarterdeck/client';
import type { LogFold } from '../../../data/log/log-window';

/** Events as they are. */
export class EventList implements LogFold {
  events: readonly EventEnvelope[] = [];

  append(envelopes: readonly EventEnvelope[]): void {
    this.events = [...this.events, ...envelopes];
  }

  prepend(envelopes: readonly EventEnvelope[]): void {
    this.events = [...envelopes, ...this.events];
  }

  /** The numbers of the events show it. */
  gap(): void {}
}
