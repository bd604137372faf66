import { nsFromSeconds } from "@tokenyard/engine";
import type { Plan } from "@tokenyard/placement";
import type { FaultSpec } from "@tokenyard/scenario";

/** What a fault looks like to those who watch. */
export interface Symptom {
  /** Its processes have ended. */
  readonly isGone: boolean;
  /** So has the node on which somebody could have seen that. */
  readonly withNode: boolean;
}

/** Something that breaks, and when it is whole again. */
export interface Fault extends Symptom {
  readonly kind: FaultSpec["kind"];
  readonly atNs: number;
  /** Infinity: never. */
  readonly endNs: number;
  /** GPUs that compute nothing while it lasts, or slowly, rising. */
  readonly ranks: readonly number[];
  /** They go on, with this factor on the time of their kernels or of their communication; undefined: they do not. */
  readonly slows: Slow | undefined;
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
  return {
    kind: spec.kind,
    atNs,
    endNs,
    ranks: ranksOf(spec, plan),
    isGone: spec.kind === "gpu-lost" || spec.kind === "node-lost",
    withNode: spec.kind === "node-lost",
    slows: slowOf(spec),
  };
}

/** Whether anything happens by it. */
export function isAny({ atNs, endNs, slows }: Fault): boolean {
  return endNs > atNs && (slows === undefined || slows.factor > 1);
}

function slowOf(spec: FaultSpec): Slow | undefined {
  if (spec.kind === "gpu-slow") return { lane: "compute", factor: 1 / spec.speed };
  return spec.kind === "link-slow" ? { lane: "network", factor: 1 / spec.speed } : undefined;
}

function ranksOf(spec: FaultSpec, { ranks, gpusPerNode }: Plan): number[] {
  if (spec.kind !== "node-lost") return rising(spec.ranks);
  return rising(spec.nodes.flatMap((node) => Array.from({ length: gpusPerNode }, (_, i) => node * gpusPerNode + i))).filter(
    (rank) => rank < ranks,
  );
}

/** Each once, from the lowest to the highest. */
function rising(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
