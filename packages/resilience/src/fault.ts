import { nsFromSeconds } from "@tokenyard/engine";
import type { Plan } from "@tokenyard/placement";
import type { FaultSpec } from "@tokenyard/scenario";
import { type LostSlot, stageOf } from "./losses.ts";

/** What a fault looks like to those who watch. */
export interface Symptom {
  /** Its processes have ended. */
  readonly isGone: boolean;
  /** So has the node on which somebody could have seen that. */
  readonly withNode: boolean;
  /** They go on, and the GPU tells them of an error. */
  readonly tellsError: boolean;
}

/** From when until when something is broken; `endNs` Infinity: for ever. */
export interface Strike {
  readonly atNs: number;
  readonly endNs: number;
}

/** Something that breaks, and when it is whole again. */
export interface Fault extends Symptom {
  readonly kind: FaultSpec["kind"];
  /** One after the other, the first even where it has no length. */
  readonly strikes: readonly Strike[];
  /** GPUs that are struck, rising; of a slot, those that hold it. */
  readonly ranks: readonly number[];
  /** They go on, with this factor on the time of their kernels or of their communication; undefined: they do not. */
  readonly slows: Slow | undefined;
  /** They go on without this slot, each with its part of it. */
  readonly slot: LostSlot | undefined;
}

export interface Slow {
  readonly lane: "compute" | "network";
  /** At least 1. */
  readonly factor: number;
}

/** The fault that `spec` means on the ranks of `plan`. Its instants are rounded to nanoseconds once each. */
export function faultOf(spec: FaultSpec, plan: Plan): Fault {
  const atNs = nsFromSeconds(spec.at);
  const endNs = spec.for === undefined ? Number.POSITIVE_INFINITY : atNs + nsFromSeconds(spec.for);
  const slot = spec.kind === "expert-lost" ? firstSlotOf(spec, plan) : undefined;
  return {
    kind: spec.kind,
    strikes: [{ atNs, endNs }],
    ranks: ranksOf(spec, plan, slot),
    isGone: spec.kind === "gpu-lost" || spec.kind === "node-lost",
    withNode: spec.kind === "node-lost",
    tellsError: spec.kind === "expert-lost",
    slows: slowOf(spec),
    slot,
  };
}

/** Whether anything happens by `strike` of `fault`. */
export function isAny({ slows }: Fault, { atNs, endNs }: Strike): boolean {
  return endNs > atNs && (slows === undefined || slows.factor > 1);
}

function slowOf(spec: FaultSpec): Slow | undefined {
  if (spec.kind === "gpu-slow") return { lane: "compute", factor: 1 / spec.speed };
  return spec.kind === "link-slow" ? { lane: "network", factor: 1 / spec.speed } : undefined;
}

function firstSlotOf({ layer, expert }: Extract<FaultSpec, { kind: "expert-lost" }>, { expertPlacement }: Plan): LostSlot {
  const { firstOf, slotsOf } = expertPlacement!.slots(layer);
  return { layer, slot: slotsOf[firstOf[expert]!]! };
}

function ranksOf(spec: FaultSpec, plan: Plan, slot: LostSlot | undefined): number[] {
  switch (spec.kind) {
    case "node-lost":
      return rising(spec.nodes.flatMap((node) => ranksOfNode(plan, node)));
    case "expert-lost":
      return ranksOfSlot(plan, spec.replica ?? 0, slot!);
    default:
      return rising(spec.ranks);
  }
}

function ranksOfNode({ ranks, gpusPerNode }: Plan, node: number): number[] {
  return Array.from({ length: gpusPerNode }, (_, i) => node * gpusPerNode + i).filter((rank) => rank < ranks);
}

/** The ranks of `replica` that share the slot. */
function ranksOfSlot(plan: Plan, replica: number, { layer, slot }: LostSlot): number[] {
  const { stages, ranksPerStage, tensor, expertPlacement } = plan;
  const { offsets } = expertPlacement!.slots(layer);
  const e = offsets.findIndex((offset) => offset > slot) - 1;
  const first = (replica * stages + stageOf(plan, layer)) * ranksPerStage + e * tensor;
  return Array.from({ length: tensor }, (_, i) => first + i);
}

/** Each once, from the lowest to the highest. */
function rising(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
