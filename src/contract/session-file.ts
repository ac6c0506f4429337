/**
 * A session as JSON lines: a header, its runs, its events, and an end, without which the file was cut off. Nothing of it
 * restores the context that an agent has of the session.
 */
import { z } from 'zod';
import { attachments } from './attachments.js';
import { AppError } from './errors.js';
import { type EventEnvelope, eventEnvelope } from './events.js';
import { limits } from './limits.js';
import { metadata, name } from './requests.js';
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

/** Up to the last one that a date can be. */
const time = z.int().min(0).max(8_640_000_000_000_000);

/** The lines as they may come back in: what a request could not bring, a file cannot either. */
export const sessionFileInput = {
  header: sessionFileHeader.extend({
    exportedAt: time,
    upToSeq: sessionFileHeader.shape.upToSeq.max(limits.sessionFileSeqMax),
    runs: z.int().min(0).max(limits.sessionFileRunsMax),
    session: session.extend({ name, aspTargetName: name, model: name.optional(), metadata, createdAt: time }),
  }),
  run: sessionFileRun.extend({
    run: run.extend({
      createdAt: time,
      startedAt: time.optional(),
      completedAt: time.optional(),
      model: name.optional(),
      metadata,
      toolHistory: run.shape.toolHistory.unwrap().max(limits.toolHistoryMax).optional(),
    }),
    maxTurns: z.int().min(1).max(limits.maxTurnsMax).optional(),
    attachments: z.preprocess(asImages, attachments).optional(),
  }),
  event: eventEnvelope.extend({ seq: z.int().min(1), ts: time }),
  end: sessionFileEnd,
};

function asImages(all: unknown): unknown {
  return Array.isArray(all) ? all.map((one: unknown) => ({ ...Object(one), type: 'image' })) : all;
}

/** One line of a file as it comes back in, with its number from 1. */
export type SessionFileEntry = { line: number } & (
  | { header: z.output<typeof sessionFileInput.header> }
  | { run: z.output<typeof sessionFileInput.run> }
  | { event: EventEnvelope }
  | SessionFileEnd
);

export function wrongLine(line: number, message: string): AppError {
  return new AppError('validation_failed', `The file is wrong in line ${line}: ${message}.`, {
    details: [{ path: `line ${line}`, message }],
  });
}
