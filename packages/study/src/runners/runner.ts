import type { Report } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import type { RunLimit } from "@tokenyard/simulator";
import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";

/** The part of an AbortSignal that a study needs; an AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Progress of a runner: points that it has started, and points that have ended, in any order. */
export interface RunnerProgress {
  readonly started: number;
  readonly ended: number;
}

export interface RunnerOptions {
  /** Once aborted, no further point starts, points under way are given up, and the results end early without an error. */
  readonly signal?: StopSignal;
  /** Called when a point starts and when it ends. */
  onProgress?(progress: RunnerProgress): void;
}

/** Runs points: in this thread, in worker threads, or on other machines. All run the contract suite `runner.contract.ts`. */
export interface Runner {
  /**
   * Runs each point and yields its result, in the order of the points, the same for any number of workers. Points are taken only a few
   * ahead of the requested results. An impossible or failed point is a row, never an error; an error of `points` itself is thrown on.
   * Leaving the loop early stops the work under way.
   */
  run(points: Iterable<Point> | AsyncIterable<Point>, options?: RunnerOptions): AsyncIterable<PointResult>;
}

/**
 * The simulator as a runner calls it: report of a scenario, stopped by `stop`; undefined if the run passes `limit`; with `distributions` it
 * has whole latencies. Throws Problems for an impossible scenario.
 */
export type Simulate = (
  scenario: Scenario,
  stop: StopSignal,
  limit?: RunLimit,
  distributions?: boolean,
) => Report | undefined | Promise<Report | undefined>;
