import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";

/** Storage of results between studies: memory, a file, a database. All run the contract suite `result-store.contract.ts`. */
export interface ResultStore {
  /**
   * The stored result of `key` (see `pointKey`), or undefined. Its index is the one that it was stored with. `point` is the requesting one:
   * two points of a study may have one key.
   */
  find(key: string, point: Point): Promise<PointResult | undefined>;
  /** Stores `result` under `key`; it is safe when the promise is done. An existing key keeps its result. */
  put(key: string, point: Point, result: PointResult): Promise<void>;
}
