import type { Formula } from "@tokenyard/expression";
import { mostSeeds, type ReadPieces, type Scenario } from "@tokenyard/scenario";
import { isImpossible, type Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { resultScope } from "../points/words.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { type Estimate, estimateOf } from "../statistics/estimate.ts";
import { Looks } from "./looks.ts";
import type { SeedsEstimate } from "./pooled-seeds.ts";

export interface ReplicationOptions extends RunnerOptions {
  /** Bytes of files that the scenario names, as its trace: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** How many, or how many at most when `precision` may stop before. */
  readonly replications: number;
  /** Stops when half of every 95 % interval is at most this share of its estimate, as 0.02, at two looks in a row. */
  readonly precision?: number;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
}

/** Replications of a scenario: an estimate for each formula. */
export interface Replications {
  readonly replications: number;
  /** Estimates in the order of the formulas; undefined when no replication had a value. */
  readonly estimates: readonly (Estimate | undefined)[];
  /** Replications that were infeasible or failed; no estimate knows of them. */
  readonly missing: readonly PointResult[];
  /** Whether `precision` was reached; false when none was requested. */
  readonly isNarrow: boolean;
}

/** Throws RangeError if `replications` seeds from that of `scenario` on do not exist, or are more than the limit. */
export function checkSeeds(scenario: Scenario, replications: number): void {
  const most = mostSeeds(scenario);
  if (Number.isSafeInteger(replications) && replications >= 1 && replications <= most) return;
  throw new RangeError(`replications: ${replications}; wanted a whole number from 1 ${replications > most ? `to ${most}` : "on"}`);
}

/** Runs `scenario` with seeds seed, seed + 1, … and estimates each formula. Stops in the order of seeds, so that any runner stops alike. */
export async function replicate(scenario: Scenario, formulas: readonly Formula[], options: ReplicationOptions): Promise<Replications> {
  const { readPieces, runner = inProcessRunner({ readPieces }), replications, precision } = options;
  checkSeeds(scenario, replications);
  const observations = formulas.map((): number[] => []);
  const missing: PointResult[] = [];
  const looks =
    precision === undefined
      ? undefined
      : new Looks(
          precision,
          formulas.map((_, i) => String(i)),
        );
  const estimateAt = (path: string) => seedsEstimateOf(observations[Number(path)]!, formulas[Number(path)]!);
  let count = 0;
  const base: Point = { index: 0, parameters: {}, scenario };
  for await (const row of runner.run(replicatedPoints([base], replications), options)) {
    count++;
    if (row.status !== "ok") missing.push(row);
    else observe(row, formulas, observations);
    if (looks?.isEnough(count, estimateAt) === true) break;
  }
  return {
    replications: count,
    estimates: observations.map((values, i) => estimateOf(values, formulas[i]!.range)),
    missing,
    isNarrow: looks?.reached ?? false,
  };
}

/**
 * Each point `replications` times in a row, replication r with seed + r; the parameters then state the seed. Several keep whole latencies.
 * Chance comes from streams by name, so points with one seed share the draws that their parameters do not affect.
 */
export function* replicatedPoints(points: Iterable<Point>, replications: number): Generator<Point> {
  let index = 0;
  for (const { parameters, scenario } of points) {
    if (isImpossible(scenario)) {
      yield { index: index++, parameters, scenario }; // no seed helps
      continue;
    }
    const most = Number.MAX_SAFE_INTEGER - replications + 1;
    if (scenario.seed > most) {
      const wanted = `at most ${most} for ${replications} seeds from it on`;
      yield { index: index++, parameters, scenario: { problems: [{ path: ["seed"], given: String(scenario.seed), wanted }] } };
      continue;
    }
    for (let r = 0; r < replications; r++) {
      const seed = scenario.seed + r;
      const whole = replications > 1 ? ({ distributions: true } as const) : {};
      yield { index: index++, parameters: { ...parameters, seed }, scenario: { ...scenario, seed }, ...whole };
    }
  }
}

function observe(row: Extract<PointResult, { status: "ok" }>, formulas: readonly Formula[], observations: readonly number[][]): void {
  const scope = resultScope(row.report);
  formulas.forEach(({ evaluate }, i) => {
    const value = evaluate(scope);
    if (value !== null) observations[i]!.push(value);
  });
}

function seedsEstimateOf(values: readonly number[], { range }: Formula): SeedsEstimate | undefined {
  const estimate = estimateOf(values, range);
  return estimate && { ...estimate, value: estimate.mean };
}
