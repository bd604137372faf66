import { availableParallelism } from "node:os";
import { summarize } from "@tokenyard/report";
import { type Scenario, targetsOf } from "@tokenyard/scenario";
import { inProcessRunner, type PointResult, type Runner } from "@tokenyard/study";
import { BadInput } from "../outcomes/bad-input.ts";
import type { QueueRunner, Workforce } from "../queue/queue-runner.ts";
import { SpentMeter, spentText } from "../results/spent.ts";
import type { StudyFile } from "../results/study-file.ts";
import { AT_NONE, InFlightPoints } from "../runs/in-flight-points.ts";
import { shareOf } from "../runs/reporting-run.ts";
import type { Simulation } from "../runs/simulation.ts";
import { interruptibly } from "../runs/sliced-run.ts";
import { piecesBeside } from "../scenarios/files-beside.ts";
import { counted } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { wrongValue } from "../terminal/located-problem.ts";
import { harmless } from "../terminal/terminal.ts";
import { type WorkerRunner, workerRunner } from "../workers/worker-runner.ts";
import { PreparedOnce } from "./prepared-once.ts";
import { hereAtFirst, lookedAt } from "./tiny-study.ts";

export interface StudyRunnerOptions {
  /** Threads; one for each core when none are given. */
  readonly workers: number | undefined;
  /** The URL of a queue, in place of threads. */
  readonly queue?: string | undefined;
  /** `sweep of deployment-plan`. */
  readonly title: string;
  /** Channel for reports of what a queue waits for. */
  readonly err: Channel;
  /** File of the scenario as the user named it; its trace is relative to it. */
  readonly file: string;
  /** Whether points are independent of the results of others: then a few short ones are run in this thread. */
  readonly arePointsKnown?: boolean;
  /** Gives the results that it has, and keeps the others. */
  readonly study: StudyFile | undefined;
  readonly simulation: Simulation;
  /** Called with each row before it is given. */
  onRow?(row: PointResult): void;
}

/** Runs the points of a study and reports their progress. */
export interface StudyRunner extends WorkerRunner {
  /** Phrase such as `3 workers, 24 threads`; undefined where it does not change. */
  workforce(): string | undefined;
}

/**
 * Runs the points of a study: by a queue where one is given, in this thread when there is one worker or threads would take longer to start, pausing to hear
 * its signal, else in worker threads. Throws BadInput for a queue that cannot be used. What it took is kept with the study.
 */
export async function studyRunner(options: StudyRunnerOptions): Promise<StudyRunner> {
  const { workers = availableParallelism(), queue, file, arePointsKnown = false, study, simulation, onRow } = options;
  const store = study === undefined ? {} : { store: study };
  const meter = new SpentMeter();
  const far = queue === undefined ? undefined : await queued(queue, options);
  const pool = far ?? (workers > 1 ? workerRunner({ workers, scenarioFile: file, cache: simulation.cache, ...store }) : undefined);
  let inThreads = pool !== undefined;
  const here = new InFlightPoints(1);
  const report = here.take();
  const setups = new PreparedOnce((scenario) => simulation.prepare(scenario, { readPieces: piecesBeside(file) }));
  const inHere: Runner = inProcessRunner({
    ...store,
    simulate: async (scenario, stop, limit, distributions = false) => {
      const setup = setups.take(scenario);
      const run = simulation.start(setup, limit && { limit });
      report(0);
      await interruptibly(run, stop, () => report(shareOf(run.progress())));
      report(AT_NONE);
      return run.isOverLimit ? undefined : summarize(run.recording(), targetsOf(scenario), { distributions });
    },
  });
  const threads = () => {
    inThreads = true;
    setups.forget();
    return pool!;
  };
  const rowsOf: Runner["run"] = (points, options) => {
    if (pool === undefined) return inHere.run(points, options);
    if (!arePointsKnown || far !== undefined || !(Symbol.iterator in points)) return pool.run(points, options);
    const looked = lookedAt(points, ({ scenario }) => setups.look(scenario as Scenario).workSeconds);
    if (looked.few === undefined) {
      setups.forget();
      return pool.run(looked.points, options);
    }
    inThreads = false;
    return hereAtFirst(looked.few, inHere, threads, options);
  };
  return {
    async *run(given, options) {
      for await (const row of rowsOf(given, options)) {
        meter.points++;
        if (row.status === "failed") await study?.putFailed(row, row.reason);
        onRow?.(row);
        yield row;
      }
    },
    underWay: () => (inThreads ? pool!.underWay() : here.read()),
    workforce: () => far && workforceText(far.workforce()),
    close: async () => {
      const spent = meter.spent(far?.coreSeconds(), far?.mostWorkers() ?? (inThreads ? workers : 1));
      const inAll = study === undefined ? spent : { ...spent, points: study.ran }; // results that the file had took nothing
      if (far !== undefined) options.err.write(`${spentText(inAll)}\n`);
      await study?.noteSpent(inAll);
      await pool?.close();
    },
  };
}

/** Throws BadInput for a queue that cannot be used, or together with threads. To be called before the study file is created. */
export async function checkQueue(url: string | undefined, workers: number | undefined): Promise<void> {
  if (url === undefined) return;
  if (workers !== undefined)
    throw new BadInput([wrongValue("--workers", "", "--queue too", "one of them; worker --threads says how many a worker has")]);
  const [{ queueAddress }, { connected }] = await Promise.all([import("../queue/address.ts"), import("../queue/connection.ts")]);
  (await connected(queueAddress(url))).disconnect();
}

/** A runner by the queue at `url`, which reports on `err` what it waits for. */
async function queued(url: string, { title, file, study, err }: StudyRunnerOptions): Promise<QueueRunner> {
  const [{ queueAddress }, { queueRunner }] = await Promise.all([import("../queue/address.ts"), import("../queue/queue-runner.ts")]);
  const address = queueAddress(url);
  const say = (text: string) => err.write(`${err.live ? "\r\u001b[2K" : ""}${harmless(text)}\n`);
  return queueRunner({
    address,
    title,
    scenarioFile: file,
    store: study,
    onLink: (event, why) => say(event === "lost" ? `${address.shown}: lost (${why}); trying again` : `${address.shown}: back`),
    onWarning: say,
  });
}

function workforceText({ workers, threads }: Workforce): string {
  return workers === 0 ? "no workers" : `${counted(workers, "worker")}, ${counted(threads, "thread")}`;
}
