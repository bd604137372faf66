import { keptOf } from "@tokenyard/model";
import type { Problem, Scenario } from "@tokenyard/scenario";

/** What does not run with layers that keep states, or windows of their own: refused, never left out of the times in silence. */
export function kindProblems({ model, serving, checkpoints }: Scenario): Problem[] {
  if (model.layerKinds === undefined) return [];
  const { state, windows } = keptOf(model, 1);
  if (state === 0 && windows.length === 0) return [];
  const what = state > 0 ? "states beside caches" : "caches that are capped by a window";
  const refused = (path: readonly string[], given: string, otherwise: string): Problem => ({
    path,
    given: `${given} with layers of model.layerKinds that keep ${what}`,
    wanted: `${otherwise}: where a prefix may resume is not known for them`,
  });
  const problems: Problem[] = [];
  if (serving.kv?.prefixCache === true) problems.push(refused(["serving", "kv", "prefixCache"], "true", "false"));
  if (checkpoints !== undefined) problems.push(refused(["checkpoints"], "copies of caches", "none"));
  return problems;
}
