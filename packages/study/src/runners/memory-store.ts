import type { PointResult } from "../points/point-result.ts";
import type { ResultStore } from "./result-store.ts";

/** Keeps results for as long as the program runs. */
export function memoryStore(): ResultStore {
  const results = new Map<string, PointResult>();
  return {
    find: async (key) => results.get(key),
    put: async (key, _point, result) => {
      if (!results.has(key)) results.set(key, result);
    },
  };
}
