import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { keeping, orderedRunner, type ResultStore, type RunPoint } from "@tokenyard/study";
import type { WorkerRunner } from "../workers/worker-runner.ts";
import type { QueueAddress } from "./address.ts";
import type { OnLink } from "./connection.ts";
import { JobQueue } from "./job-queue.ts";
import { type Link, openLink } from "./link.ts";
import { REPORT_MS, Registry, studySchema, workerSchema } from "./registry.ts";

export interface QueueRunnerOptions {
  readonly address: QueueAddress;
  /** Title such as `sweep of deployment-plan`, for inspection of the queue. */
  readonly title: string;
  /** The file that the scenarios are of. Workers have a copy of its folder, or it is theirs too. */
  readonly scenarioFile?: string;
  /** Gives the results that it has, and keeps the others. */
  readonly store?: ResultStore | undefined;
  readonly version?: string;
  /** Most points to take before their turn. */
  readonly most?: number;
  readonly onLink?: OnLink;
  /** Called with the reason when the study has to wait. */
  onWarning?(message: string): void;
}

/** Workers that are there, and their threads. */
export interface Workforce {
  readonly workers: number;
  readonly threads: number;
}

/** A runner over workers that take points from a queue, on this machine or others. */
export interface QueueRunner extends WorkerRunner {
  workforce(): Workforce;
  /** Most workers at once. */
  mostWorkers(): number;
  /** CPU seconds of the workers. */
  coreSeconds(): number;
}

/** Rows that wait for an earlier one are held here: as many as this, at most. */
const MOST = 8_192;
const LOOK_MS = 2_000;
/** Workers may be on their way. */
const PATIENCE_MS = 5_000;

/** Opens a queue to run points by. Throws BadInput where it cannot be used. */
export async function queueRunner(options: QueueRunnerOptions): Promise<QueueRunner> {
  const { address, title, scenarioFile = "", store, version, most = MOST, onLink, onWarning = () => {} } = options;
  const link = await openLink(address, version, onLink);
  const queue = new JobQueue(link, dirname(resolve(scenarioFile)));
  const watch = new Watch(link, queue.id, title, address.shown, onWarning);
  await watch.look();
  const run: RunPoint = async (point, stop) => {
    watch.asked++;
    const row = await queue.run(point, stop);
    watch.ended++;
    return row;
  };
  const width = () => {
    queue.size.threads = watch.workforce.threads;
    return Math.min(most, queue.size.width);
  };
  const { run: runAll } = orderedRunner(store === undefined ? run : keeping(store, run), width);
  return {
    run: runAll,
    underWay: () => ({ points: 0, worth: 0 }), // workers report whole points only
    workforce: () => watch.workforce,
    mostWorkers: () => watch.mostWorkers,
    coreSeconds: () => queue.coreMs / 1e3,
    async close() {
      await watch.close();
      await queue.close();
      await link.close();
    },
  };
}

/** Watches the workers, and announces this study to them. */
class Watch {
  workforce: Workforce = { workers: 0, threads: 0 };
  mostWorkers = 0;
  asked = 0;
  ended = 0;
  readonly #link: Link;
  readonly #id: string;
  readonly #title: string;
  readonly #shown: string;
  readonly #onWarning: (message: string) => void;
  readonly #workers;
  readonly #studies;
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #reportedMs = Number.NEGATIVE_INFINITY;
  #hasWarned = false;

  constructor(link: Link, id: string, title: string, shown: string, onWarning: (message: string) => void) {
    this.#link = link;
    this.#id = id;
    this.#title = title;
    this.#shown = shown;
    this.#onWarning = onWarning;
    this.#workers = new Registry(link.redis, "worker", workerSchema);
    this.#studies = new Registry(link.redis, "study", studySchema);
    this.#timer = setInterval(() => this.look().catch(() => {}), LOOK_MS);
  }

  async look(): Promise<void> {
    const nowMs = performance.now();
    const { version } = this.#link.keys;
    if (nowMs - this.#reportedMs > REPORT_MS) {
      this.#reportedMs = nowMs;
      const { asked, ended } = this;
      const seconds = (nowMs - this.#startMs) / 1e3;
      await this.#studies.write({
        id: this.#id,
        version,
        host: hostname(),
        pid: process.pid,
        title: this.#title.slice(0, 300),
        ended,
        asked,
        seconds,
      });
    }
    const all = await this.#workers.all();
    const own = all.filter((worker) => worker.version === version);
    this.workforce = { workers: own.length, threads: own.reduce((sum, { threads }) => sum + threads, 0) };
    this.mostWorkers = Math.max(this.mostWorkers, own.length);
    if (own.length > 0) this.#hasWarned = false;
    else if (!this.#hasWarned && nowMs - this.#startMs > PATIENCE_MS) {
      this.#hasWarned = true;
      const others = [...new Set(all.map((worker) => worker.version))];
      const there = others.length === 0 ? "" : `; those that are there are of tokenyard ${others.join(", ")}, and this is ${version}`;
      this.#onWarning(`no worker takes points from ${this.#shown}${there}; tokenyard worker --queue URL starts one`);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#link.redis.status === "ready") await this.#studies.forget(this.#id).catch(() => {});
  }
}
