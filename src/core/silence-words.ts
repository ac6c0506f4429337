/** What is said of a silent agent: in the log while it may still speak, and as the error of a run that it fails. */
import type { RunError } from '../contract/index.js';
import type { CoreOptions } from './options.js';
import type { Activity, Silence, SilenceBound } from './silence-watch.js';

type SilenceOptions = Pick<
  CoreOptions,
  | 'firstSignTimeoutMs'
  | 'silentModelNoticeMs'
  | 'silentModelFailMs'
  | 'silentToolNoticeMs'
  | 'silentToolFailMs'
>;

/** The prompt has one bound, and half of it is noticed. */
export function silenceBounds(options: SilenceOptions): Record<Activity, SilenceBound> {
  const half = options.firstSignTimeoutMs / 2;
  return {
    handing_over: { noticeMs: half, failMs: half },
    model: { noticeMs: options.silentModelNoticeMs, failMs: options.silentModelFailMs },
    tool: { noticeMs: options.silentToolNoticeMs, failMs: options.silentToolFailMs },
  };
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;

const whoIsSilent: Record<Activity, (lasted: string) => string> = {
  handing_over: (lasted) => `The agent was given the prompt and gave no sign of life for ${lasted}`,
  model: (lasted) => `The agent has said nothing for ${lasted}`,
  tool: (lasted) => `A tool has printed nothing for ${lasted}`,
};

const settingOf: Record<Activity, keyof SilenceOptions> = {
  handing_over: 'firstSignTimeoutMs',
  model: 'silentModelFailMs',
  tool: 'silentToolFailMs',
};

export function silenceNotice({ activity, lastsMs, leftMs }: Silence): string {
  const what = `${whoIsSilent[activity](seconds(lastsMs))}.`;
  return leftMs === undefined ? what : `${what} The run fails if that lasts ${seconds(leftMs)} more.`;
}

export function silenceError({ activity, lastsMs }: Silence): RunError {
  const what = whoIsSilent[activity](seconds(lastsMs));
  const next = 'It may have acted: look at its work, then retry the run or send another prompt.';
  const message = `${what}, and was ended. ${next} ${settingOf[activity]} says how long silence may last.`;
  return { code: 'agent_unresponsive', message };
}
