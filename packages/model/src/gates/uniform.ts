import type { ModelSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "../draws/expert-choice.ts";
import { PopularityRouter } from "../draws/popularity-router.ts";
import type { TokenRouter } from "../draws/token-router.ts";

/** Every set of topK experts is as likely as any other, in every layer. */
export function uniformGate(model: ModelSpec): TokenRouter {
  const { count = 0, topK = 0 } = model.experts ?? {};
  const choice = new ExpertChoice(new Float64Array(count).fill(1 / count), topK);
  return new PopularityRouter("uniform", new Array(model.layers).fill(choice));
}
