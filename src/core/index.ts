export type { Answer } from './answer-once.js';
export { type BundlePart, partsNotTaken, partWords } from './bundle-parts.js';
export { type Core, createCore } from './core.js';
export { cutMiddle, cutStart } from './event-bounds.js';
export { Harnesses } from './harnesses.js';
export { createLocalWakeup } from './local-wakeup.js';
export type { Log } from './log.js';
export type { CoreOptions } from './options.js';
export { policyFrom } from './permission-policy.js';
export * from './ports/clock.js';
export * from './ports/harness.js';
export * from './ports/processes.js';
export * from './ports/store.js';
export * from './ports/targets.js';
export * from './ports/wakeup.js';
export * from './run-state.js';
export {
  isSearchable,
  type SearchTerm,
  searchableText,
  searchableTypes,
  separateWords,
} from './search-text.js';
export type { JsonOf, PageQuery } from './session-log.js';
export { createSystemClock, systemClock } from './system-clock.js';
export { dayOf, startOfDay } from './utc-days.js';
export { waitReasonOf } from './wait-reason.js';
