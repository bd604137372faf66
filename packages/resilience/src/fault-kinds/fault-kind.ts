import type { Plan } from "@tokenyard/placement";
import type { DatedFaultSpec } from "@tokenyard/scenario";
import type { LostSlot } from "../losses.ts";

/** What a fault looks like to those who watch. */
export interface Symptom {
  /** Its processes have ended. */
  readonly isGone: boolean;
  /** True if the node is lost too, whose processes could have noticed it. */
  readonly withNode: boolean;
  /** True if processes go on and the GPU reports an error to them. */
  readonly raisesError: boolean;
}

/** What an entry strikes. */
export interface Struck {
  /** GPUs, each once, rising; of a slot, those that hold it; of links, those behind them. */
  readonly ranks: readonly number[];
  /** Slot of which each process loses its part, while it continues. */
  readonly slot?: LostSlot;
}

/** A kind of fault: data, and one function. */
export interface FaultKind<Spec extends DatedFaultSpec = DatedFaultSpec> {
  readonly symptom: Symptom;
  /** Lane of processes that go on, which its `speed` slows; undefined if they stop. */
  readonly slows?: "compute" | "network";
  /** True if processes go on but reach no other node. */
  readonly ofLinks?: true;
  /** Part that the fault breaks if a GPU is drawn for it. */
  readonly breaks: "gpu" | "node" | "expert";
  /** Cause of failures over years, as whose drawn faults count; or why they do not. */
  readonly overYears: { readonly cause: "slow" | "down" | "expert" } | { readonly not: string };
  /** What `spec` strikes on the ranks of the `plans` of all pools. */
  struck(spec: Spec, plans: readonly Plan[]): Struck;
}

/** Processes are there, and say nothing. */
export const SILENT: Symptom = { isGone: false, withNode: false, raisesError: false };

/** Each once, from the lowest to the highest. */
export function rising(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
