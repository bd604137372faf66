import { type Point, type PointResult, runPoint } from "@tokenyard/study";

/** What a worker thread does with a point. */
export default function work(point: Point): Promise<PointResult> {
  return runPoint(point);
}
