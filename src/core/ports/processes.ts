/** A program that this server started, as it must be known to the next server should this one die. */
export interface RecordedProcess {
  harnessProcessId: string;
  pid: number;
  /** Start time of the process in clock ticks since boot (`/proc/PID/stat`, field 22): tells a reused pid. 0 = unknown. */
  startTicks: number;
  /** The value of `QUARTERDECK_MARK` in its environment, which its descendants inherit. */
  mark: string;
}

/** Durable record of running programs. Both calls are idempotent by `harnessProcessId`. */
export interface ProcessLedger {
  /** Resolves when the record would survive a crash of this server. */
  recordProcess(process: RecordedProcess): Promise<void>;
  forgetProcess(harnessProcessId: string): Promise<void>;
}
