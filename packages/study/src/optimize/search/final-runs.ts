import type { Report } from "@tokenyard/report";
import type { Plugins } from "@tokenyard/scenario";
import { exactPoint } from "../../points/exact-point.ts";
import type { Runner, RunnerOptions } from "../../runners/runner.ts";
import type { Findings } from "./findings.ts";
import { seedPoints } from "./seeded.ts";

interface Parts {
  readonly findings: Findings;
  readonly runner: Runner;
  readonly runs: RunnerOptions;
  /** Words of these may stand in scenarios. */
  readonly plugins: Plugins;
  /** Seeds over which the best plans are judged together; 1 for none. */
  readonly replications: number;
  isStopped(): boolean;
}

/** Runs the best plans of a search once more: with all of their experts drawn, and with several seeds. Yields after each that was judged. */
export class FinalRuns {
  /** The place of the next point. */
  next = 0;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Runs plans whose exact numbers may change the best plan, until none is left. */
  async *exact(): AsyncGenerator<void, void, void> {
    const { findings, runner, runs, plugins, isStopped } = this.#parts;
    for (let plans = findings.unsure; plans.length > 0 && !isStopped(); plans = findings.unsure) {
      let drawn = 0;
      const exact = plans.map(({ parameters, report }, i) => exactPoint(this.next + i, parameters, report, plugins));
      for await (const row of runner.run(exact, runs)) {
        findings.redraw(plans[drawn++]!.index, row);
        yield;
      }
      this.next += plans.length;
      if (drawn < plans.length) return; // it was stopped
    }
  }

  /** Runs the best plans one after another, until enough hold the constraints over all seeds; whether each does. */
  async *seeds(): AsyncGenerator<boolean, void, void> {
    const { findings, runner, runs, plugins, replications, isStopped } = this.#parts;
    if (replications === 1) return;
    for (let plan = findings.unseeded; plan !== undefined && !isStopped(); plan = findings.unseeded) {
      const reports: Report[] = [];
      for await (const row of runner.run(seedPoints(this.next, plan, replications, plugins), runs))
        if (row.status === "ok") reports.push(row.report);
      this.next += replications;
      if (reports.length < replications) return; // it was stopped, or a seed has no report
      yield findings.seed(plan, reports);
    }
  }
}
