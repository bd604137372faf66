import { type ReadPieces, type Scenario, scenarioFrom, targetsOf } from "@tokenyard/scenario";
import { type Policies, simulate } from "@tokenyard/simulator";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { Looks } from "./looks.ts";
import { checkSeeds, replicatedPoints } from "./replication.ts";
import { type ReportOfSeeds, SeedSums } from "./seed-sums.ts";

export interface SeedsOptions extends RunnerOptions {
  /** Bytes of files that the scenario names, as its trace: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
  /** Largest half-width of each watched interval, as a share of its estimate. Seeds are added until it is reached, up to the requested number. */
  readonly precision?: number;
}

/** A seed of a scenario that gave no report. */
export class SeedWithoutReport extends Error {
  readonly seed: number;
  /** `infeasible`: the scenario cannot be with this seed; `failed`: our fault. */
  readonly status: "infeasible" | "failed";

  constructor(seed: number, status: "infeasible" | "failed", reason: string) {
    super(reason);
    this.name = "SeedWithoutReport";
    this.seed = seed;
    this.status = status;
  }
}

/**
 * The report of `scenario` with `seeds`: estimates over its seed, seed + 1, …, `replications` of them, or with `precision` as many as
 * needed up to that; the same on any runner. Undefined when the signal fired before the last ended. Throws SeedWithoutReport for the first
 * seed without a report.
 */
export async function seedsReport(
  scenario: Scenario,
  replications: number,
  options: SeedsOptions = {},
): Promise<ReportOfSeeds | undefined> {
  const { readPieces, runner = inProcessRunner({ readPieces }), precision } = options;
  checkSeeds(scenario, replications);
  const sums = new SeedSums();
  const looks = precision === undefined ? undefined : new Looks(precision, watchedOf(scenario));
  for await (const row of runner.run(replicatedPoints([{ index: 0, parameters: {}, scenario }], replications), options)) {
    if (row.status !== "ok")
      throw new SeedWithoutReport(scenario.seed + row.index, row.status === "infeasible" ? "infeasible" : "failed", row.reason);
    sums.add(row.report);
    if (looks?.isEnough(sums.count, (path) => sums.estimate(path)) === true) break;
  }
  const isWhole = sums.count === replications || looks?.reached === true;
  return isWhole ? sums.report(looks) : undefined;
}

/**
 * Scenario in, report out, as `simulate`, with `replications` seeds: `seeds` has estimates and 95 % intervals by the paths of the report,
 * and a verdict on each target; the rest is the report of the first seed. Throws Problems for a scenario that cannot be, and
 * RangeError for less than one replication, and for seeds beyond the last.
 */
export function simulateSeeds(given: Scenario, replications: number, policies: Policies = {}): ReportOfSeeds {
  const scenario = scenarioFrom(given);
  checkSeeds(scenario, replications);
  const sums = new SeedSums();
  for (let r = 0; r < replications; r++) sums.add(simulate({ ...scenario, seed: scenario.seed + r }, policies, { distributions: true }));
  return sums.report();
}

/** Metrics whose intervals decide when there are enough seeds: those of the targets, or common means. */
export function watchedOf(scenario: Pick<Scenario, "targets">): string[] {
  const own = targetsOf(scenario).map(({ metric }) => metric.path);
  return own.length > 0 ? own : ["ttftSeconds.mean", "e2eSeconds.mean", "throughput.tokensPerSecond"];
}
