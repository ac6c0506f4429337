/** What a part measures: each figure beside its floor from the same run. */
export type Unit = '/s' | 'ms' | 'MiB' | 'KiB' | 's per million' | 'µs' | 'share' | '';

export interface Aim {
  words: string;
  met: boolean;
}

export interface Figure {
  name: string;
  unit: Unit;
  value: number;
  /** The same bytes and promises without the product; absent where there is nothing to compare with. */
  floor?: number;
  aim?: Aim;
  /** What a reader of the figure must know. */
  note?: string;
}

export interface PartResult {
  part: string;
  seconds: number;
  figures: Figure[];
}

export interface PartContext {
  /** Shorter rounds, fewer of them, and no log of a million events. */
  quick: boolean;
  say: (words: string) => void;
}

export type Part = (context: PartContext) => Promise<Figure[]>;

export function ratioOf({ value, floor }: Figure): number | undefined {
  return floor === undefined || floor === 0 ? undefined : value / floor;
}

export function atLeast(value: number, least: number, words: string): Aim {
  return { words, met: value >= least };
}

export function atMost(value: number, most: number, words: string): Aim {
  return { words, met: value <= most };
}
