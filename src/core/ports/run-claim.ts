/** A run that this worker drives. `attempt` fences every write about it. */
export interface RunClaim {
  runId: string;
  attempt: number;
}

export interface Continuation {
  provider: 'anthropic' | 'openai' | 'unknown';
  key: string;
}
