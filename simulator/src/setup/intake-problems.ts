import type { Problem, Scenario } from "@tokenyard/scenario";

const KEYS = ["stepsAhead", "receiveInterval", "batchWait", "dataGroups", "streamInterval"] as const;

/** What is wrong with keys that say when requests join a step, or how tokens are streamed: no batch that is dealt out has any. */
export function intakeProblems({ serving }: Scenario): Problem[] {
  if (serving.scheduler.kind !== "static") return [];
  const wanted = "no such key, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
  return KEYS.flatMap((key) =>
    serving[key] === undefined ? [] : [{ path: ["serving", key], given: `${key} beside scheduler: static`, wanted }],
  );
}
