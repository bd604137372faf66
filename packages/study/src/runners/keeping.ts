import { pointKey } from "../points/point-key.ts";
import type { RunPoint } from "./ordered-runner.ts";
import type { ResultStore } from "./result-store.ts";

/**
 * As `run`, but takes a result from `store` where it has one, and keeps every other as soon as it is there.
 * Failed points are not kept, so that they are run again; nor those that are beaten, which another limit may not beat.
 */
export function keeping(store: ResultStore, run: RunPoint): RunPoint {
  return async (point, stop) => {
    const key = pointKey(point);
    const stored = await store.find(key, point);
    if (stored !== undefined) return { ...stored, index: point.index, parameters: point.parameters };
    const result = await run(point, stop);
    if (result.status !== "failed" && result.status !== "beaten") await store.put(key, point, result);
    return result;
  };
}
