import { Problems } from "@tokenyard/scenario";
import { isImpossible, type Point, type PointResult, type Runner, type RunnerOptions } from "@tokenyard/study";

/**
 * Largest study to run in one thread: threads take 0.2 s of CPU to start, and each compiles what it runs, which together take the 0.4 s of
 * 64 points of 6 ms beside their estimated work.
 */
const MOST_POINTS = 64;
const MOST_WORK_SECONDS = 0.1;
const MOST_MS = 400;

/** The points of a study again, and whether they may be done here before threads would have started. */
export interface Looked {
  readonly points: Iterable<Point>;
  /** All points, if they are few enough to run in this thread. */
  readonly few: readonly Point[] | undefined;
}

/** Examines as few of `points` as necessary; `workSecondsOf` throws Problems if one cannot be run. */
export function lookedAt(points: Iterable<Point>, workSecondsOf: (point: Point) => number): Looked {
  const rest = points[Symbol.iterator]();
  const few: Point[] = [];
  let seconds = 0;
  for (let next = rest.next(); !next.done; next = rest.next()) {
    few.push(next.value);
    seconds += secondsOf(next.value, workSecondsOf);
    if (few.length > MOST_POINTS || seconds > MOST_WORK_SECONDS) return { points: chained(few, rest), few: undefined };
  }
  return { points: few, few };
}

function* chained(few: readonly Point[], rest: Iterator<Point>): Generator<Point> {
  yield* few;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

function secondsOf(point: Point, workSecondsOf: (point: Point) => number): number {
  if (isImpossible(point.scenario)) return 0;
  try {
    return workSecondsOf(point);
  } catch (error) {
    if (error instanceof Problems) return 0; // it is reported when its turn comes
    throw error;
  }
}

/**
 * The rows of `points` by `here`; after `MOST_MS`, as an estimate may be too low, the current one is stopped, and the rest is run by
 * `threads`.
 */
export async function* hereAtFirst(
  points: readonly Point[],
  here: Runner,
  threads: () => Runner,
  { signal, onProgress, ...options }: RunnerOptions = {},
): AsyncGenerator<PointResult> {
  const soon = new AbortController();
  const stop = () => soon.abort();
  const timer = setTimeout(stop, MOST_MS);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  let done = 0;
  try {
    for await (const row of here.run(points, { ...options, signal: soon.signal, ...(onProgress && { onProgress }) })) {
      done++;
      yield row;
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
  if (done === points.length || signal?.aborted === true) return;
  const onRest: RunnerOptions["onProgress"] =
    onProgress && (({ started, ended }) => onProgress({ started: done + started, ended: done + ended }));
  yield* threads().run(points.slice(done), { ...options, ...(signal && { signal }), ...(onRest && { onProgress: onRest }) });
}
