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
  /** Whether a value will hold, as far as that is known: the doublings begin at the last that will. */
  foreseen?(value: number): boolean | undefined;
}

/** Neighbours: a value that holds and one over it that does not. */
export interface Bracket {
  /** Null when `from` does not hold. */
  readonly holds: number | null;
  /** Null when `to` holds. */
  readonly fails: number | null;
  /** The first value that was tried. */
  readonly began: number;
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

/** The doublings and halvings of the first value, each once: place 0 is that value. */
function ladderOf(first: number, within: (value: number) => number): (place: number) => number {
  const known = new Map<number, number>([[0, first]]);
  return (place) => {
    const toZero = place > 0 ? -1 : 1;
    let nearest = place;
    while (!known.has(nearest)) nearest += toZero;
    for (; nearest !== place; nearest -= toZero) known.set(nearest - toZero, within(known.get(nearest)! * (toZero < 0 ? 2 : 0.5)));
    return known.get(place)!;
  };
}

/** The place of the last value that is foreseen to hold, or of the lowest where none is; 0 where that is not foreseen. */
function foreseenPlace(at: (place: number) => number, foreseen: HighestSearch["foreseen"]): number {
  const first = foreseen?.(at(0));
  if (foreseen === undefined || first === undefined) return 0;
  const step = first ? 1 : -1;
  for (let place = 0; ; place += step) {
    if (at(place + step) === at(place)) return place; // the end of the range
    const next = foreseen(at(place + step));
    if (next === undefined) return 0;
    if (next !== first) return first ? place : place + step;
  }
}

/**
 * Doubles from `own` until a value fails, or halves until one holds; then bisects. For a predicate that holds up to some value; otherwise
 * finds one of its turns. Where values are foreseen, doublings begin at the last that will hold: the ends are the same as without, of such
 * a predicate. Ends early, with the known bounds, when it was stopped, and without a value that holds when neither the first
 * value nor the lowest gave a number to judge.
 */
export async function highest({ own, from, to, precision, isWhole, holds, gaveNothing, foreseen }: HighestSearch): Promise<Bracket> {
  const within = (value: number, round = rounded) => {
    if (value <= from * (1 + SAME)) return from;
    return value >= to * (1 - SAME) ? to : isWhole ? Math.floor(value) : round(value);
  };
  let low: number | null = null;
  let high: number | null = null;
  const at = ladderOf(within(own), within);
  let place = foreseenPlace(at, foreseen);
  const first = at(place);
  let value = first;
  const tried = new Map<number, boolean>();
  const ended = () => ({ holds: low, fails: high, began: first });
  while (low === null || high === null) {
    const held = tried.get(value) ?? (await holds(value));
    if (held === undefined) return ended();
    tried.set(value, held);
    if (value === first && !held && gaveNothing?.(value) && value !== at(0)) {
      place = 0; // as if nothing were foreseen
      value = at(0);
      continue;
    }
    if (held) low = value;
    else high = value;
    if (low === null ? value <= from : high === null && value >= to) return ended();
    if (value === at(0) && !held && gaveNothing?.(value)) {
      const lowest = await holds(from);
      if (lowest === undefined) return ended();
      tried.set(from, lowest);
      if (!lowest && gaveNothing(from)) return { holds: null, fails: from, began: first };
      if (lowest) low = from;
    }
    place += low === null ? -1 : 1;
    value = at(place);
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
  return ended();
}
