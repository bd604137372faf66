import { layerKinds } from "@tokenyard/model";
import { type Plan, sendsCopies } from "@tokenyard/placement";
import { type FaultSpec, grouped, type ModelSpec, type Problem, type Scenario } from "@tokenyard/scenario";

import { expectedFaults } from "./drawn-faults.ts";
import { faultKindOf } from "./fault-kinds/fault-kind-of.ts";
import { healthsOf, sparesOf } from "./health-of-pools.ts";
import { type Machines, machinesOf } from "./machines.ts";
import { isOfLinks, mayStop } from "./may-stop.ts";

/** Faults that may be expected of an entry that draws them. */
const MOST_DRAWN = 5_000;

type Of<Kind extends FaultSpec["kind"]> = Extract<FaultSpec, { kind: Kind }>;

/** Problems of the faults of `scenario`, which has one of `plans` for each pool, each at its place; empty without faults. */
export function faultProblems(scenario: Scenario, plans: readonly Plan[]): Problem[] {
  return [...spareProblems(scenario), ...struckProblems(scenario, plans)];
}

function spareProblems(scenario: Scenario): Problem[] {
  const { routing, model } = scenario;
  return sparesOf(scenario).flatMap(({ path: place, value: spares }) => {
    if (spares === undefined || spares.kind === "ranks") return [];
    const path = [...place, "kind"];
    if (model.experts === undefined) return [{ path, given: spares.kind, wanted: "ranks: the model has no experts" }];
    if (routing.placement?.kind !== "redundant") return [];
    return [{ path, given: `${spares.kind} beside routing.placement: redundant`, wanted: "spare slots in one of the two" }];
  });
}

function struckProblems(scenario: Scenario, plans: readonly Plan[]): Problem[] {
  const { faults, model, communication } = scenario;
  if (faults === undefined || faults.length === 0) return [];
  const problems: Problem[] = [];
  const stops = mayStop(scenario);
  for (const { path, value } of healthsOf(scenario)) {
    if (stops && value === undefined)
      problems.push({ path, wanted: `what is done about faults, as health: vllm-stock${ofPools(scenario)}` });
  }
  if (communication === undefined && faults.some(isOfLinks)) {
    const wanted = "what becomes of collectives that need a link which is down, as communication: { fallback: fail }";
    problems.push({ path: ["communication"], wanted });
  }
  if (communication?.fallback === "local-experts") problems.push(...once(plans.flatMap(localProblems)));
  if (communication?.sends !== undefined) problems.push(...sendsProblems(communication, plans));
  for (const [i, fault] of faults.entries()) problems.push(...targetProblems(fault, i, model, plans));
  return problems;
}

/** Problems of local experts: if anything but the exchange of copies crosses nodes, no fallback lets it end. */
function localProblems(plan: Plan): Problem[] {
  const { tensor, attentionTensor, gpusPerNode, ranks } = plan;
  const path = ["communication", "fallback"];
  const given = (what: string) => `local-experts with ${what}`;
  const wanted = "fail or none";
  const most = Math.max(tensor, attentionTensor);
  const isInNode = ranks <= gpusPerNode || gpusPerNode % most === 0;
  return [
    ...(plan.expertPlacement === undefined || !sendsCopies(plan) ? [{ path, given: given("no all-to-all"), wanted }] : []),
    ...(isInNode ? [] : [{ path, given: given(`${most} ranks on several nodes that add up`), wanted }]),
  ];
}

/** Problems of `sends` where it has no effect, or nothing is sent. */
function sendsProblems({ fallback, sends }: NonNullable<Scenario["communication"]>, plans: readonly Plan[]): Problem[] {
  const path = ["communication", "sends"];
  if (fallback !== "local-experts")
    return [{ path, given: `${sends} beside fallback: ${fallback}`, wanted: `no sends: ${fallback} holds for them, too` }];
  const isAny = plans.length > 1 || plans[0]!.stages > 1; // caches are sent, too
  return isAny ? [] : [{ path, given: `${sends} with one stage`, wanted: "no sends, or several stages" }];
}

