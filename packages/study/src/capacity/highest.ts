/** Asks for the highest value that holds. */
export interface HighestSearch {
  /** Load at which to begin. */
  readonly own: number;
  /** The lowest and the highest value to try. */
  readonly from: number;
  readonly to: number;
  /** The search ends when the two values are this close, as a share of the lower. */
  readonly precision: number;
  /** Whether only whole numbers are tried. */
  readonly isWhole: boolean;
  /** Undefined when the search was stopped. */
  holds(value: number): Promise<boolean | undefined>;
  /** Whether `value`, which did not hold, gave no number to judge: then the lowest value is tried before those between. */
  gaveNothing?(value: number): boolean;
}

/** Neighbours: a value that holds and one over it that does not. */
export interface Bracket {
  /** Null when `from` does not hold. */
  readonly holds: number | null;
  /** Null when `to` holds. */
  readonly fails: number | null;
}

const DIGITS = 6;
/** Relative distance from an end of the range that counts as that end. */
const SAME = 1e-4;
/** A middle may be off by this share of the interval, so that it has few digits: 17.2, not 17.1875. */
const NEARLY_HALF = 1 / 8;

/** `value` in as many digits as a value that is tried has. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** `value` in the fewest digits that leave it closer than `close`. */
function inDigits(value: number, close: number): number {
  for (let digits = 1; digits < DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.abs(short - value) < close) return short;
  }
  return rounded(value);
}

/**
 * Doubles from `own` until a value fails, or halves until one holds; then bisects. For a predicate that holds up to some value; otherwise
 * finds one of its turns. Ends early, with the known bounds, when it was stopped, and without a value that holds when neither the first
 * value nor the lowest gave a number to judge.
 */
export async function highest({ own, from, to, precision, isWhole, holds, gaveNothing }: HighestSearch): Promise<Bracket> {
  const within = (value: number, round = rounded) => {
    if (value <= from * (1 + SAME)) return from;
    return value >= to * (1 - SAME) ? to : isWhole ? Math.floor(value) : round(value);
  };
  let low: number | null = null;
  let high: number | null = null;
  const first = within(own);
  let value = first;
  let lowest: boolean | undefined;
  while (low === null || high === null) {
    const held = value === from && lowest !== undefined ? lowest : await holds(value);
    if (held === undefined) return { holds: low, fails: high };
    if (held) low = value;
    else high = value;
    if (low === null ? value <= from : high === null && value >= to) return { holds: low, fails: high };
    if (value === first && !held && gaveNothing?.(value)) {
      lowest = await holds(from);
      if (lowest === undefined) return { holds: low, fails: high };
      if (!lowest && gaveNothing(from)) return { holds: null, fails: from };
      if (lowest) low = from;
    }
    value = within(low === null ? value / 2 : value * 2);
  }
  while (high - low > Math.max(isWhole ? 1 : 0, precision * low)) {
    const close = (high - low) * NEARLY_HALF;
    const middle = within((low + high) / 2, (value) => inDigits(value, close));
    if (middle <= low || middle >= high) break;
    const held = await holds(middle);
    if (held === undefined) break;
    if (held) low = middle;
    else high = middle;
  }
  return { holds: low, fails: high };
}
