import { type KeptBytes, keptByLayer } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";

/** What each rank of a data group keeps of a request, [stages]. Source: docs/models.md#memory. */
export function keptOnStages({ model }: Scenario, plan: Plan): readonly KeptBytes[] {
  const byLayer = keptByLayer(model, plan.attentionTensor);
  return plan.layersOfStage.map((layers) => {
    let token = 0;
    let state = 0;
    const byTokens = new Map<number, number>();
    for (const layer of layers) {
      const kept = byLayer[layer];
      if (kept === undefined) continue;
      token += kept.token;
      state += kept.state;
      for (const window of kept.windows) byTokens.set(window.tokens, (byTokens.get(window.tokens) ?? 0) + window.token);
    }
    return { token, windows: Array.from(byTokens, ([tokens, each]) => ({ tokens, token: each })), state };
  });
}

/** What a token adds, and what a request pins however long it is, on one rank. */
export interface RequestBytes {
  readonly token: number;
  readonly pinned: number;
}

/**
 * What requests keep on a rank of each stage, [stages]. Windows of `attention` hold the blocks of all layers, so that each token adds to them; those of kinds of
 * layers, and states, are pinned: a request has all of them from its start. Source: docs/models.md#states.
 */
export function requestBytes(scenario: Scenario, plan: Plan): readonly RequestBytes[] {
  const isByKind = scenario.model.layerKinds !== undefined;
  return keptOnStages(scenario, plan).map(({ token, windows, state }) => ({
    token: isByKind ? token : windows.reduce((sum, window) => sum + window.token, token),
    pinned: isByKind ? windows.reduce((sum, window) => sum + window.tokens * window.token, state) : 0,
  }));
}

/** Bytes that one token leaves on each rank of its data group, in the stage where that is most. */
export function kvBytesPerTokenOnRank(scenario: Scenario, plan: Plan): number {
  return Math.max(...requestBytes(scenario, plan).map(({ token }) => token));
}
