import type { Point } from "../../points/point.ts";
import type { PointResult } from "../../points/point-result.ts";
import type { Runner, RunnerOptions } from "../../runners/runner.ts";
import { PointQueue } from "./point-queue.ts";

/** Points that a search gives to a runner one by one, and their results in the same order. */
export class QueuedRuns {
  readonly #runner: Runner;
  readonly #options: RunnerOptions;
  #queue = new PointQueue();
  #rows: AsyncIterator<PointResult>;
  /** The next result, which is awaited from the start, so that the first point runs before anything waits for it. */
  #due: Promise<IteratorResult<PointResult>> | undefined;

  constructor(runner: Runner, options: RunnerOptions) {
    this.#runner = runner;
    this.#options = options;
    this.#rows = this.#open();
  }

  /** Takes points again, after `close` and the last result. */
  reopen(): void {
    this.#queue = new PointQueue();
    this.#rows = this.#open();
  }

  #open(): AsyncIterator<PointResult> {
    const rows = this.#runner.run(this.#queue, this.#options)[Symbol.asyncIterator]();
    this.#due = rows.next();
    this.#due.catch(() => {}); // the caller of `next` hears
    return rows;
  }

  give(point: Point): void {
    this.#queue.push(point);
  }

  /** Closes the queue: no more points follow. */
  close(): void {
    this.#queue.close();
  }

  /** Takes back the points that were not begun, and closes. */
  cancel(): void {
    this.#queue.cancel();
  }

  /** Undefined after the last result. */
  async next(): Promise<PointResult | undefined> {
    const due = this.#due ?? this.#rows.next();
    this.#due = undefined;
    const { done, value } = await due;
    return done === true ? undefined : value;
  }

  async end(): Promise<void> {
    this.cancel();
    await this.#rows.return?.();
  }
}
