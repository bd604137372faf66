import { keptOf } from "@tokenyard/model";
import type { Problem, Scenario } from "@tokenyard/scenario";

/**
 * Mechanisms that do not run with layers that keep states: refused rather than silently left out of the times. Source:
 * docs/models/mixers.md#states.
 */
export function kindProblems({ model, serving }: Scenario): Problem[] {
  if (model.layerKinds === undefined || serving.kv?.prefixCache !== true || serving.kv.states?.kind === "slots") return [];
  const { token, state } = keptOf(model, 1);
  if (state === 0 || token > 0) return [];
  const given = "true with states alone, which take no blocks of a cache";
  return [{ path: ["serving", "kv", "prefixCache"], given, wanted: "states: slots beside it, or false" }];
}
