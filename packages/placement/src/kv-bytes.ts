import { draftOf, type KeptBytes, keptByLayer, keptTogether, pinnedOf } from "@tokenyard/model";
import { mostDraftsOf, type Scenario, speculationOf } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";
import { statesOf } from "./states.ts";

/**
 * [stages] bytes that each rank of a data group keeps of a request; the draft is on the last stage. Source: docs/models/memory.md#memory.
 */
export function keptOnStages({ model, serving }: Scenario, plan: Plan): readonly KeptBytes[] {
  const byLayer = keptByLayer(model, plan.attentionTensor, plan.context);
  const draft = draftOf(model, serving);
  const ofDraft = draft === undefined ? [] : keptByLayer(draft.model, plan.attentionTensor, plan.context);
  return plan.layersOfStage.map((layers, stage) =>
    keptTogether([...layers.map((layer) => byLayer[layer]), ...(stage === plan.stages - 1 ? ofDraft : [])]),
  );
}

/** Bytes of a token, and of what a request pins at any length, on one rank. */
export interface RequestBytes {
  readonly token: number;
  readonly pinned: number;
}

/**
 * [stages] bytes that requests keep on a rank of each stage. Windows of `attention` hold the blocks of all layers, so that each token adds
 * to them; those of kinds of layers, and states, are pinned: a request has all of them from its start, in blocks where they are allocated
 * so. Source: docs/models/mixers.md#states.
 */
export function requestBytes(scenario: Scenario, plan: Plan): readonly RequestBytes[] {
  const isByKind = scenario.model.layerKinds !== undefined;
  const states = statesOf(scenario, plan);
  const speculation = speculationOf(scenario.serving);
  const drafts = speculation === undefined ? 0 : mostDraftsOf(speculation);
  return keptOnStages(scenario, plan).map((kept, stage) => {
    if (states?.kind === "paged") return { token: states.tokenBytes[stage]!, pinned: 0 };
    const { token, windows } = kept;
    return {
      token: isByKind ? token : windows.reduce((sum, window) => sum + window.token, token),
      pinned: isByKind ? pinnedOf(kept) + drafts * kept.state : 0, // a step leaves a state after each token that it verifies
    };
  });
}

/** Bytes that one token leaves on each rank of its data group, in the stage where that is most. */
export function kvBytesPerTokenOnRank(scenario: Scenario, plan: Plan): number {
  return Math.max(...requestBytes(scenario, plan).map(({ token }) => token));
}
