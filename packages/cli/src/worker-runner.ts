import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import {
  failed,
  keeping,
  orderedRunner,
  type Point,
  type PointResult,
  type ResultStore,
  type Runner,
  type RunPoint,
} from "@tokenyard/study";
import type { Piscina } from "piscina";

export interface WorkerRunnerOptions {
  /** Threads; one for each core when none is given. */
  readonly workers?: number;
  /** Gives the results that it has, and keeps the others. */
  readonly store?: ResultStore;
  /** The worker's file, built JavaScript; the one beside this file when none is given. */
  readonly file?: string | URL;
}

/** A runner over worker threads. Threads start when there is work, and an idle one does not keep the process alive. */
export interface WorkerRunner extends Runner {
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Points that may be taken for each thread, so that a slow one does not leave the others without work. */
const POINTS_EACH = 4;
const TRIES = 2;
/** An idle thread stays: the next point would have to start another, which takes longer than most points. */
const IDLE_MS = Number.POSITIVE_INFINITY;

/** Runs points in worker threads. A point whose thread dies is tried once more; then it has failed. */
export function workerRunner(options: WorkerRunnerOptions = {}): WorkerRunner {
  const { workers = availableParallelism(), store, file = new URL("./point-worker.js", import.meta.url) } = options;
  let pool: Promise<Piscina> | undefined;
  const open = async (): Promise<Piscina> => {
    const { Piscina } = await import("piscina");
    return new Piscina({
      filename: typeof file === "string" ? file : fileURLToPath(file),
      minThreads: 1,
      maxThreads: workers,
      idleTimeout: IDLE_MS,
    });
  };
  const run: RunPoint = async (point, stop) => {
    pool ??= open();
    const threads = await pool;
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    stop.addEventListener("abort", giveUp);
    try {
      return stop.aborted ? failed(point, "given up") : await tried(threads, point, abort.signal);
    } finally {
      stop.removeEventListener("abort", giveUp);
    }
  };
  const { run: runAll } = orderedRunner(store === undefined ? run : keeping(store, run), workers * POINTS_EACH);
  return {
    run: runAll,
    close: async () => {
      const threads = await pool;
      pool = undefined;
      await threads?.destroy();
    },
  };
}

/** The result of `point` from a thread. The worker itself never throws, so an error is the end of its thread. */
async function tried(threads: Piscina, point: Point, signal: AbortSignal): Promise<PointResult> {
  let last: unknown;
  for (let i = 0; i < TRIES && !signal.aborted; i++) {
    try {
      return await threads.run(point, { signal });
    } catch (error) {
      last = error;
    }
  }
  const reason = last instanceof Error ? last.message : String(last);
  return failed(point, signal.aborted ? "given up" : `its thread died ${TRIES} times: ${reason}`);
}
