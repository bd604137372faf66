import type { AssumedRange } from "./assumed-range.ts";
import { type Corner, movedTo, type Stand, settingsOf } from "./corner.ts";
import type { PairedMeasure } from "./paired-measure.ts";

/** A point of a search with its measurement. */
export interface At {
  readonly corner: Corner;
  readonly value: number;
}

/** How a search goes. */
export interface Ascent {
  /** How much of the way to the other verdict a value is. */
  share(value: number): number;
  /** Whether a value has the other verdict for certain: then there is no need to go on. */
  isThere(value: number): boolean;
  /** Other readings of the plan that may be used; empty: only the initial one. */
  readonly stands: readonly Stand[];
}

/** Least share of the way that counts as a step. */
const LEAST_STEP = 1 / 1000;
/** Share of the way: an assumption that alone moves the number less is not moved together with others, as its runs may be long. */
const WORTH = 1 / 100;
/** Share of the way from which values are tried again beside those that were chosen. */
const NEAR = 3 / 4;
const ROUNDS = 2;
/** Other readings that are examined more closely. */
const REREAD = 2;

/**
 * The farthest point on the way that steps lead to from `home`, or the first that arrives. First all assumptions at once that alone go a
 * hundredth of it, each at its farthest value. If they go three quarters of the way together, or interfere so that they go less than half
 * of their sum: the one that alone goes farthest, then the next two, the next four and so on, and one by one where several together get no
 * farther. Then another reading, with its additional freedom; then, from three quarters of the way, every value of every assumption again,
 * twice at most. Only steps that get farther count.
 */
export async function climbed(home: At, measure: PairedMeasure, ascent: Ascent): Promise<At> {
  let at = home;
  const singles = await Promise.all(freeAt(home).map(async (range) => ({ range, best: await farthest(home, range, range.tried) })));
  const first = singles.flatMap(({ range, best }) => (best === undefined || shareOf(best) < WORTH ? [] : [{ range, best }]));
  first.sort((a, b) => shareOf(b.best) - shareOf(a.best));
  const all = await best(home, [moved(home, first)]);
  const inSum = first.reduce((sum, { best }) => sum + shareOf(best), 0);
  if (all !== undefined) at = all;
  if (ascent.isThere(at.value)) return at;
  if (shareOf(at) >= NEAR || shareOf(at) < inSum / 2) {
    const there = await stepped();
    if (shareOf(there) > shareOf(at)) at = there;
    if (ascent.isThere(at.value)) return at;
  }
  at = (await reread()) ?? at;
  for (let round = 0; round < ROUNDS && shareOf(at) >= NEAR; round++) {
    const before = at;
    for (const range of freeAt(at)) {
      if (ascent.isThere(at.value)) return at;
      at = (await farthest(at, range, range.assumed === null ? range.tried : [...range.tried, range.assumed])) ?? at;
    }
    if (at === before) break;
  }
  return at;

  /** Moves the assumptions of `first` in doubling steps, those that alone go farthest first. */
  async function stepped(): Promise<At> {
    let at = home;
    for (let next = 0, step = 1; next < first.length && !ascent.isThere(at.value); ) {
      const taken = first.slice(next, next + step);
      const there = await best(at, [moved(at, taken)]);
      if (there !== undefined) at = there;
      if (there !== undefined || step === 1) next += taken.length;
      step = there === undefined ? 1 : 2 * step;
    }
    return at;
  }

  /** `from` with each of `ranges` where it alone goes farthest. */
  function moved(from: At, ranges: typeof first): Corner {
    return ranges.reduce((corner, { range, best }) => movedTo(corner, range, best.corner.moves.get(range.path)!.value), from.corner);
  }

  function shareOf({ value }: At): number {
    return ascent.share(value);
  }

  function freeAt({ corner: { stand } }: At): readonly AssumedRange[] {
    return stand.ranges;
  }

  /** The value of `range` that goes farthest beside what `from` has changed; undefined when none goes farther than `from`. */
  async function farthest(from: At, range: AssumedRange, values: readonly number[]): Promise<At | undefined> {
    const now = from.corner.moves.get(range.path)?.value ?? range.assumed;
    const others = [...new Set(values)].filter((value) => value !== now);
    return best(
      from,
      others.map((value) => movedTo(from.corner, range, value)),
    );
  }

  /**
   * The same changes under another reading: the better of the nearest two that uses what the first reading fixes; undefined if none is
   * nearer.
   */
  async function reread(): Promise<At | undefined> {
    const { stand: here } = at.corner;
    const others = ascent.stands.filter(({ reading, box }) => reading !== here.reading && box !== here.box);
    const corners = others.map((stand) => ({ ...at.corner, stand }));
    const values = await measure.at(corners.map((corner) => settingsOf(corner)));
    const readings = corners
      .flatMap((corner, i): At[] => (values[i] == null ? [] : [{ corner, value: values[i] }]))
      .sort((a, b) => shareOf(b) - shareOf(a));
    let found: At | undefined;
    for (const reading of readings.slice(0, REREAD)) {
      let there = reading;
      for (const range of freeAt(reading)) if (!here.free.has(range.path)) there = (await farthest(there, range, range.tried)) ?? there;
      if (shareOf(there) >= shareOf(found ?? at) + LEAST_STEP) found = there;
    }
    return found;
  }

  async function best(from: At, corners: readonly Corner[]): Promise<At | undefined> {
    const values = await measure.at(corners.map((corner) => settingsOf(corner)));
    let most = shareOf(from) + LEAST_STEP;
    let found: At | undefined;
    for (const [i, corner] of corners.entries()) {
      const value = values[i];
      if (value == null || ascent.share(value) < most) continue;
      found = { corner, value };
      most = ascent.share(value);
    }
    return found;
  }
}
