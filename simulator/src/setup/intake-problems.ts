import { isDealtOut, type Problem, type Scenario } from "@tokenyard/scenario";

const KEYS = ["stepsAhead", "receiveInterval", "batchWait", "dataGroups", "streamInterval"] as const;

/** Problems of keys for the joining of steps or the streaming of tokens, in a batch that is dealt out. */
export function intakeProblems({ serving }: Scenario): Problem[] {
  if (!isDealtOut(serving.scheduler)) return [];
  const wanted = "no such key, or a scheduler that serves requests as they come: continuous, prefill-first or cadence";
  return KEYS.flatMap((key) =>
    serving[key] === undefined ? [] : [{ path: ["serving", key], given: `${key} beside scheduler: static`, wanted }],
  );
}
