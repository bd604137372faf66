import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import type { Runner, RunnerOptions, StopSignal } from "./runner.ts";
import { Stop } from "./stop.ts";

/**
 * Runs one point anywhere. `stop` fires when its result is no longer needed. Faults of a point are its result; an exception ends the run.
 */
export type RunPoint = (point: Point, stop: StopSignal) => Promise<PointResult>;

/**
 * A runner that has at most `width` points under way or waiting for an earlier one, which may change, and gives results in the order of
 * the points.
 * What `runPoint` throws, as what `points` throws, is thrown on when all before it has been given.
 */
export function orderedRunner(runPoint: RunPoint, width: number | (() => number)): Runner {
  const widthNow = typeof width === "number" ? () => width : width;
  return { run: (points, options = {}) => results(points, options, runPoint, widthNow) };
}

/** The place of a point's result in the order. */
interface Slot {
  result?: PointResult;
  mistake?: { readonly error: unknown };
}

async function* results(
  points: Iterable<Point> | AsyncIterable<Point>,
  { signal, onProgress }: RunnerOptions,
  runPoint: RunPoint,
  width: () => number,
): AsyncGenerator<PointResult> {
  const source = Symbol.asyncIterator in points ? points[Symbol.asyncIterator]() : points[Symbol.iterator]();
  const stop = new Stop(signal);
  const slots: Slot[] = [];
  const progress = { started: 0, ended: 0 };
  let isPulling = false;
  let isEmpty = false;
  let mistake: { readonly error: unknown } | undefined;
  let wake = () => {};
  stop.addEventListener("abort", () => wake());

  const pull = async () => {
    isPulling = true;
    try {
      const { done, value } = await source.next();
      if (done === true) isEmpty = true;
      else if (!stop.aborted) start(value);
    } catch (error) {
      isEmpty = true;
      mistake = { error };
    }
    isPulling = false;
    wake();
  };
  const start = async (point: Point) => {
    const slot: Slot = {};
    slots.push(slot);
    progress.started++;
    onProgress?.({ ...progress });
    try {
      slot.result = await runPoint(point, stop);
    } catch (error) {
      slot.mistake = { error };
    }
    progress.ended++;
    if (!stop.aborted) onProgress?.({ ...progress });
    wake();
  };

  try {
    while (!stop.aborted) {
      const { result, mistake: ownMistake } = slots[0] ?? {};
      if (ownMistake !== undefined) throw ownMistake.error;
      if (result !== undefined) {
        slots.shift();
        yield result;
      } else if (!isEmpty && !isPulling && slots.length < width()) {
        pull();
      } else if (isEmpty && slots.length === 0) {
        if (mistake !== undefined) throw mistake.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stop.abort();
    if (isPulling)
      Promise.resolve(source.return?.()).catch(() => {}); // after the current item, whose outcome no caller needs
    else if (!isEmpty) await source.return?.();
  }
}

/** The row of a point that failed: our fault, in a line. */
export function failed({ index, parameters }: Point, error: unknown): PointResult {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { index, parameters, status: "failed", reason };
}
