/** Reads a script: a list of steps, each an object with one of the keys below. Nothing is guessed or passed over. */
import {
  asFields,
  type Fields,
  intOf,
  onlyKeys,
  optionalIntOf,
  type Place,
  textOf,
  trueOf,
} from './fields.js';

export type Step =
  | { kind: 'say'; text: string; deltas: number; delayMs: number }
  | { kind: 'think'; text: string }
  | { kind: 'tool'; name: string; input: unknown; ask: boolean }
  | { kind: 'waitFor'; file: string }
  | { kind: 'ask'; toolName: string; toolInput: unknown }
  | { kind: 'sleep'; ms: number }
  | { kind: 'flood'; bytes: number; chunkBytes: number }
  | { kind: 'emit'; count: number; bytes: number; type: 'message_update' | 'notice' }
  /** With `resumesAt`: as an agent fails whose provider has had enough of it until then. */
  | { kind: 'fail'; message: string; resumesAt?: number }
  | { kind: 'crash'; exitCode: number }
  | { kind: 'ignoreSignals' }
  | { kind: 'hang' }
  | { kind: 'garbage'; text: string }
  | { kind: 'repeat'; times: number; steps: Step[] };

const stepsMax = 1000;
const depthMax = 5;
const deltasMax = 10_000;
const delayMsMax = 3_600_000;
const repeatTimesMax = 1_000_000;
const emitCountMax = 10_000_000;
const emitBytesMax = 64 * 1024;
const floodBytesMax = 1024 * 1024 * 1024;
const chunkBytesMax = 64 * 1024;
const chunkBytesDefault = 4096;

type ReadStep = (fields: Fields, place: Place, depth: number) => Step;

/** By the key that names the step; `also` are keys that may stand beside it. */
const readers: Record<Step['kind'], { also?: readonly string[]; read: ReadStep }> = {
  say: { also: ['deltas', 'delayMs'], read: readSay },
  think: { read: (fields, place) => ({ kind: 'think', text: textOf(fields, 'think', place) }) },
  tool: { read: readTool },
  waitFor: { read: (fields, place) => ({ kind: 'waitFor', file: textOf(fields, 'waitFor', place) }) },
  ask: { read: readAsk },
  sleep: {
    read: (fields, place) => ({
      kind: 'sleep',
      ms: intOf(fields, 'sleep', { min: 0, max: delayMsMax }, place),
    }),
  },
  flood: { read: readFlood },
  emit: { read: readEmit },
  fail: { also: ['resumesAt'], read: readFail },
  crash: {
    read: (fields, place) => ({
      kind: 'crash',
      exitCode: intOf(fields, 'crash', { min: 0, max: 255 }, place),
    }),
  },
  ignoreSignals: { read: flag('ignoreSignals') },
  hang: { read: flag('hang') },
  garbage: { read: (fields, place) => ({ kind: 'garbage', text: textOf(fields, 'garbage', place) }) },
  repeat: { read: readRepeat },
};

/** Throws TurnFailed that names the place, as `script step 3: …`. */
export function parseSteps(value: unknown, place: Place, depth = 0): Step[] {
  if (!Array.isArray(value)) throw place.error('the steps must be an array');
  if (value.length > stepsMax) throw place.error(`more than ${stepsMax} steps`);
  if (depth > depthMax) throw place.error(`steps are nested more than ${depthMax} deep`);
  return value.map((step, index) => parseStep(step, place.step(index + 1), depth));
}

function parseStep(value: unknown, place: Place, depth: number): Step {
  const fields = asFields(value, place, 'a step');
  const kinds = Object.keys(fields).filter((key): key is Step['kind'] => Object.hasOwn(readers, key));
  const [kind, second] = kinds;
  if (kind === undefined) throw place.error(`it needs one of: ${Object.keys(readers).join(', ')}`);
  if (second !== undefined) throw place.error(`"${kind}" and "${second}" are two steps`);
  const { also = [], read } = readers[kind];
  onlyKeys(fields, [kind, ...also], place);
  return read(fields, place, depth);
}

function readSay(fields: Fields, place: Place): Step {
  return {
    kind: 'say',
    text: textOf(fields, 'say', place),
    deltas: optionalIntOf(fields, 'deltas', 0, { min: 1, max: deltasMax }, place),
    delayMs: optionalIntOf(fields, 'delayMs', 0, { min: 0, max: delayMsMax }, place),
  };
}

function readTool(fields: Fields, place: Place): Step {
  const tool = asFields(fields.tool, place, '"tool"');
  onlyKeys(tool, ['name', 'input', 'ask'], place.within('tool'));
  if (tool.ask !== undefined && typeof tool.ask !== 'boolean')
    throw place.error('"ask" must be true or false');
  return { kind: 'tool', name: textOf(tool, 'name', place), input: tool.input ?? {}, ask: tool.ask === true };
}

function readAsk(fields: Fields, place: Place): Step {
  const ask = asFields(fields.ask, place, '"ask"');
  onlyKeys(ask, ['toolName', 'toolInput'], place.within('ask'));
  return { kind: 'ask', toolName: textOf(ask, 'toolName', place), toolInput: ask.toolInput ?? {} };
}

function readFlood(fields: Fields, place: Place): Step {
  const flood = asFields(fields.flood, place, '"flood"');
  onlyKeys(flood, ['bytes', 'chunkBytes'], place.within('flood'));
  return {
    kind: 'flood',
    bytes: intOf(flood, 'bytes', { min: 0, max: floodBytesMax }, place),
    chunkBytes: optionalIntOf(flood, 'chunkBytes', chunkBytesDefault, { min: 1, max: chunkBytesMax }, place),
  };
}

function readEmit(fields: Fields, place: Place): Step {
  const emit = asFields(fields.emit, place, '"emit"');
  onlyKeys(emit, ['count', 'bytes', 'type'], place.within('emit'));
  const type = emit.type ?? 'message_update';
  if (type !== 'message_update' && type !== 'notice')
    throw place.error('"type" must be "message_update" or "notice"');
  return {
    kind: 'emit',
    count: intOf(emit, 'count', { min: 0, max: emitCountMax }, place),
    bytes: optionalIntOf(emit, 'bytes', 1, { min: 0, max: emitBytesMax }, place),
    type,
  };
}

function readFail(fields: Fields, place: Place): Step {
  const message = textOf(fields, 'fail', place);
  if (fields.resumesAt === undefined) return { kind: 'fail', message };
  const resumesAt = intOf(fields, 'resumesAt', { min: 0, max: Number.MAX_SAFE_INTEGER }, place);
  return { kind: 'fail', message, resumesAt };
}

function readRepeat(fields: Fields, place: Place, depth: number): Step {
  const repeat = asFields(fields.repeat, place, '"repeat"');
  onlyKeys(repeat, ['times', 'steps'], place.within('repeat'));
  return {
    kind: 'repeat',
    times: intOf(repeat, 'times', { min: 0, max: repeatTimesMax }, place),
    steps: parseSteps(repeat.steps, place.within('repeat'), depth + 1),
  };
}

function flag(kind: 'ignoreSignals' | 'hang'): ReadStep {
  return (fields, place) => {
    trueOf(fields, kind, place);
    return { kind };
  };
}
