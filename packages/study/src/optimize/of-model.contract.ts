import type { Scenario } from "@tokenyard/scenario";

/** Those of `conditions` that a search over `scenario` is not refused for: copies are dropped where there are experts. */
export function ofModel({ model }: Pick<Scenario, "model">, conditions: readonly string[]): readonly string[] {
  return model.experts === undefined ? conditions.filter((text) => !text.startsWith("droppedShare")) : conditions;
}
