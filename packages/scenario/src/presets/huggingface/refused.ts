import type { Problem } from "../../problems/problem.ts";

/** A problem of a config, at `model.huggingface`. */
export function refused(given: string, wanted: string): Problem {
  return { path: ["model", "huggingface"], given, wanted };
}
