import { availableParallelism } from "node:os";
import type { Scenario } from "@tokenyard/scenario";
import { type Comparisons, compare, type Formula, type Why, why } from "@tokenyard/study";
import { Interrupt } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { withWholeTracePath } from "../scenarios/files-beside.ts";
import { STDIN } from "../scenarios/given-text.ts";
import type { OpenScenario } from "../scenarios/open-scenarios.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { StudyProgress } from "./study-progress.ts";
import { studyRunner } from "./study-runner.ts";

export interface PairedRunsOptions {
  readonly title: string;
  readonly replications: number;
  readonly precision?: number | undefined;
  readonly workers?: number | undefined;
}

const TICK_MS = 200;

/** Runs both scenarios in pairs with the same seeds, with a line of progress; after Ctrl-C, the finished pairs. */
export async function pairedRuns(
  opened: readonly [OpenScenario, OpenScenario],
  formulas: readonly Formula[],
  { title, replications, precision, workers = availableParallelism() }: PairedRunsOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<{ readonly found: Comparisons; readonly isInterrupted: boolean }> {
  const interrupt = new Interrupt();
  const scenarios = opened.map(({ given, file }) => withWholeTracePath(given, file)) as [Scenario, Scenario]; // of two folders
  const runner = await studyRunner({ workers, file: STDIN, title, err: terminal.err, study: undefined, simulation });
  const progress = new StudyProgress(terminal.err, title, performance.now());
  let ended = 0;
  const timer = setInterval(
    () => progress.show({ ended, most: 2 * replications, underWay: runner.underWay(), best: undefined }, performance.now()),
    TICK_MS,
  );
  const onProgress = (now: { readonly ended: number }) => {
    ended = now.ended;
  };
  try {
    const narrow = precision === undefined ? {} : { precision };
    const found = await compare(...scenarios, formulas, { runner, replications, ...narrow, signal: interrupt.signal, onProgress });
    return { found, isInterrupted: interrupt.signal.aborted };
  } finally {
    clearInterval(timer);
    progress.clear();
    interrupt.dispose();
    await runner.close();
  }
}

/** Why both answer differently, found by running the first with its changes to the second; undefined where that is not known, or after Ctrl-C. */
export async function changesThatCount(
  opened: readonly [OpenScenario, OpenScenario],
  workers: number | undefined,
  { err }: Terminal,
  simulation: Simulation,
): Promise<Why | undefined> {
  const interrupt = new Interrupt();
  const scenarios = opened.map(({ given, file }) => withWholeTracePath(given, file)) as [Scenario, Scenario];
  const runner = await studyRunner({
    workers: workers ?? availableParallelism(),
    file: STDIN,
    title: "why",
    err,
    study: undefined,
    simulation,
  });
  try {
    return await why(...scenarios, { runner, signal: interrupt.signal });
  } finally {
    interrupt.dispose();
    await runner.close();
  }
}
