/** Structured log of the server. Values are data, never secrets; `error` carries the cause of what a user saw in plain words. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
