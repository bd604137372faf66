import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";

/** Storage of results between studies: memory, a file, a database. All run the contract suite `result-store.contract.ts`. */
export interface ResultStore {
  /**
   * The result that was put under `key` (see `pointKey`), or undefined. Its index is the one that it was put with.
   * `point` is the one that asks: two points of a study may have one key.
   */
  find(key: string, point: Point): Promise<PointResult | undefined>;
  /** Keeps `result` under `key`; it is safe when the promise is done. A key that is there already keeps what it has. */
  put(key: string, point: Point, result: PointResult): Promise<void>;
}
