import { exp } from "@tokenyard/random";
import { DRAWS, deviationAt, drawnNoise, type LogSpread, type Report, sideOf } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import type { Change } from "../statistics/pairs.ts";
import { decidingRun, inBounds } from "./deciding-run.ts";
import { type RealPlan, realPlans, type Uncalibrated } from "./real-plan.ts";

/** The better of two plans in one number on real servers, with its probability. */
export interface PairWinner {
  /** Better plan by the simulation. */
  readonly plan: "a" | "b";
  /** Probability that it is the better on a real server, with seeds and the model's error together; from 1 to 99 %. */
  readonly chance: number;
  /** By how much the other one is better where it is, as a share of this one's number in the mean; null where it never was. */
  readonly regret: number | null;
  /** The plan whose measured run would make the choice surest, and how sure it would be in the mean; null where none would add a point. */
  readonly measure: { readonly plan: "a" | "b"; readonly chance: number } | null;
}

/** Pairs of one number: its means, and the typical change of a run. */
export interface PairedNumber {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly change: Change | undefined;
}

/** The winner in each of `numbers`: null where it has no measured error, no better side, or is the same in both; or why no measured run was like the plans. */
export function pairWinners(
  reports: readonly [Report, Report],
  numbers: readonly PairedNumber[],
): { readonly winners: readonly (PairWinner | null)[] } | Uncalibrated {
  const real = realPlans(reports, 2);
  if (!("plans" in real)) return real;
  const [a, b] = real.plans as [RealPlan, RealPlan];
  return { winners: numbers.map((number) => winnerIn(number, a, b)) };
}

function winnerIn({ name, a: first, b: second, change }: PairedNumber, a: RealPlan, b: RealPlan): PairWinner | null {
  const metric = metricOf(name);
  if (metric?.better === undefined || !a.errs(metric.path) || !b.errs(metric.path)) return null;
  if (!(first > 0 && second > 0 && Number.isFinite(first) && Number.isFinite(second)) || first === second) return null;
  const isOfB = second < first === (metric.better === "less");
  const [of, against] = isOfB ? [b, a] : [a, b];
  const ratio = isOfB ? second / first : first / second;
  const seeds = seedsOf(change, isOfB);
  const noise = drawnNoise();
  const best = new Int32Array(DRAWS);
  let [wins, regret] = [0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    const real = ratio * (of.factor(metric.path, draw) / against.factor(metric.path, draw)) * exp(deviationAt(seeds, noise[draw]!));
    const isRight = real < 1 === (metric.better === "less");
    best[draw] = isRight ? 0 : 1;
    if (isRight) wins++;
    else regret += Math.abs(1 - 1 / real);
  }
  const order = isOfB ? (["b", "a"] as const) : (["a", "b"] as const);
  const measure = decidingRun([of, against], best, wins);
  return {
    plan: order[0],
    chance: inBounds(wins / DRAWS),
    regret: wins === DRAWS ? null : regret / (DRAWS - wins),
    measure: measure === null ? null : { plan: order[measure.plan]!, chance: measure.chance },
  };
}

/** How far the seeds may move the ratio of the winner's number to the other's: nothing where one pair ran. */
function seedsOf(change: Change | undefined, isOfB: boolean): LogSpread {
  if (change?.interval == null) return { median: 0, below: 0, above: 0 };
  const { factor, interval } = change;
  const [below, above] = [sideOf(factor, interval.low), sideOf(factor, interval.high)];
  return isOfB ? { median: 0, below, above } : { median: 0, below: above, above: below };
}
