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
  /** GPUs that compute nothing while it lasts, rising. */
  readonly ranks: readonly number[];
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
    isGone: spec.kind !== "process-hang",
    withNode: spec.kind === "node-lost",
  };
}

/** Whether anything happens by it. */
export function isAny({ atNs, endNs }: Fault): boolean {
  return endNs > atNs;
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
