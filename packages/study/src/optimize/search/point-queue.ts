import type { Point } from "../../points/point.ts";

/** Points that come one by one, for a runner to take. */
export class PointQueue implements AsyncIterableIterator<Point, undefined, undefined> {
  readonly #points: Point[] = [];
  #isClosed = false;
  #taker: ((taken: IteratorResult<Point, undefined>) => void) | undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(point: Point): void {
    this.#points.push(point);
    this.#serve();
  }

  /** Ends the points. */
  close(): void {
    this.#isClosed = true;
    this.#serve();
  }

  /** Removes the points that no runner has taken, and closes. */
  cancel(): void {
    this.#points.length = 0;
    this.close();
  }

  next(): Promise<IteratorResult<Point, undefined>> {
    return new Promise((resolve) => {
      this.#taker = resolve;
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<Point, undefined>> {
    this.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  #serve(): void {
    const taker = this.#taker;
    const point = taker && this.#points.shift();
    if (taker === undefined || (point === undefined && !this.#isClosed)) return;
    this.#taker = undefined;
    taker(point === undefined ? { done: true, value: undefined } : { done: false, value: point });
  }
}
