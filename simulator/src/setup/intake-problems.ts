import { isDealtOut, type Problem, type Scenario } from "@tokenyard/scenario";

const KEYS = ["admission", "stepsAhead", "receiveInterval", "batchWait", "dataGroups", "streamInterval"] as const;

/** Problems of keys for the joining of steps or the streaming of tokens, in a batch that is dealt out. */
export function intakeProblems({ serving }: Scenario): Problem[] {
  if (!isDealtOut(serving.scheduler)) return [];
  const wanted = "no such key, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
  return KEYS.flatMap((key) =>
    serving[key] === undefined ? [] : [{ path: ["serving", key], given: `${key} beside scheduler: static`, wanted }],
  );
}

/** Context that is cached when requests come, in a batch that is dealt out: all of its prompts are computed. */
export function cachedProblems({ workload, serving }: Pick<Scenario, "workload" | "serving">): Problem[] {
  if (!isDealtOut(serving.scheduler) || !("cachedTokens" in workload) || workload.cachedTokens === undefined) return [];
  const wanted = "no such key, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
  return [{ path: ["workload", "cachedTokens"], given: "cachedTokens beside scheduler: static", wanted }];
}
