import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { keeping, orderedRunner, type Point, type ResultStore, type Runner, type RunPoint, type StopSignal } from "@tokenyard/study";
import type { Piscina } from "piscina";
import { ChunkQueue } from "../runs/chunk-queue.ts";
import { InFlightPoints, type PointsUnderWay } from "../runs/in-flight-points.ts";
import { forgetLateAnswers } from "../runs/late-answers.ts";
import type { PointWorkerData } from "./point-worker.ts";

/** False in sources under test, whose threads come from the last bundle. */
const IN_BUNDLE = import.meta.url.endsWith(".js");

export interface WorkerRunnerOptions {
  /** Threads; one for each core when none is given. */
  readonly workers?: number;
  /** Gives the results that it has, and keeps the others. */
  readonly store?: ResultStore;
  /** The worker's file, built JavaScript; the one beside this file when none is given. */
  readonly file?: string | URL;
  /** The file that the scenarios are of: their traces are named relative to it. One in the working directory when none is given. */
  readonly scenarioFile?: string;
  /** The folder of the cache, whose tables threads share; without one each has its own. */
  readonly cache?: string | undefined;
  /** Whether threads may read nothing outside the folder of that file. */
  readonly isBounded?: boolean;
}

/** A runner over worker threads. Threads start when there is work, and an idle one does not keep the process alive. */
export interface WorkerRunner extends Runner {
  /** How far the points are that have not ended. */
  underWay(): PointsUnderWay;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Most points of each thread: a chunk that it runs and one that waits, so that no slow point leaves it without work. */
const POINTS_EACH = 16;
/** Idle threads are never ended, as starting one takes longer than most points. */
const IDLE_MS = Number.POSITIVE_INFINITY;

/**
 * Piscina loads the worker by `require` first. Node then reads a module in one go, and if the thread is stopped meanwhile, as by an early
 * Ctrl-C, the whole process dies (`v8::Module::IsGraphAsync`). Where `require` accepts no modules, Piscina imports it.
 */
const NO_REQUIRE = "--no-experimental-require-module";

/** A runner over threads of this process. */
export interface ThreadRunner extends WorkerRunner {
  /** The row of `point` as a line of JSON, for who only hands it on. */
  line(point: Point, stop: StopSignal): Promise<string>;
}

/** The threads of a runner, and the points on their way to them. */
interface Pool {
  readonly threads: Piscina;
  readonly queue: ChunkQueue;
}

/** Runs points in worker threads. A point whose thread dies is tried once more; then it has failed. */
export function workerRunner(options: WorkerRunnerOptions = {}): ThreadRunner {
  const {
    workers = availableParallelism(),
    store,
    file = new URL(IN_BUNDLE ? "./point-worker.js" : "../../dist/bundle/point-worker.js", import.meta.url),
    scenarioFile = "",
    cache,
    isBounded = false,
  } = options;
  const underWay = new InFlightPoints(workers);
  let pool: Promise<Pool> | undefined;
  const open = async (): Promise<Pool> => {
    const { Piscina } = await import("piscina");
    const threads = new Piscina({
      filename: typeof file === "string" ? file : fileURLToPath(file),
      minThreads: 1,
      maxThreads: workers,
      idleTimeout: IDLE_MS,
      ...(process.allowedNodeEnvironmentFlags.has(NO_REQUIRE) ? { execArgv: [NO_REQUIRE] } : {}),
      workerData: { scenarioFile, isBounded, cache, underWay: underWay.memory } satisfies PointWorkerData,
    });
    forgetLateAnswers(threads);
    return { threads, queue: new ChunkQueue(threads, workers) };
  };
  const line = async (point: Point, stop: StopSignal): Promise<string> => {
    pool ??= open();
    const { queue } = await pool;
    return queue.run(point, stop);
  };
  const run: RunPoint = async (point, stop) => JSON.parse(await line(point, stop));
  const { run: runAll } = orderedRunner(store === undefined ? run : keeping(store, run), workers * POINTS_EACH);
  return {
    run: runAll,
    line,
    underWay: () => underWay.read(),
    close: async () => {
      const opened = await pool;
      pool = undefined;
      await opened?.threads.destroy();
    },
  };
}
