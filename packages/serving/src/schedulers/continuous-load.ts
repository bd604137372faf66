import type { ServingSpec } from "@tokenyard/scenario";
import type { BatchSizes } from "../batches/batch-sizes.ts";
import type { Load, ServingContext } from "../scheduler.ts";

export type ContinuousSpec = Extract<ServingSpec["scheduler"], { kind: "continuous" | "prefill-first" | "cadence" }>;

/** Largest passes that a token budget and a sequence limit allow, and the sizes that decodes with drafts are padded to. */
export function continuousPass(
  { tokenBudget, maxSequences }: ContinuousSpec,
  dataGroups: number,
  batchSizes: BatchSizes | undefined,
  lookahead: number,
) {
  const passTokens = Math.max(tokenBudget, (batchSizes?.mostRows(maxSequences) ?? 0) * (1 + lookahead));
  return { passTokens, passTotalTokens: passTokens * dataGroups, passSequences: maxSequences };
}

/** Most sequences of a data group whose states are held, with copies of them: those that have slots, or those that may run. */
export function heldSequences({ maxSequences }: ContinuousSpec, { states, checkpoints }: ServingContext): number {
  return states?.slots?.count ?? maxSequences * (checkpoints?.copies ?? 1);
}

/** Slots for states, reserved whatever runs; nothing where there are none. */
export function heldSlots(states: ServingContext["states"]): Pick<Load, "heldSequences"> {
  return states?.slots === undefined ? {} : { heldSequences: states.slots.count };
}

/** Memory load of a continuous scheduler: its largest pass, and a whole cache of `kvTokens` in each data group. */
export function continuousLoad(spec: ContinuousSpec, context: ServingContext, kvTokens: number, lookahead: number): Load {
  const { replicas, dataGroups, passesAtOnce, batchSizes } = context;
  const cached = new Float64Array(replicas * dataGroups).fill(kvTokens);
  return {
    kvTokens: cached,
    windowedKvTokens: cached, // a block holds the tokens of all layers
    pooled: true,
    emptyDataGroups: 0,
    microBatches: passesAtOnce,
    decodeTokens: 0, // it depends on the load
    heldSequences: heldSequences(spec, context),
    ...continuousPass(spec, dataGroups, batchSizes, lookahead),
  };
}
