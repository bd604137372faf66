export { ExpertMoves, type MoveCost } from "./exchanges/expert-moves.ts";
export { LocalCrowds } from "./exchanges/local-crowds.ts";
export { PickedTokens, suitsPicks } from "./exchanges/picked-tokens.ts";
export { type ExchangeGroup, type StageLinks, stageLinks } from "./exchanges/stage-links.ts";
export { StandIns } from "./exchanges/stand-ins.ts";
export { ExpertLoad } from "./experts/expert-load.ts";
export { type OwnRanks, ownRanksOf } from "./experts/own-ranks.ts";
export { enterPicks, settlePicks } from "./experts/picks.ts";
export { PlacedExperts } from "./experts/placed-experts.ts";
export { splitTokens } from "./experts/split-tokens.ts";
export { attentionFlops } from "./kernels/attention-flops.ts";
export { createGroupCost, type GroupCost } from "./kernels/group-cost.ts";
export { HeadCost } from "./kernels/head-cost.ts";
export { type HostTime, type StepOverhead, stepOverheadOf } from "./kernels/host-time.ts";
export { KernelByRows } from "./kernels/kernel-by-rows.ts";
export { leastSequenceCosts } from "./kernels/least-sequence-cost.ts";
export type { SequenceColumns } from "./kernels/sequence-columns.ts";
export { SequenceCosts } from "./kernels/sequence-cost.ts";
export { kvRoomText, kvTokenRoom, stateSlotRoom } from "./memory/kv-room.ts";
export { memoryOf, memoryProblems, type RankMemory, type UsedMemory, usedMemoryOf } from "./memory/memory.ts";
export type { MemoryLoad } from "./memory/memory-use.ts";
export { homeOfRank, type RankMemories, rankMemories } from "./memory/rank-memory.ts";
export { mostWorkspaceOf } from "./memory/workspace.ts";
export { addShareOfNs, toGrainsOfCopies, toGrainsOfRatioRests, toGrainsOfRatios, toWhole } from "./ops/grain.ts";
export {
  ATTENTION,
  COMPUTE,
  type ContextExchangeWork,
  type ContextWork,
  DRAFT,
  EXPERTS,
  FIRST_DRAFT,
  HEAD,
  isOfContext,
  isOfDraft,
  isOfLoad,
  isOfMixer,
  isOfPast,
  isSteady,
  LANE_OF_KIND,
  LANES,
  type Lane,
  NETWORK,
  NEXT_DRAFTS,
  OP_KINDS,
  type Op,
  op,
  type Part,
  steadyOf,
  WHOLE,
  type Work,
} from "./ops/op.ts";
export { createOpCost, type OpCost } from "./ops/op-cost.ts";
export { OpCosts, type OpCostsSpec } from "./ops/op-costs.ts";
export type { PassAtWork, StagePlace } from "./ops/pass-at-work.ts";
export { type Moving, type Program, programFrom, programOf, splitProgramOf } from "./ops/program.ts";
export { addTimes, cleared, createKernelWork, createWorkTally, type KernelWork, type OpWork, type WorkTally } from "./ops/work-tally.ts";
