import { pointKey } from "../points/point-key.ts";
import type { RunPoint } from "./ordered-runner.ts";
import type { ResultStore } from "./result-store.ts";

/**
 * Wraps `run`: returns results that `store` has, and stores every other as soon as it exists. Failed points are not stored, so that they
 * run again; nor those that were beaten, which another limit may not beat.
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
