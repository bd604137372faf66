import { type Plan, statesOf } from "@tokenyard/placement";
import { stateSlotRoom } from "@tokenyard/program";
import { isDealtOut, Problems, type Scenario } from "@tokenyard/scenario";
import { largestPassOf, type StatesRule } from "@tokenyard/serving";

/**
 * Memory that requests of a plan keep beside the blocks of their tokens; undefined: none, or room is reserved for it. Throws Problems if a
 * request's slots, or the tokens of a block, exceed their limits. Source: docs/models/mixers.md#states.
 */
export function statesRuleOf(scenario: Scenario, plan: Plan): StatesRule | undefined {
  const { kv, scheduler } = scenario.serving;
  const pass = largestPassOf(scenario.serving, plan.dataGroups);
  const states = pass && statesOf(scenario, plan);
  if (pass === undefined || states === undefined || isDealtOut(scheduler)) return undefined;
  const { blockTokens, kept } = states;
  if (kept?.states?.endsChunks === true && scheduler.tokenBudget < blockTokens)
    throw new Problems([
      {
        path: ["serving", "scheduler", "tokenBudget"],
        given: `${scheduler.tokenBudget}, less than the ${blockTokens} tokens of a block as large as a state`,
        wanted: `at least ${blockTokens}, or prefixCache: false`,
      },
    ]);
  const rule = { blockTokens, pinnedBlocks: states.pinnedBlocks, ...(kept === undefined ? {} : { kept }) };
  if (states.kind === "paged" || kv?.states?.kind !== "slots") return rule;
  const { count, share, perRequest } = kv.states;
  const slots = count ?? stateSlotRoom(scenario, plan, pass, (kv.share ?? 1) * share);
  if (slots < perRequest)
    throw new Problems([
      {
        path: ["serving", "kv", "states"],
        given: `room for ${slots} slots of a data group, of which a request has ${perRequest}`,
        wanted: "a larger share, fewer slots a request, or more ranks to share the weights",
      },
    ]);
  return { ...rule, slots: { count: slots, perRequest } };
}
