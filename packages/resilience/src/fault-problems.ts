import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { type FaultSpec, grouped, type ModelSpec, type Problem, type Scenario } from "@tokenyard/scenario";

type Of<Kind extends FaultSpec["kind"]> = Extract<FaultSpec, { kind: Kind }>;

/** What is wrong with the faults of `scenario`, which is said of each where it stands; nothing where there are none. */
export function faultProblems(scenario: Scenario, plan: Plan): Problem[] {
  return [...spareProblems(scenario), ...struckProblems(scenario, plan)];
}

function spareProblems({ spares, routing, model }: Scenario): Problem[] {
  if (spares === undefined || spares.kind === "ranks") return [];
  const path = ["spares", "kind"];
  if (model.experts === undefined) return [{ path, given: spares.kind, wanted: "ranks: the model has no experts" }];
  if (routing.placement?.kind !== "redundant") return [];
  return [{ path, given: `${spares.kind} beside routing.placement: redundant`, wanted: "spare slots in one of the two" }];
}

function struckProblems({ faults, health, serving, pools, routing, rebalance, model }: Scenario, plan: Plan): Problem[] {
  if (faults === undefined || faults.length === 0) return [];
  const problems: Problem[] = [];
  const path = ["faults"];
  const stops = faults.some(({ kind }) => kind !== "gpu-slow" && kind !== "link-slow");
  if (stops && health === undefined) problems.push({ path: ["health"], wanted: "what is done about faults, as health: vllm-stock" });
  if (stops && serving.scheduler.kind === "static") {
    const wanted = "a scheduler that serves requests as they come, where there are faults: continuous, prefill-first or cadence";
    problems.push({ path: ["serving", "scheduler"], given: "static", wanted });
  }
  if (pools !== undefined) problems.push({ path, given: "faults beside pools", wanted: "faults of replicas that do both" });
  if (health?.onLoss.kind === "shrink" || health?.onLoss.kind === "mask") {
    const given = `${health.onLoss.kind} beside`;
    if (rebalance !== undefined)
      problems.push({ path: ["health", "onLoss"], given: `${given} rebalance`, wanted: "restart, replace or hang" });
    if (routing.overflow.kind === "reroute")
      problems.push({
        path: ["health", "onLoss"],
        given: `${given} overflow: reroute`,
        wanted: "restart, replace or hang; or another overflow",
      });
  }
  for (const [i, fault] of faults.entries()) problems.push(...targetProblems(fault, i, model, plan));
  return problems;
}

/** What fault number `i` strikes that is not there. */
function targetProblems(fault: FaultSpec, i: number, model: ModelSpec, plan: Plan): Problem[] {
  if (fault.kind === "expert-lost") return expertProblems(fault, i, model, plan);
  const [key, numbers, count] =
    fault.kind === "node-lost" ? (["nodes", fault.nodes, plan.nodes] as const) : (["ranks", fault.ranks, plan.ranks] as const);
  return numbers.flatMap((number, j) => beyond(["faults", i, key, j], number, count));
}

function expertProblems({ layer, expert, replica = 0 }: Of<"expert-lost">, i: number, model: ModelSpec, plan: Plan): Problem[] {
  const path = ["faults", i];
  if (model.experts === undefined) return [{ path: [...path, "kind"], given: "expert-lost", wanted: "gpu-lost: the model has no experts" }];
  const isDense = layerKinds(model)[layer] === "dense";
  return [
    ...beyond([...path, "layer"], layer, model.layers),
    ...(isDense ? [{ path: [...path, "layer"], given: `${layer}, which is dense`, wanted: "a layer with experts" }] : []),
    ...beyond([...path, "expert"], expert, model.experts.count),
    ...beyond([...path, "replica"], replica, plan.replicas),
  ];
}

function beyond(path: Problem["path"], number: number, count: number): Problem[] {
  if (number < count) return [];
  return [{ path, given: String(number), wanted: count === 1 ? "0, the only one" : `0 to ${grouped(count - 1)}` }];
}
