import { layerKinds } from "@tokenyard/model";
import { counted, type Problem, type Scenario } from "@tokenyard/scenario";

type MapSpec = Extract<NonNullable<Scenario["routing"]["placement"]>, { kind: "map" }>;

const AT = ["routing", "placement"];

/** Contradictions between moving experts and the plan. */
export function rebalanceProblems({ model, rebalance }: Scenario, expertRanks: number): Problem[] {
  if (rebalance === undefined) return [];
  if (model.experts === undefined) return [{ path: ["rebalance"], given: "experts to move", wanted: "a model with experts" }];
  return expertRanks > 1
    ? []
    : [{ path: ["rebalance"], given: "one rank of experts", wanted: "parallelism.expert of 2 or more, between which experts can move" }];
}

/** Contradictions of an expert cache. */
export function cacheProblems({ model, expertCache }: Scenario): Problem[] {
  if (expertCache === undefined || model.experts !== undefined) return [];
  return [{ path: ["expertCache"], given: "experts to keep", wanted: "a model with experts" }];
}

/** Contradictions between a placement and the model or the ranks; empty when every expert has its slot. */
export function placementProblems({ model, routing }: Scenario, expertRanks: number): Problem[] {
  const { placement } = routing;
  if (placement === undefined || model.experts === undefined) return [];
  const { count } = model.experts;
  switch (placement.kind) {
    case "map":
      return mapProblems(placement, count, layerKinds(model).filter((kind) => kind === "moe").length, expertRanks);
    case "packed":
    case "redundant": {
      const { groups = 1 } = placement;
      const most = count * (expertRanks - 1);
      const problems: Problem[] = [];
      if (count % groups !== 0) {
        problems.push({ path: [...AT, "groups"], given: String(groups), wanted: `a divisor of ${counted(count, "expert")}` });
      }
      if ("spareSlots" in placement && placement.spareSlots > most) {
        const wanted = `at most ${most}: with them each of ${counted(expertRanks, "rank")} holds every expert`;
        problems.push({ path: [...AT, "spareSlots"], given: String(placement.spareSlots), wanted });
      }
      return problems;
    }
    default:
      return [];
  }
}

function mapProblems({ layers }: MapSpec, experts: number, moeLayers: number, expertRanks: number): Problem[] {
  if (layers.length !== 1 && layers.length !== moeLayers) {
    const wanted = `1 for all layers with experts, or ${moeLayers}, one for each`;
    return [{ path: [...AT, "layers"], given: counted(layers.length, "layer"), wanted }];
  }
  return layers.flatMap((held, layer): Problem[] => {
    const path = [...AT, "layers", layer];
    if (held.length !== expertRanks) {
      return [{ path, given: counted(held.length, "rank"), wanted: `${expertRanks}, one list of experts for each experts' rank` }];
    }
    const known = new Set(held.flat());
    const unknown = [...known].find((x) => x >= experts);
    if (unknown !== undefined) return [{ path, given: `expert ${unknown}`, wanted: `experts from 0 to ${experts - 1}` }];
    const missing = Array.from({ length: experts }, (_, x) => x).filter((x) => !known.has(x));
    if (missing.length === 0) return [];
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
    return [{ path, given: `no slot for expert ${missing[0]}${more}`, wanted: `a slot for each of ${experts} experts` }];
  });
}
