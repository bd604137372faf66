export { attentionFlops } from "./attention-flops.ts";
export { ExpertLoad } from "./expert-load.ts";
export { ExpertMoves, type MoveCost } from "./expert-moves.ts";
export { type HostTime, type StepOverhead, stepOverheadOf } from "./host-time.ts";
export { KernelByRows } from "./kernel-by-rows.ts";
export { kvTokenRoom } from "./kv-room.ts";
export { leastSequenceCosts } from "./least-sequence-cost.ts";
export { type MemoryLoad, memoryOf, memoryProblems, type RankMemory, type UsedMemory, usedMemoryOf } from "./memory.ts";
export {
  ATTENTION,
  COMPUTE,
  type ContextWork,
  HEAD,
  isOfContext,
  isOfLoad,
  LANES,
  type Lane,
  laneOfKind,
  NETWORK,
  OP_KINDS,
  type Op,
  op,
  type Part,
  WHOLE,
  type Work,
} from "./op.ts";
export { createOpCost, type OpCost, opCostOf } from "./op-cost.ts";
export { OpCosts, type OpCostsSpec, type PassAtWork, type StagePlace } from "./op-costs.ts";
export { type OwnRanks, ownRanksOf } from "./own-ranks.ts";
export { PlacedExperts } from "./placed-experts.ts";
export { type Moving, type Program, programFrom, programOf, splitProgramOf } from "./program.ts";
export { type RankMemories, rankMemories } from "./rank-memory.ts";
export { createGroupCost, type GroupCost, type SequenceColumns, SequenceCosts } from "./sequence-cost.ts";
export { type ExchangeGroup, type StageLinks, stageLinks } from "./stage-links.ts";
export { StandIns } from "./stand-ins.ts";
export { addTimes, cleared, clearWorkTally, createWorkTally, type WorkTally } from "./work-tally.ts";
export { mostWorkspaceOf } from "./workspace.ts";
