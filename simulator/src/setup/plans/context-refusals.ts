import { contextRanksOf, draftOf, modelLayers } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { contextQueriesRefusal, contextRefusal, ENGINES, type Engine, type Problem, type Scenario } from "@tokenyard/scenario";
import type { Role } from "../../inputs/setup.ts";

/** Contexts that ranks share where the engine refuses it; engine: ideal runs them. Source: docs/models/attention.md#context-parallelism. */
export function contextRefusals({ engine, model, serving }: Scenario, plan: Plan, role: Role): Problem[] {
  if (plan.context === 1 || engine === undefined || !Object.hasOwn(ENGINES, engine.name)) return [];
  const name = engine.name as Engine["name"];
  const refused = contextRefusal(name, model, role);
  if (refused !== undefined) return [{ path: ["parallelism", "context"], ...refused }];
  const ofQueries = contextQueriesRefusal(name, plan.contextQueries);
  if (ofQueries !== undefined) return [{ path: ["parallelism", "contextQueries"], ...ofQueries }];
  const draft = draftOf(model, serving);
  const isWhole = draft && modelLayers(draft.model).mixers.some((mixer) => contextRanksOf(mixer, plan.attentionTensor, plan.context) === 1);
  if (name !== "vllm" || isWhole !== true) return [];
  const given = `a draft whose KV heads ${plan.context} ranks of a data group hold no copies of, beside parallelism.context, which vLLM refuses`;
  return [{ path: ["serving", "speculation"], given, wanted: "a draft with as few KV heads, or mtp; engine: ideal runs it" }];
}
