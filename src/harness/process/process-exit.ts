/** How a program ended. */
export interface ProcessExit {
  /** Absent when a signal ended it. */
  exitCode?: number;
  signal?: NodeJS.Signals;
}

/** In words, as a part of a sentence. */
export function describeExit({ exitCode, signal }: ProcessExit): string {
  return exitCode === undefined ? `by ${signal ?? 'a signal'}` : `exit code ${exitCode}`;
}
