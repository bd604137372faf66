import type { Report } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import { type Impossible, isImpossible, type Parameters, type Point } from "../points/point.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import type { LoadKnob } from "./load-knob.ts";

/** Runs of loads with seeds that no search has seen, each made once. */
export class FreshSeeds {
  runs = 0;
  readonly #scenario: Scenario;
  readonly #knob: LoadKnob;
  readonly #change: (parameters: Parameters) => Scenario | Impossible;
  readonly #runner: Runner;
  readonly #options: RunnerOptions;
  readonly #known = new Map<number, Report[]>();

  /** Seeds follow that of `scenario`. */
  constructor(
    scenario: Scenario,
    knob: LoadKnob,
    change: (parameters: Parameters) => Scenario | Impossible,
    runner: Runner,
    options: RunnerOptions,
  ) {
    this.#scenario = scenario;
    this.#knob = knob;
    this.#change = change;
    this.#runner = runner;
    this.#options = options;
  }

  /** Reports of the first `seeds` seeds at `value`; undefined where the search was stopped, or a run failed. */
  async reports(value: number, seeds: number): Promise<readonly Report[] | "impossible" | undefined> {
    const { path, unit } = this.#knob;
    const known = this.#known.get(value) ?? [];
    this.#known.set(value, known);
    const scenario = this.#change({ [path]: unit === "" ? value : `${value} ${unit}` });
    if (isImpossible(scenario)) return "impossible";
    const { seed: first } = this.#scenario;
    const points = Array.from({ length: Math.max(0, seeds - known.length) }, (_, index): Point => {
      const seed = first + known.length + index;
      return { index, parameters: { seed }, scenario: { ...scenario, seed }, distributions: true };
    });
    for await (const row of this.#runner.run(points, this.#options)) {
      this.runs++;
      if (row.status === "infeasible") return "impossible";
      if (row.status !== "ok") return undefined;
      known.push(row.report);
    }
    return known.length < seeds ? undefined : known.slice(0, seeds);
  }
}
