/** Chance that can be repeated: the seed is printed, and QD_TEST_SEED sets it. */
export interface SeededRandom {
  /** A whole number from 0 up to, and without, `bound`. */
  below(bound: number): number;
}

export function seededRandom(): SeededRandom {
  const seed = Number(process.env.QD_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`seed ${seed}: QD_TEST_SEED=${seed} repeats it`);
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (bound) => Math.floor(next() * bound) };
}
