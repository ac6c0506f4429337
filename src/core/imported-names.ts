/**
 * What the file of a session calls things, and what they are called here. Ids of the file are kept where nobody has them;
 * everything else in an event that names something is looked up, and what names nothing of the file is refused.
 */
import {
  attachmentPath,
  type ContentBlock,
  type MediaRef,
  type SessionEvent,
  wrongLine,
} from '../contract/index.js';

export interface NamedRun {
  runNo: number;
  /** As it is called here. */
  runId: string;
  images: number;
}

interface Place {
  sessionId: string;
  projectId: string;
}

/** UUIDv7 in hexadecimal behind its prefix; the first 12 digits are its time. */
const idPattern = /^(ses|run)_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

/** An id that this server could have given: one from the future would stand before all that come. */
export function isOwnKind(prefix: 'ses' | 'run', id: string, now: number): boolean {
  const [, found, time] = idPattern.exec(id) ?? [];
  return found === prefix && Number.parseInt(time ?? '', 16) <= now;
}

/** Fields that name a run of the same session. */
const runFields = ['runId', 'intoRunId', 'retryOf', 'injectedInto', 'failedRunId'] as const;

export class ImportedNames {
  private readonly runs = new Map<string, NamedRun>();
  private readonly requests = new Map<string, string>();

  constructor(
    private readonly there: Place,
    private readonly here: Place,
    private readonly newRequestId: () => string,
  ) {}

  add(runId: string, run: NamedRun, line: number): void {
    if (this.runs.has(runId)) throw wrongLine(line, `the run ${runId} is in it twice`);
    this.runs.set(runId, run);
  }

  run(runId: string, line: number): NamedRun {
    const run = this.runs.get(runId);
    if (run === undefined) throw wrongLine(line, `the run ${runId} is not in the file`);
    return run;
  }

  refuseOtherSession(place: Place, line: number): void {
    if (place.sessionId === this.there.sessionId && place.projectId === this.there.projectId) return;
    throw wrongLine(line, 'it belongs to another session than the one of the header');
  }

  /** The event as it would have been written here. */
  translate(event: SessionEvent, line: number): SessionEvent {
    // The fields are looked at by their names, because nearly every type has some of them.
    const said: Record<string, unknown> = { ...event };
    for (const field of runFields) {
      if (typeof said[field] === 'string') said[field] = this.run(said[field], line).runId;
    }
    if (typeof said.projectId === 'string') said.projectId = this.here.projectId;
    if (typeof said.sessionId === 'string') said.sessionId = this.here.sessionId;
    if (typeof said.requestId === 'string') said.requestId = this.request(said.requestId);
    if (event.type === 'run_queued' && event.input.attachments !== undefined)
      said.input = {
        ...event.input,
        attachments: event.input.attachments.map((one) => this.image(one, line)),
      };
    if ('message' in event && typeof event.message === 'object')
      said.message = { ...event.message, content: this.content(event.message.content, line) };
    if ('contentBlocks' in event && event.contentBlocks !== undefined)
      said.contentBlocks = this.content(event.contentBlocks, line);
    if (event.type === 'tool_execution_end')
      said.result = { ...event.result, content: this.content(event.result.content, line) };
    return said as SessionEvent;
  }

  /** Never the id that the file has: a question of this server may be called so. */
  private request(requestId: string): string {
    const known = this.requests.get(requestId) ?? this.newRequestId();
    this.requests.set(requestId, known);
    return known;
  }

  private content(content: string | readonly ContentBlock[], line: number): string | ContentBlock[] {
    if (typeof content === 'string') return content;
    return content.map((block) => (block.type === 'media_ref' ? this.image(block, line) : block));
  }

  /** The address of an image that came with the file; there is no other that this server could answer for. */
  private image(image: MediaRef, line: number): MediaRef {
    const [, runId = '', index = ''] = /^\/admin\/runs\/([^/]+)\/attachments\/(\d)$/.exec(image.url) ?? [];
    const run = this.runs.get(runId);
    if (run === undefined || Number(index) >= run.images)
      throw wrongLine(line, `the image ${image.url} is not in the file`);
    return { ...image, url: attachmentPath(run.runId, Number(index)) };
  }
}
