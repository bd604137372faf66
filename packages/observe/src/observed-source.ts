import { Streams } from "@tokenyard/random";
import type { ReadPieces, WorkloadSpec } from "@tokenyard/scenario";
import { createRequestSource, type RequestSource } from "@tokenyard/serving";

/** A load as a scenario has it. */
export interface ObservedLoad {
  readonly workload: WorkloadSpec;
  readonly seed: number;
  /** Reads the file of a trace. */
  readonly readPieces?: ReadPieces;
}

/** Whether requests of `workload` come at their times whatever becomes of those before. */
export function hasFixedTimes({ kind }: WorkloadSpec): boolean {
  return kind === "open" || kind === "trace" || kind === "batch";
}

/** The requests that a simulation of `load` has. */
export function observedSource({ workload, seed, readPieces }: ObservedLoad): RequestSource {
  return createRequestSource(workload, new Streams(seed), readPieces);
}
