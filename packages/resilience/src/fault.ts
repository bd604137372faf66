import { LAST_NS, nsFromSeconds } from "@tokenyard/engine";
import type { Plan } from "@tokenyard/placement";
import { drawTimeNs, type Streams } from "@tokenyard/random";
import type { DatedFaultSpec, FaultSpec, RandomFaultSpec, Scenario } from "@tokenyard/scenario";
import { drawnFaults } from "./drawn-faults.ts";
import { type LostSlot, stageOf } from "./losses.ts";
import { machinesOf, placeOf, ranksOfNode } from "./machines.ts";
import { isOfLinks } from "./may-stop.ts";

/** What a fault looks like to those who watch. */
export interface Symptom {
  /** Its processes have ended. */
  readonly isGone: boolean;
  /** True if the node is lost too, whose processes could have noticed it. */
  readonly withNode: boolean;
  /** True if processes go on and the GPU reports an error to them. */
  readonly raisesError: boolean;
}

/** Start and end of a strike; `endNs` Infinity: for ever. */
export interface Strike {
  readonly atNs: number;
  readonly endNs: number;
}

/** Something that breaks, and when it is whole again. */
export interface Fault extends Symptom {
  readonly kind: DatedFaultSpec["kind"];
  /** One after the other, the first even where it has no length. */
  readonly strikes: readonly Strike[];
  /** GPUs that are struck, rising; of a slot, those that hold it; of links, those behind them. */
  readonly ranks: readonly number[];
  /** Factor on the time of kernels or communication of processes that go on; undefined if they stop. */
  readonly slows: Slow | undefined;
  /** Slot that the processes lose, each its part of it, while they go on. */
  readonly slot: LostSlot | undefined;
  /** True if the processes go on but reach no other node. */
  readonly ofLinks: boolean;
}

export interface Slow {
  readonly lane: "compute" | "network";
  /** Factor of at least 1. */
  readonly factor: number;
}

/** A fault of a scenario. */
export interface EnteredFault extends Fault {
  /** Its entry, by number. */
  readonly entry: number;
  /** Whether that was drawn at random. */
  readonly isDrawn: boolean;
}

/**
 * The faults of `scenario` on the ranks of `plans`, one for each pool, in its order; entries draw from `streams` of their own, so that none
 * changes another's. Instants are rounded to nanoseconds once each.
 */
export function faultsOf(
  { faults = [], model }: Pick<Scenario, "faults" | "model">,
  plans: readonly Plan[],
  streams: Streams,
): EnteredFault[] {
  return faults.flatMap((spec, entry): EnteredFault[] => {
    const own = streams.under(`faults/${entry}`);
    if (spec.kind !== "random") return [{ entry, isDrawn: false, ...faultOn(spec, plans, own) }];
    const dated = drawnFaults(spec, plans, model, own.stream("strikes"));
    return dated.map((each, i) => ({ entry, isDrawn: true, ...faultOn(each, plans, own.under(`${i}`)) }));
  });
}

/** The entries of `faults` that draw theirs, with their numbers among all. */
export function randomEntries(faults: readonly FaultSpec[]): { readonly entry: number; readonly spec: RandomFaultSpec }[] {
  return faults.flatMap((spec, entry) => (spec.kind === "random" ? [{ entry, spec }] : []));
}

/** The fault of `spec` on the ranks of `plan`; flapping links draw from `streams` of their own. */
export function faultOf(spec: DatedFaultSpec, plan: Plan, streams?: Streams): Fault {
  return faultOn(spec, [plan], streams);
}

/** The same on the ranks of the `plans` of all pools. */
function faultOn(spec: DatedFaultSpec, plans: readonly Plan[], streams?: Streams): Fault {
  const slot =
    spec.kind === "expert-lost" ? firstSlotOf(spec, placeOf(plans, spec.replica ?? 0, ({ replicas }) => replicas).plan) : undefined;
  return {
    kind: spec.kind,
    strikes: strikesOf(spec, streams),
    ranks: ranksOf(spec, plans, slot),
    isGone: spec.kind === "gpu-lost" || spec.kind === "node-lost",
    withNode: spec.kind === "node-lost",
    raisesError: spec.kind === "expert-lost",
    slows: slowOf(spec),
    slot,
    ofLinks: isOfLinks(spec),
  };
}

