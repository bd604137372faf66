import { layerKinds } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import { byLayer } from "./by-layer.ts";
import { contiguous } from "./contiguous.ts";
import { eplb } from "./eplb.ts";
import type { ExpertPlacement } from "./expert-placement.ts";
import type { ExpertRanks } from "./expert-ranks.ts";
import { heldIn } from "./rank-loads.ts";
import { roundRobin } from "./round-robin.ts";
import { withSpares } from "./with-spares.ts";

/** Expected shares of a layer's copies [experts] before a run; undefined if unknown, which means equal shares. */
export type ExpertShares = (layer: number) => ArrayLike<number> | undefined;

/**
 * The placement of `scenario`, which has no `placementProblems`. Without `shares`, placements that depend on them treat all experts alike:
 * equal numbers of slots on each rank, with different experts. Source: docs/models/routing.md#copies-of-experts.
 */
export function placeExperts(scenario: Scenario, ranks: ExpertRanks, shares: ExpertShares = () => undefined): ExpertPlacement {
  const { model, spares } = scenario;
  const placement = placedAlone(scenario, ranks, shares);
  if (spares === undefined || spares.kind === "ranks") return placement;
  const { count } = model.experts!;
  return byLayer(
    count,
    layerKinds(model).map((kind, layer) =>
      kind === "moe" ? withSpares(heldIn(placement.slots(layer)), spares, count, ranks, shares(layer)) : undefined,
    ),
  );
}

function placedAlone({ model, routing }: Scenario, ranks: ExpertRanks, shares: ExpertShares): ExpertPlacement {
  const { count } = model.experts!;
  const { placement } = routing;
  const eachLayer = (held: (layer: number, nth: number) => readonly (readonly number[])[]) => {
    let nth = 0;
    return byLayer(
      count,
      layerKinds(model).map((kind, layer) => (kind === "moe" ? held(layer, nth++) : undefined)),
    );
  };
  switch (placement?.kind) {
    case "round-robin":
      return roundRobin(count, ranks.expert);
    case "map":
      return eachLayer((_, nth) => placement.layers[nth % placement.layers.length]!);
    case "packed":
    case "redundant": {
      const { groups = 1 } = placement;
      const slots = count + ("spareSlots" in placement ? placement.spareSlots : 0);
      const nodes = groups > 1 ? nodesOf(ranks) : 1;
      const even = new Float64Array(count).fill(1);
      return eachLayer((layer) => eplb(shares(layer) ?? even, { slots, ranks: ranks.expert, groups, nodes }));
    }
    default:
      return contiguous(count, ranks.expert);
  }
}

/** Nodes of a stage that fills some; else it counts as one. */
export function nodesOf({ ranksPerStage, gpusPerNode }: ExpertRanks): number {
  return ranksPerStage % gpusPerNode === 0 ? ranksPerStage / gpusPerNode : 1;
}