/** Missing target of fault number `i`. */
function targetProblems(fault: FaultSpec, i: number, model: ModelSpec, plans: readonly Plan[]): Problem[] {
  const path = ["faults", i];
  const all = machinesOf(plans);
  if ("of" in fault) return randomProblems(fault, i, model, all, plans[0]!.gpusPerNode);
  if ("expert" in fault) return expertProblems(fault, i, model, plans);
  if ("leaves" in fault)
    return [
      ...eachBeyond([...path, "leaves"], fault.leaves, Math.ceil(all.nodes / fault.nodesPerLeaf)),
      ...eachBeyond([...path, "rails"], fault.rails ?? [], plans[0]!.gpusPerNode),
    ];
  const { ranks, nodes } = { ranks: undefined, nodes: undefined, ...fault };
  return [
    ...(ranks === undefined && nodes === undefined
      ? [{ path: [...path, "ranks"], wanted: "the GPUs, or with nodes the nodes, whose links are down" }]
      : []),
    ...eachBeyond([...path, "ranks"], ranks ?? [], all.ranks),
    ...eachBeyond([...path, "nodes"], nodes ?? [], all.nodes),
  ];
}

/** Whether `broken` is an expert alone. */
function breaksExpert(broken: Of<"random">["of"]): boolean {
  return faultKindOf(broken).breaks === "expert";
}

/** Faults that are drawn: more than a reader would look at are refused. */
function randomProblems(fault: Of<"random">, i: number, model: ModelSpec, { ranks }: Machines, gpusPerNode: number): Problem[] {
  const { of, leave = 0, burst, acceleration } = fault;
  const path = ["faults", i];
  const expected = expectedFaults(fault, ranks) * Math.min(burst?.ranks ?? 1, gpusPerNode);
  const most = Math.floor((acceleration * MOST_DRAWN) / expected);
  return [
    ...(breaksExpert(of) && model.experts === undefined
      ? [{ path: [...path, "of", "kind"], given: "expert-lost", wanted: "gpu-lost: the model has no experts" }]
      : []),
    ...(leave > ranks ? [{ path: [...path, "leave"], given: grouped(leave), wanted: `at most ${grouped(ranks)}, all there are` }] : []),
    ...(burst !== undefined && burst.ranks > gpusPerNode
      ? [{ path: [...path, "burst", "ranks"], given: grouped(burst.ranks), wanted: `at most ${grouped(gpusPerNode)}, a node's` }]
      : []),
    ...(expected > MOST_DRAWN
      ? [
          {
            path: [...path, "acceleration"],
            given: `about ${grouped(Math.round(expected))} faults`,
            wanted: `at most ${grouped(MOST_DRAWN)} in the mean, as at an acceleration of ${grouped(most)}`,
          },
        ]
      : []),
  ];
}

function eachBeyond(path: Problem["path"], numbers: readonly number[], count: number): Problem[] {
  return numbers.flatMap((number, j) => beyond([...path, j], number, count));
}

function expertProblems({ layer, expert, replica = 0 }: Of<"expert-lost">, i: number, model: ModelSpec, plans: readonly Plan[]): Problem[] {
  const path = ["faults", i];
  if (model.experts === undefined) return [{ path: [...path, "kind"], given: "expert-lost", wanted: "gpu-lost: the model has no experts" }];
  const isDense = layerKinds(model)[layer] === "dense";
  return [
    ...beyond([...path, "layer"], layer, model.layers),
    ...(isDense ? [{ path: [...path, "layer"], given: `${layer}, which is dense`, wanted: "a layer with experts" }] : []),
    ...beyond([...path, "expert"], expert, model.experts.count),
    ...beyond([...path, "replica"], replica, machinesOf(plans).replicas),
  ];
}

function beyond(path: Problem["path"], number: number, count: number): Problem[] {
  if (number < count) return [];
  return [{ path, given: String(number), wanted: count === 1 ? "0, the only one" : `0 to ${grouped(count - 1)}` }];
}

/** `problems` without duplicates, which pools may have. */
function once(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ given }, i) => problems.findIndex((each) => each.given === given) === i);
}

/** Which pools have no `health` of their own, where others have. */
function ofPools({ pools = [] }: Scenario): string {
  const without = pools.filter(({ health }) => health === undefined);
  return without.length === pools.length ? "" : `, for the pool that has none of its own: ${without.map(({ role }) => role).join(", ")}`;
}
