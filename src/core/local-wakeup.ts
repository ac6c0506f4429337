/** Wake-ups within one process. */
import type { Wakeup, WakeupTopic } from './ports/wakeup.js';

export function createLocalWakeup(): Wakeup {
  const listeners = new Map<WakeupTopic, Set<() => void>>();
  let due = new Set<WakeupTopic>();

  function deliver(): void {
    const topics = due;
    due = new Set();
    for (const topic of topics) {
      // A copy, because a listener may end its own subscription or begin another.
      for (const listener of [...(listeners.get(topic) ?? [])]) listener();
    }
  }

  return {
    notify(topics) {
      const idle = due.size === 0;
      for (const topic of topics) if (listeners.has(topic)) due.add(topic);
      if (idle && due.size > 0) queueMicrotask(deliver);
    },
    subscribe(topic, listener) {
      const own = () => listener();
      const ofTopic = listeners.get(topic) ?? new Set();
      listeners.set(topic, ofTopic.add(own));
      return () => {
        ofTopic.delete(own);
        if (ofTopic.size === 0 && listeners.get(topic) === ofTopic) listeners.delete(topic);
      };
    },
  };
}
