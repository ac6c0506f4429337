/** Days as the API has them: `2026-11-23`, in UTC. */
import type { UsageGroup, UsageSums } from 'quarterdeck/client';
import { rangeDaysDefault, type UsageSearch } from './search';

const dayMs = 86_400_000;
/** Bars of single days would be too thin to see. */
const dailyBarsMax = 92;

export interface Range {
  from: string;
  to: string;
}

/** One bar: a day, or a week from Monday to Sunday as far as it lies in the range. */
export interface Stretch extends Range {
  /** What is there for the days in it. */
  sums: UsageSums;
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The days that the address asks for; those that end today unless it names them. */
export function rangeOf({ days = rangeDaysDefault, from, to }: UsageSearch, nowMs: number): Range {
  if (from !== undefined && to !== undefined) return { from, to };
  return { from: dayOf(nowMs - (days - 1) * dayMs), to: dayOf(nowMs) };
}

export function dayCount({ from, to }: Range): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs + 1;
}

/** Every stretch of the range in its order, also those in which nothing was used. */
export function stretchesOf(groups: readonly UsageGroup[], range: Range): Stretch[] {
  const weekly = dayCount(range) > dailyBarsMax;
  const byDay = new Map(groups.map((group) => [group.key, group]));
  const stretches: Stretch[] = [];
  for (let ms = Date.parse(range.from); ms <= Date.parse(range.to); ms += dayMs) {
    const day = dayOf(ms);
    const last = stretches.at(-1);
    const isMonday = new Date(ms).getUTCDay() === 1;
    const sums = byDay.get(day) ?? nothing;
    if (last === undefined || !weekly || isMonday) stretches.push({ from: day, to: day, sums });
    else Object.assign(last, { to: day, sums: add(last.sums, sums) });
  }
  return stretches;
}

const nothing: UsageSums = {
  runs: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  costUsd: 0,
  turns: 0,
  toolCalls: 0,
  activeMs: 0,
};

function add(one: UsageSums, other: UsageSums): UsageSums {
  const names = Object.keys(nothing) as (keyof UsageSums)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as UsageSums;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const yearFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const longFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `3 Nov`. */
export function shortDay(day: string): string {
  return dayFormat.format(Date.parse(day));
}

/** `3 Nov 2026`. */
export function fullDay(day: string): string {
  return yearFormat.format(Date.parse(day));
}

/** `Tue, 3 Nov 2026`, `2 Nov to 8 Nov`. */
export function stretchWords({ from, to }: Range): string {
  return from === to ? longFormat.format(Date.parse(from)) : `${shortDay(from)} to ${shortDay(to)}`;
}
