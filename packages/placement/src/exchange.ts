import type { Phase } from "@tokenyard/model";
import type { ParallelismSpec, Problem, RoutingSpec, Scenario } from "@tokenyard/scenario";
import { type Degrees, degreesOf, type Sources } from "./degrees.ts";

/** Method by which tokens reach the experts of other ranks, and results return. Source: docs/models/exchanges.md#exchanges. */
export type ExchangeKind = NonNullable<RoutingSpec["exchange"]>;

/**
 * The exchange of the scenario, or else that of engines: tokens that all ranks hold need an all-reduce of the results; if data groups hold
 * tokens of their own, copies are sent to their experts and return.
 */
export function exchangeOf({ routing }: Pick<Scenario, "routing">, { dataGroups }: Pick<Degrees, "dataGroups">): ExchangeKind {
  return routing.exchange ?? (dataGroups === 1 ? "all-reduce" : "all-to-all");
}

/** Whether ranks of these degrees can exchange tokens as `routing` states. */
export function suitsExchange({ routing }: Pick<Scenario, "routing">, parallelism: ParallelismSpec): boolean {
  const degrees = degreesOf(parallelism);
  return routing.exchange !== undefined && degrees.expert * degrees.tensor > 1 && admits(routing, degrees);
}

/** Whether a rank has others to exchange tokens with: other data groups or, where each rank has its own tokens of its group, other ranks. */
function admits({ exchange, sequenceParallel }: RoutingSpec, { expert, dataGroups }: Degrees): boolean {
  if (dataGroups > 1) return exchange !== "all-reduce";
  return exchange === "all-reduce" || (exchange === "all-to-all" && expert > 1 && (sequenceParallel ?? "none") !== "none");
}

/** Problems of the stated exchange for these degrees, which must be legal. One rank exchanges nothing, whatever is stated. */
export function exchangeProblems({ model, routing, parallelism }: Scenario): Problem[] {
  const degrees = degreesOf(parallelism);
  const { expert, tensor, dataGroups } = degrees;
  const { exchange } = routing;
  if (exchange === undefined || model.experts === undefined || expert * tensor === 1) return [];
  if (admits(routing, degrees)) return [];
  const wanted =
    dataGroups === 1
      ? `all-reduce, as all ranks of a layer hold all its tokens; or ${expert > 1 ? "all-to-all with routing.sequenceParallel: reduce-scatter; or " : ""}several data groups: a smaller parallelism.attention.tensor`
      : `all-to-all or all-gather, as the ${dataGroups} data groups of a layer have tokens of their own; or parallelism.attention.data: 1`;
  return [{ path: ["routing", "exchange"], given: exchange, wanted, suggestion: dataGroups === 1 ? "all-reduce" : "all-to-all" }];
}

/** Parts of a plan that determine how its tokens travel. */
interface Exchanging extends Pick<Degrees, "expert" | "tensor">, Sources {
  readonly exchange: ExchangeKind;
  readonly dispatch: NonNullable<RoutingSpec["dispatch"]>;
  readonly expertReduce: NonNullable<RoutingSpec["expertReduce"]>;
}

/** Whether copies wait for their sum over the ranks that share an expert before they go back, as Megatron-LM has it. */
export function reducesCopies({ exchange, expertReduce, tensor, sourceRanks }: Exchanging): boolean {
  return exchange === "all-to-all" && expertReduce === "before-combine" && tensor > 1 && sourceRanks >= tensor;
}

/** Whether a source ends with an all-reduce of its tokens' results: its ranks hold parts of their sums. */
export function reducesTokens(plan: Exchanging): boolean {
  return plan.sourceRanks > (reducesCopies(plan) ? plan.tensor : 1);
}

/** Whether all sources send all their tokens to all others: because it is stated, or because each expert is on every one of them. */
export function gathersTokens({ exchange, expert, sources }: Exchanging): boolean {
  return sources > 1 && (exchange === "all-gather" || expert === 1);
}

/** Whether tokens, or copies, are sent only to the chosen experts, by an all-to-all. */
export function sendsCopies(plan: Exchanging): boolean {
  return plan.sources > 1 && !gathersTokens(plan);
}

/**
 * Whether in passes of `phase` a token is sent once to a rank that has several of its experts, and once to a node. If that holds in any
 * phase, it does in passes with prompts.
 */
export function visitsOnce(plan: Exchanging, phase: Phase): boolean {
  return sendsCopies(plan) && (plan.dispatch === "per-token" || (plan.dispatch === "by-phase" && phase === 0));
}

/** Whether passes with prompts and passes that only decode use different kinds of dispatch. */
export function switchesDispatch(plan: Exchanging): boolean {
  return visitsOnce(plan, 0) !== visitsOnce(plan, 1);
}

/** Whether copies that reached a rank are passed on to other sources that share its experts. */
export function gathersCopies(plan: Exchanging): boolean {
  return plan.sourceRanks < plan.tensor && !gathersTokens(plan);
}
