import { MOST_POINTS } from "./payload.ts";

/** Least duration of a job: some milliseconds of transport are small beside it. */
const JOB_MS = 150;
/** Jobs of a long study last longer, so that fewer are on their way: this share of its time until now, up to that long. */
const JOB_SHARE = 1 / 20;
const LONGEST_JOB_MS = 1_000;
/** Server time of a job, about a millisecond: with many threads jobs are longer, so that the server is half idle. */
const SERVER_MS = 2;
/** Least duration of a job when idle threads are dealt points. */
const LEAST_JOB_MS = 20;
const LARGEST_SIZE = MOST_POINTS / 2;
/** Jobs for each thread: one that it runs and one that waits. */
const JOBS_EACH = 2;
/** Points that may be under way while the number of workers is not known. */
const LEAST = 64;

/** How many points go in a job, by the time that those before took, and how many may be under way. */
export class JobSize {
  /** Threads of all workers. */
  threads = 0;
  readonly #startMs = performance.now();
  /** Milliseconds of a point in recent jobs; Infinity before the first has ended. */
  #pointMs = Number.POSITIVE_INFINITY;

  /** A job has ended whose points took so long each. */
  learn(pointMs: number): void {
    this.#pointMs = Number.isFinite(this.#pointMs) ? (this.#pointMs + pointMs) / 2 : pointMs;
  }

  /** Points of a job, now. */
  get points(): number {
    const share = (performance.now() - this.#startMs) * JOB_SHARE;
    const jobMs = Math.max(JOB_MS, Math.min(share, LONGEST_JOB_MS), SERVER_MS * this.threads);
    return Math.max(1, Math.min(LARGEST_SIZE, Math.round(jobMs / this.#pointMs)));
  }

  /** Points of a job where `waiting` wait and `underWay` are on their way: no more than leave some for threads that have nothing to do. */
  fair(waiting: number, underWay: number): number {
    const { points, threads } = this;
    if (underWay >= threads * points) return points;
    return Math.min(points, Math.max(Math.ceil(waiting / threads), Math.round(LEAST_JOB_MS / this.#pointMs)));
  }

  /** Whether each thread has a job, and another one waits for it: then points may wait until they fill one. */
  isBusy(underWay: number): boolean {
    return this.threads > 0 && underWay >= JOBS_EACH * this.threads * this.points;
  }

  /** Points that may be under way, or wait until they fill a job. */
  get width(): number {
    return Math.max(LEAST, (this.threads * JOBS_EACH + 1) * this.points);
  }
}
