import { type ExpertPlacement, expertSlotBytes, type Plan, weightBytesOf } from "@tokenyard/placement";
import type { HealthSpec, Scenario } from "@tokenyard/scenario";
import { lossPolicyOf } from "./loss-policy.ts";
import { type Losses, type LostSlot, lossesOf } from "./losses.ts";
import type { KnownLoss, Recovering } from "./own-health.ts";
import { type Shrunk, shrunk } from "./shrunk.ts";

type OnLoss = HealthSpec["onLoss"];

/** Known losses of one replica. */
export interface Lost {
  /** Numbered through all replicas, rising. */
  readonly ranks: readonly number[];
  /** Slots of ranks that go on. */
  readonly slots: readonly LostSlot[];
  /** Ranks of a lost slot. */
  readonly slotRanks: readonly number[];
}

/** Reaction to a loss. */
export interface Reaction {
  readonly losses: Losses;
  /** Whether the replica continues without the lost ranks; else it is whole again, once there is a GPU for each. */
  readonly shrinks: boolean;
  /** Whether all of its processes start again. */
  readonly restarts: boolean;
  /** Seconds from then, or from when all GPUs are there, until it serves. */
  readonly seconds: number;
  /** For a replica that shrinks, its new shape by stage. */
  readonly stages: ReadonlyMap<number, Shrunk>;
}

/** Seconds to load bytes of weights on one rank. */
export type LoadSeconds = (bytes: number) => number;

const NOTHING: ReadonlyMap<number, Shrunk> = new Map();

/**
 * Reaction of `health` to what is `lost` of one replica of `plan`, whose layers `withExperts` have experts. If no data group is left
 * nothing can shrink: the replica waits for GPUs. A rank that is replaced because of a slot is lost with everything on it. `placementOf`:
 * placement of a stage's experts, if they have moved. Source: docs/faults.md#what-follows.
 */
export function reactionOf(
  scenario: Scenario,
  plan: Plan,
  withExperts: readonly boolean[],
  lost: Lost,
  load: LoadSeconds,
  placementOf: (stage: number) => ExpertPlacement = () => plan.expertPlacement!,
): Reaction {
  const onLoss = scenario.health!.onLoss as Exclude<OnLoss, { kind: "hang" }>;
  const { replacesRanks, reloads } = lossPolicyOf(onLoss);
  const losses = replacesRanks ? lossesOf(plan, [...lost.ranks, ...lost.slotRanks]) : lossesOf(plan, lost.ranks, lost.slots);
  if ("time" in onLoss) return { losses, shrinks: false, restarts: true, seconds: onLoss.time, stages: NOTHING };
  const { decide, rebuild, graph } = onLoss;
  const known = decide + rebuild + graph;
  if ("start" in onLoss) {
    const seconds = known + onLoss.start + load(mostWeights(scenario, plan, losses));
    return { losses, shrinks: false, restarts: false, seconds, stages: NOTHING };
  }
  if (!losses.isAnyLeft) return { losses, shrinks: false, restarts: true, seconds: known, stages: NOTHING };
  const stages = new Map<number, Shrunk>();
  for (const [stage, ranks] of plan.expertPlacement === undefined ? [] : losses.expertRanks) {
    const layers = plan.layersOfStage[stage]!.filter((layer) => withExperts[layer]);
    stages.set(stage, shrunk(placementOf(stage), layers, ranks, reloads, losses.slots));
  }
  const most = Math.max(0, ...[...stages.values()].map(({ mostLoads }) => mostLoads));
  return { losses, shrinks: true, restarts: false, seconds: known + load(most === 0 ? 0 : most * expertSlotBytes(scenario, plan)), stages };
}

/** Bytes of the fullest rank that is lost. */
function mostWeights(scenario: Scenario, plan: Plan, { expertRanks }: Losses): number {
  const bytes = weightBytesOf(scenario, plan);
  return Math.max(...[...expertRanks].flatMap(([stage, lost]) => [...lost].map((e) => bytes[stage * plan.expert + e]!)));
}

/**
 * What a `recovery` of a caller makes of a `reaction`, of a replica that has lost `ranks`; `restarted`: what else is so where it starts all processes again.
 */
export function chosenReaction<R extends Pick<Reaction, "shrinks" | "restarts" | "seconds">>(
  reaction: R,
  recovery: Recovering | undefined,
  loss: Omit<KnownLoss, "restarts" | "seconds">,
  restarted: Partial<R>,
): R {
  if (recovery === undefined) return reaction;
  const { restarts, seconds } = recovery({ ...loss, restarts: reaction.restarts, seconds: reaction.seconds });
  return restarts ? { ...reaction, ...restarted, shrinks: false, restarts, seconds } : { ...reaction, seconds };
}
