/** What goes over the wire for one run, taken from the product, so that the floor moves the same bytes. */
import type { ProductServer } from '../run/product-server.js';

export interface RunExchange {
  /** The event that admission writes. */
  queuedRow: string;
  /** The event that ends the run. */
  completedRow: string;
  postAnswer: string;
  waitAnswer: string;
}

interface EventsPage {
  events: { type: string; event: unknown }[];
}

export async function recordExchange(product: ProductServer): Promise<RunExchange> {
  const admitted = await product.post<{ runId: string }>('/admin/runs', { projectId: 'rex', prompt });
  const ended = await product.get(`/admin/runs/${admitted.runId}/wait?timeoutMs=60000`);
  const { events } = await product.get<EventsPage>(`/admin/runs/${admitted.runId}/events`);
  const row = (type: string) => JSON.stringify(events.find((event) => event.type === type)?.event);
  return {
    queuedRow: row('run_queued'),
    completedRow: row('run_completed'),
    postAnswer: JSON.stringify(admitted),
    waitAnswer: JSON.stringify(ended),
  };
}

/** Answered with one word by the built-in agent. */
export const prompt = JSON.stringify({ script: [{ say: 'four' }] });
