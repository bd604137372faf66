import type { ModelSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "../expert-choice.ts";
import { PopularityRouter } from "../popularity-router.ts";
import type { TokenRouter } from "../token-router.ts";

/** Every set of topK experts is as likely as any other, in every layer. */
export function uniformGate(model: ModelSpec): TokenRouter {
  const experts = model.experts?.count ?? 0;
  const choice = new ExpertChoice(new Float64Array(experts).fill(1 / experts), model.experts?.topK ?? 0);
  return new PopularityRouter("uniform", experts, () => choice, model.layers);
}
