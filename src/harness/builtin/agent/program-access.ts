/** What a script may do to the agent's program itself. */
export interface ProgramAccess {
  /** Exits at once, after what was said so far is out. */
  crash(exitCode: number): void;
  /** Writes a line as it is, whatever the protocol says. */
  writeRaw(line: string): void;
}
