export { type ExchangeKind, gathersCopies, gathersTokens, reducesCopies, reducesTokens, visitsOnce } from "./exchange.ts";
export { type Barrier, type Groups, groupsOf } from "./group.ts";
export { kvBytesPerTokenOnRank } from "./kv-bytes.ts";
export { kvTokenRoom } from "./kv-room.ts";
export { type MemoryLoad, memoryOf, memoryProblems, type RankMemory, type UsedMemory, usedMemoryOf } from "./memory.ts";
export { compilePlan, type Plan } from "./plan.ts";
export { type PlanFacts, planFacts } from "./plan-facts.ts";
export { type RankId, rankOf } from "./rank.ts";
export { weightBytesOf } from "./weights.ts";
