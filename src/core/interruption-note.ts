import type { Interruption } from './ports/store.js';

const causes: Record<Interruption, string> = {
  restart: 'the server that runs you was restarted',
  budget: 'a budget was used up, which has room again now',
  usage_limit: 'the usage limit of your provider was reached',
};

/** What an agent is told that gets a prompt for the second time: nobody can know for it what it has done already. */
export function noteOf(interruption: Interruption): string {
  return `[Note: you were given the request below before, and were interrupted because ${causes[interruption]}. Parts of it may be done: look at what is there before you repeat anything, then go on and finish it.]`;
}
