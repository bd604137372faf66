import { nsFromSeconds } from "@tokenyard/engine";
import type { OpCost } from "../ops/op-cost.ts";
import type { StagePlace } from "../ops/pass-at-work.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";

/**
 * Fills `cost` with the time in which each rank sends its data group's activations, `tokenBytes` for each of `tokens` [data groups], to its
 * match on the next stage; the first follows the last.
 */
export function timeSends(
  { plan, network }: ExchangeSpec,
  tokens: Float64Array,
  tokenBytes: number,
  stage: StagePlace,
  cost: OpCost,
): void {
  const { attentionTensor, ranksPerStage, stages } = plan;
  const { firstRank, position } = stage;
  const onward = position === stages - 1 ? -position * ranksPerStage : ranksPerStage;
  for (let rank = 0; rank < ranksPerStage; rank++) {
    const bytes = tokens[Math.floor(rank / attentionTensor)]! * tokenBytes;
    const from = firstRank + rank;
    cost.durationNs[rank] = nsFromSeconds(network.sendSeconds(bytes, from, from + onward, cost));
  }
}