/** Strikes within simulated time; one that would end after it lasts for ever. */
function strikesOf(spec: DatedFaultSpec, streams?: Streams): Strike[] {
  const strikeOf = (atNs: number, lengthNs: number): Strike => {
    const endNs = atNs + lengthNs;
    return { atNs, endNs: endNs > LAST_NS ? Number.POSITIVE_INFINITY : endNs };
  };
  let atNs = nsFromSeconds(spec.at);
  if (spec.kind !== "link-flap") return [strikeOf(atNs, spec.for === undefined ? Number.POSITIVE_INFINITY : nsFromSeconds(spec.for))];
  const downNs = drawTimeNs(spec.down, streams!.stream("down"));
  const upNs = drawTimeNs(spec.up, streams!.stream("up"));
  const strikes: Strike[] = [];
  for (let cycle = 0; cycle < spec.cycles && atNs <= LAST_NS; cycle++) {
    const strike = strikeOf(atNs, downNs());
    strikes.push(strike);
    atNs = strike.endNs + upNs();
  }
  return strikes;
}

/** Whether anything happens by `strike` of `fault`. */
export function isAny({ slows }: Fault, { atNs, endNs }: Strike): boolean {
  return endNs > atNs && (slows === undefined || slows.factor > 1);
}

function slowOf(spec: DatedFaultSpec): Slow | undefined {
  if (spec.kind === "gpu-slow") return { lane: "compute", factor: 1 / spec.speed };
  return spec.kind === "link-slow" ? { lane: "network", factor: 1 / spec.speed } : undefined;
}

function firstSlotOf({ layer, expert }: Extract<DatedFaultSpec, { kind: "expert-lost" }>, { expertPlacement }: Plan): LostSlot {
  const { firstOf, slotsOf } = expertPlacement!.slots(layer);
  return { layer, slot: slotsOf[firstOf[expert]!]! };
}

function ranksOf(spec: DatedFaultSpec, plans: readonly Plan[], slot: LostSlot | undefined): number[] {
  switch (spec.kind) {
    case "node-lost":
      return rising(spec.nodes.flatMap((node) => ranksOfNode(plans, node)));
    case "link-lost":
    case "link-flap":
      return rising([...(spec.ranks ?? []), ...(spec.nodes ?? []).flatMap((node) => ranksOfNode(plans, node))]);
    case "switch-lost":
      return rising(spec.leaves.flatMap((leaf) => ranksOfLeaf(plans, leaf, spec.nodesPerLeaf)));
    case "expert-lost":
      return ranksOfSlot(plans, spec.replica ?? 0, slot!);
    default:
      return rising(spec.ranks);
  }
}

function ranksOfLeaf(plans: readonly Plan[], leaf: number, nodesPerLeaf: number): number[] {
  const { nodes } = machinesOf(plans);
  return Array.from({ length: nodesPerLeaf }, (_, i) => leaf * nodesPerLeaf + i)
    .filter((node) => node < nodes)
    .flatMap((node) => ranksOfNode(plans, node));
}

/** The ranks of `replica` that share the slot. */
function ranksOfSlot(plans: readonly Plan[], replica: number, { layer, slot }: LostSlot): number[] {
  const { plan, own, firstRank } = placeOf(plans, replica, ({ replicas }) => replicas);
  const { stages, ranksPerStage, tensor, expertPlacement } = plan;
  const { offsets } = expertPlacement!.slots(layer);
  const e = offsets.findIndex((offset) => offset > slot) - 1;
  const first = firstRank + (own * stages + stageOf(plan, layer)) * ranksPerStage + e * tensor;
  return Array.from({ length: tensor }, (_, i) => first + i);
}

/** Each once, from the lowest to the highest. */
function rising(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
