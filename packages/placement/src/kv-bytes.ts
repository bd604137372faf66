import { type KeptBytes, keepsByKind, keptTogether, pinnedOf } from "@tokenyard/model";
import { mostVerifiedOf, type Scenario } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";
import { keptByStage, statesOf } from "./states.ts";

/**
 * [stages] bytes that each rank of a data group keeps of a request; the draft is on the last stage. Source: docs/models/memory.md#memory.
 */
export function keptOnStages(scenario: Scenario, plan: Plan): readonly KeptBytes[] {
  return keptByStage(scenario, plan).map(keptTogether);
}

/** Bytes of a token, of what a request or a slot pins at any length, and of states after drafts beside the slot of a running request, on one rank. */
export interface RequestBytes {
  readonly token: number;
  readonly pinned: number;
  readonly drafted: number;
}

/**
 * [stages] bytes that requests keep on a rank of each stage. Windows of some layers, and states, are pinned: a request has all of them from its start, in
 * blocks where they are allocated so. If all layers have the window of `attention`, each token adds to all. Source: docs/models/mixers.md#states.
 */
export function requestBytes(scenario: Scenario, plan: Plan): readonly RequestBytes[] {
  const isByKind = keepsByKind(scenario.model);
  const states = statesOf(scenario, plan);
  const verified = mostVerifiedOf(scenario.serving);
  return keptOnStages(scenario, plan).map((kept, stage) => {
    const { token, windows, state } = kept;
    if (states?.kind === "paged") return { token: states.tokenBytes[stage]!, pinned: 0, drafted: 0 };
    if (!isByKind) return { token: windows.reduce((sum, window) => sum + window.token, token), pinned: 0, drafted: 0 };
    if (states?.kind === "slots") return { token, pinned: pinnedOf(kept), drafted: verified > 1 ? verified * state : 0 };
    return { token, pinned: pinnedOf(kept) + (verified - 1) * state, drafted: 0 }; // a step leaves a state after each token that it verifies
  });
}

/** Bytes that one token leaves on each rank of its data group, in the stage where that is most. */
export function kvBytesPerTokenOnRank(scenario: Scenario, plan: Plan): number {
  return Math.max(...requestBytes(scenario, plan).map(({ token }) => token));
}
