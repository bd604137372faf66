import { availableParallelism } from "node:os";
import type { Report } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import { SeedWithoutReport, seedsReport } from "@tokenyard/study";
import { BadInput } from "../outcomes/bad-input.ts";
import { Fault } from "../outcomes/fault.ts";
import { type Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { StudyProgress } from "./study-progress.ts";
import { studyRunner } from "./study-runner.ts";

export interface SeedsOrder {
  readonly scenario: Scenario;
  /** File as the user named it, or that of a report; a trace is relative to it. */
  readonly file: string;
  readonly replications: number;
  /** Largest half-width of each watched interval, as a share of its number: the number of seeds follows, up to `replications`. */
  readonly precision?: number;
  /** Threads; one for each core when none are given, but no more than seeds. */
  readonly workers: number | undefined;
  readonly simulation: Simulation;
  /** Runs the scenario's own seed in this thread, where an error says its place in the file, its time and its event. */
  readonly alone?: () => Promise<unknown>;
}

const TICK_MS = 200;

/**
 * The report of a scenario over several seeds, several at a time. Throws Interrupted after Ctrl-C, BadInput for a seed with which the
 * scenario cannot be, and Fault for one that failed.
 */
export async function seedsRun(order: SeedsOrder, terminal: Terminal, interrupt: Interrupt): Promise<Report> {
  const { scenario, file, replications, precision, simulation } = order;
  const workers = Math.min(order.workers ?? availableParallelism(), replications);
  const runner = await studyRunner({
    workers,
    file,
    title: scenario.name,
    arePointsKnown: true,
    err: terminal.err,
    study: undefined,
    simulation,
  });
  const progress = new StudyProgress(terminal.err, scenario.name, performance.now(), "seed");
  let ended = 0;
  const tick = () => progress.show({ ended, most: replications, underWay: runner.underWay(), best: undefined }, performance.now());
  const timer = setInterval(tick, TICK_MS);
  const onProgress = (now: { readonly ended: number }) => {
    ended = now.ended;
  };
  try {
    const report = await seedsReport(scenario, replications, {
      runner,
      signal: interrupt.signal,
      onProgress,
      ...(precision === undefined ? {} : { precision }),
    });
    if (report === undefined) throw new Interrupted();
    return report;
  } catch (error) {
    if (!(error instanceof SeedWithoutReport)) throw error;
    const { seed, status, message } = error;
    if (seed === scenario.seed) await order.alone?.();
    if (status === "infeasible") throw new BadInput([plainProblem(file, `with seed ${seed}: ${message}`)]);
    throw new Fault(new Error(message), { file, scenario: scenario.name, seed });
  } finally {
    clearInterval(timer);
    progress.clear();
    await runner.close();
  }
}
