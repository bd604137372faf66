import type { ServingSpec } from "@tokenyard/scenario";

/** When an engine's loop lets waiting requests into a step, beside room and budget. Source: docs/models/scheduling.md#waiting-for-steps. */
export interface IntakeRules {
  /** Whether a step is composed when the one before it begins. */
  readonly isAhead: boolean;
  /** Decode steps between two checks of the inbox; a step with prompts is followed by a check. */
  readonly receiveInterval: number;
  /** Prompts wait beside decodes for at most these steps and nanoseconds, until the tokens of a step reach `share` of the budget. */
  readonly batchWait: { readonly steps: number; readonly timeNs: number; readonly share: number } | undefined;
  /**
   * Decoding data groups begin prompts together: they wait `timeoutSteps` for one without prompts, and `waitSteps` more once all have some.
   */
  readonly aligned: { readonly timeoutSteps: number; readonly waitSteps: number } | undefined;
}

/** The rules of `serving`; undefined where any waiting request may join the next step. */
export function intakeRulesOf(
  { stepsAhead = 0, receiveInterval = 1, batchWait, dataGroups }: ServingSpec,
  groups: number,
): IntakeRules | undefined {
  const isAligned = dataGroups?.prompts === "aligned" && groups > 1;
  if (stepsAhead === 0 && receiveInterval === 1 && batchWait === undefined && !isAligned) return undefined;
  const { steps, time, share } = batchWait ?? { steps: 0, time: undefined, share: 1 };
  return {
    isAhead: stepsAhead > 0,
    receiveInterval,
    batchWait:
      steps === 0 && time === undefined
        ? undefined
        : {
            steps: steps === 0 ? Number.POSITIVE_INFINITY : steps,
            timeNs: time === undefined ? Number.POSITIVE_INFINITY : Math.round(time * 1e9),
            share,
          },
    aligned: isAligned ? { timeoutSteps: dataGroups.timeoutSteps, waitSteps: dataGroups.waitSteps } : undefined,
  };
}
