import { isDealtOut, type Problem, type Scenario } from "@tokenyard/scenario";

/** Context that is cached when requests come, in a batch that is dealt out: all of its prompts are computed. */
export function cachedProblems({ workload, serving }: Pick<Scenario, "workload" | "serving">): Problem[] {
  if (!isDealtOut(serving.scheduler) || !("cachedTokens" in workload) || workload.cachedTokens === undefined) return [];
  const wanted = "no such key, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
  return [{ path: ["workload", "cachedTokens"], given: "cachedTokens beside scheduler: static", wanted }];
}
