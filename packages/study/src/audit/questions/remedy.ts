import { resultScope } from "../../points/words.ts";
import type { Interval } from "../../statistics/estimate.ts";
import { bisect } from "../../sweep/threshold.ts";
import { sideOf } from "../claims/claim.ts";
import type { Change } from "./change.ts";
import type { Finding } from "./finding.ts";
import { type DecidingInterval, halfWidthAfter } from "./looks.ts";
import { valueIn } from "./observation.ts";
import { answers, type Question } from "./question.ts";
import type { Runs } from "./runs.ts";

/** Result of changing one thing alone so that a claim holds. */
export interface Remedy {
  readonly change: string;
  readonly now: string;
  /** The smallest change that was found to make it hold; null when none of the values tried does. */
  readonly to: string | null;
  /** Size of the change as a factor from 1 up; null without a remedy, or if the value goes to or from 0. */
  readonly factor: number | null;
  readonly found: number | null;
  /** 95 % interval. */
  readonly interval: Interval | null;
  /** The one that decided that it holds. */
  readonly deciding: DecidingInterval | null;
  /** All values that were run, in order. */
  readonly tried: readonly string[];
}

/** Points of the grid of every change, to be run beforehand. */
export function remedyPoints(question: Question, changes: readonly Change[], runs: Runs) {
  return changes.flatMap((change) => change.values.map((value) => runs.pointAt({ ...question.parameters, ...change.parametersAt(value) })));
}

const STEPS = 8;
const ROUNDING = 1e-9; // of means of equal numbers
/** Looks at a value before the next is tried: a value that so few runs cannot separate from the bound is no reliable remedy. */
export const FEW = 2;

/**
 * For each change, the smallest that makes the failed `question` hold: a grid, since more is not always better, then bisection between the
 * nearest value that holds and its neighbour towards the present one, to an eighth of their distance. Replications must decide that it
 * holds; if results are random, a value a little further than the one found is tried first, then the grid's. The smallest change by factor
 * comes first.
 */
export async function remedies(
  question: Question,
  base: Finding,
  changes: readonly Change[],
  runs: Runs,
  looks: readonly number[],
): Promise<Remedy[]> {
  const found: Remedy[] = [];
  for (const change of changes) found.push(await remedy(question, base, change, runs, looks));
  const rank = ({ to, factor }: Remedy) => (to === null ? Number.POSITIVE_INFINITY : (factor ?? Number.MAX_VALUE));
  return found
    .map((each, i) => ({ each, i }))
    .sort((a, b) => rank(a.each) - rank(b.each) || a.i - b.i)
    .map(({ each }) => each);
}

async function remedy(question: Question, base: Finding, change: Change, runs: Runs, looks: readonly number[]): Promise<Remedy> {
  const { claim, part } = question;
  const { now, values } = change;
  const parametersAt = (value: number) => ({ ...question.parameters, ...change.parametersAt(value) });
  const few = looks.slice(0, FEW);
  const tried = new Set<number>(values);
  const [first, ...rows] = await runs.of([runs.pointAt(question.parameters), ...values.map((value) => runs.pointAt(parametersAt(value)))]);
  const unscaled = valueIn(first!, part);
  const scale = unscaled === null || unscaled === 0 || base.found === null || base.found === 0 ? 1 : base.found / unscaled;
  const holds = (value: number | null) => value !== null && sideOf(value * scale, claim) === 0;
  const nothing: Remedy = {
    change: change.name,
    now: change.textOf(now),
    to: null,
    factor: null,
    found: null,
    interval: null,
    deciding: null,
    tried: [],
  };

  const holding = values.filter((_, i) => holds(valueIn(rows[i]!, part))).sort((a, b) => distance(a, now) - distance(b, now) || a - b);
  for (const value of holding) {
    if (!(await isTellable(value))) continue;
    const grid = [...values, now];
    const neighbour = value > now ? Math.max(...grid.filter((other) => other < value)) : Math.min(...grid.filter((other) => other > value));
    const nearest = await halved(value, neighbour);
    for (const candidate of candidates(nearest, value)) {
      tried.add(candidate);
      if (!(await isTellable(candidate))) continue;
      const [finding] = await answers([{ ...question, parameters: parametersAt(candidate) }], runs, few);
      if (finding?.verdict !== "holds") continue;
      const factor = now > 0 && candidate > 0 ? Math.max(candidate / now, now / candidate) : null;
      return {
        ...nothing,
        to: change.textOf(candidate),
        factor,
        found: finding.found,
        interval: finding.interval,
        deciding: finding.deciding,
        tried: written(tried),
      };
    }
  }
  return { ...nothing, tried: written(tried) };

  /** The value nearest to `fails` that holds, by halving between the two. */
  async function halved(value: number, fails: number): Promise<number> {
    const isRising = value > fails;
    const distance = Math.abs(value - fails);
    const threshold = await bisect({
      from: Math.min(value, fails),
      to: Math.max(value, fails),
      ...(change.isWhole ? { step: Math.max(1, Math.round(distance / STEPS)) } : { tolerance: 1 / STEPS }),
      pointAt: (each) => {
        tried.add(each);
        return runs.pointAt(each === now ? question.parameters : parametersAt(each));
      },
      holds: (report) => holds(part.evaluate(resultScope(report))) === isRising,
      runner: runs,
    });
    if (threshold === undefined) return value;
    return isRising ? threshold.value : (threshold.below ?? value);
  }

  /** Whether few runs may separate `candidate` from the bound, given its one run and the present spread. */
  async function isTellable(candidate: number): Promise<boolean> {
    const [row] = await runs.of([runs.pointAt(parametersAt(candidate))]);
    const value = valueIn(row!, part);
    const share = base.found === null || base.found === 0 ? 0 : halfWidthAfter(few, base) / Math.abs(base.found);
    return value !== null && Math.abs(value * scale - claim.claimed) >= share * Math.abs(value * scale);
  }

  /** The value found, or where runs differ one a little further from now, then that of the grid. */
  function candidates(nearest: number, value: number): number[] {
    const { interval, found } = base;
    const isCertain = interval === null || interval.high - interval.low <= ROUNDING * Math.abs(found ?? 0);
    const further = nearest + (value - nearest) / 4;
    return [...new Set([isCertain ? nearest : change.isWhole ? Math.round(further) : further, value])];
  }

  function written(values: ReadonlySet<number>): string[] {
    return [...values]
      .filter((value) => value !== now)
      .sort((a, b) => a - b)
      .map(change.textOf);
  }
}

function distance(value: number, now: number): number {
  return value > 0 && now > 0 ? Math.max(value / now, now / value) : Number.MAX_VALUE;
}
