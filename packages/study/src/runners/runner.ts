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

/** How far a runner is: points that it has taken up, and points that have ended, in whatever order. */
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
   * Runs each point and gives its result, in the order of the points, the same whatever the number of workers.
   * Takes points only a few ahead of the results that were asked for. A point that cannot be or that fails is a row, never an error;
   * an error of `points` itself is thrown on. Leaving the loop early gives up what is under way.
   */
  run(points: Iterable<Point> | AsyncIterable<Point>, options?: RunnerOptions): AsyncIterable<PointResult>;
}

/**
 * What a runner asks of the simulator: report of a scenario, which is no longer wanted once `stop` is given; undefined where the run passes `limit`; with
 * `distributions` it has latencies whole.
 * Throws Problems for a scenario that cannot be.
 */
export type Simulate = (
  scenario: Scenario,
  stop: StopSignal,
  limit?: RunLimit,
  distributions?: boolean,
) => Report | undefined | Promise<Report | undefined>;
