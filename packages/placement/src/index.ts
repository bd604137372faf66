export { type ExchangeKind, gathersCopies, gathersTokens, reducesCopies, reducesTokens, visitsOnce } from "./exchange.ts";
export { type ExpertPlacement, type ExpertSlots, expertSlots } from "./experts/expert-placement.ts";
export { type ExpertShares, placeExperts } from "./experts/place-experts.ts";
export { type Barrier, type Groups, groupsOf } from "./group.ts";
export { kvBytesPerTokenAndLayer, kvBytesPerTokenOnRank } from "./kv-bytes.ts";
export { compilePlan, type Plan } from "./plan.ts";
export { type PlanFacts, planFacts } from "./plan-facts.ts";
export { type RankId, rankOf } from "./rank.ts";
export { weightBytesOf } from "./weights.ts";
