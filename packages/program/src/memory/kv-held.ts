import { keepsByKind } from "@tokenyard/model";
import { keptOnStages, type Plan, requestBytes } from "@tokenyard/placement";
import { isDealtOut, type Scenario } from "@tokenyard/scenario";
import type { MemoryUse } from "./memory-use.ts";

/**
 * A function for the bytes that a rank of a stage keeps of the requests of data group number `home`. A pool holds the pinned bytes of as
 * many sequences as may run at a time; else states and windows are those of the existing sequences. A static batch has as much of the window of `attention` as its
 * sequences fill. Source: docs/models/mixers.md#states.
 */
export function keptBy(scenario: Scenario, plan: Plan, use: MemoryUse): (stage: number, home: number) => number {
  const { model, serving } = scenario;
  if (!keepsByKind(model) || (model.layerKinds === undefined && isDealtOut(serving.scheduler))) {
    const kept = keptOnStages(scenario, plan).map(({ token, windows }) => ({
      token,
      window: windows.reduce((sum, each) => sum + each.token, 0),
    }));
    return (stage, home) => {
      const { token, window } = kept[stage]!;
      return use.kvTokens[home]! * token + use.windowedKvTokens[home]! * window;
    };
  }
  const kept = requestBytes(scenario, plan);
  return (stage, home) => {
    const { token, pinned, drafted } = kept[stage]!;
    return use.kvTokens[home]! * token + (use.heldSequences ?? use.passSequences) * pinned + use.passSequences * drafted;
  };
}
