export { degreeProblems } from "./degrees.ts";
export {
  type ExchangeKind,
  gathersCopies,
  gathersTokens,
  reducesCopies,
  reducesTokens,
  sendsCopies,
  suitsExchange,
  switchesDispatch,
  visitsOnce,
} from "./exchange.ts";
export { type ExchangeFormats, exchangeFormats } from "./exchange-formats.ts";
export { byLayer } from "./experts/by-layer.ts";
export { dealOrder, fromRankToRank } from "./experts/deal-order.ts";
export { type ExpertPlacement, type ExpertSlots, expertSlots } from "./experts/expert-placement.ts";
export type { ExpertRanks } from "./experts/expert-ranks.ts";
export { type Moves, movesBetween } from "./experts/moves.ts";
export { type ExpertShares, placeExperts } from "./experts/place-experts.ts";
export { heldIn, maxOverMeanOf, rankLoads } from "./experts/rank-loads.ts";
export { rebalanced } from "./experts/rebalanced.ts";
export { type Surviving, surviving } from "./experts/surviving.ts";
export { type Barrier, type Groups, groupsOf } from "./group.ts";
export { keptOnStages, kvBytesPerTokenOnRank, type RequestBytes, requestBytes } from "./kv-bytes.ts";
export { compilePlan, type Plan } from "./plan.ts";
export { type PlanFacts, planFacts } from "./plan-facts.ts";
export { type RankId, rankOf } from "./rank.ts";
export { type SequenceParallel, sequenceParallelOf, sourcesOf } from "./sources.ts";
export { type ResumedAt, type States, statesOf } from "./states.ts";
export { expertSlotBytes, weightBytesOf } from "./weights.ts";
