/** Days of the world's clock, by which budgets and usage are counted. */
const dayMs = 86_400_000;

/** Days since 1970. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

/** When that day begins. */
export function startOfDay(day: number): number {
  return day * dayMs;
}
