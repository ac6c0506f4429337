/**
 * A session as JSON lines: a header, its runs, its events, and an end, without which the file was cut off. Nothing of it
 * restores the context that an agent has of the session.
 */
import { z } from 'zod';
import { run, session } from './resources.js';

export const sessionFileFormat = 'quarterdeck-session';
export const sessionFileVersion = 1;
export const sessionFileMediaType = 'application/x-ndjson';

export const sessionFileHeader = z.object({
  format: z.literal(sessionFileFormat),
  version: z.literal(sessionFileVersion),
  exportedAt: z.int(),
  /** The log is told up to here, whatever came while the file was written. */
  upToSeq: z.int().min(0),
  /** How many lines behind this one are runs; the lines behind those are events. */
  runs: z.int().min(0),
  /** The session's agent was chosen without a target. */
  direct: z.boolean(),
  session,
});
export type SessionFileHeader = z.infer<typeof sessionFileHeader>;

/** A run as the log tells it up to `upToSeq`, with what was asked for and is no part of the resource. */
export const sessionFileRun = z.object({
  run,
  maxTurns: z.int().optional(),
  freshContext: z.literal(true).optional(),
  /** `data` is Base64. In the order of the run's `input.attachments`. */
  attachments: z.array(z.object({ mimeType: z.string(), data: z.string() })).optional(),
});
export type SessionFileRun = z.infer<typeof sessionFileRun>;

export const sessionFileEnd = z.object({ end: z.object({ events: z.int().min(0) }) });
export type SessionFileEnd = z.infer<typeof sessionFileEnd>;
