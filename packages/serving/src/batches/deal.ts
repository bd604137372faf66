import type { ServingSpec } from "@tokenyard/scenario";

/** Assignment of the sequences of a batch, in columns [sequences]. A sequence is never split. */
export interface Deal {
  readonly replica: Int32Array;
  readonly microBatch: Int32Array;
  readonly dataGroup: Int32Array;
}

/** The bins of a batch: `microBatches` in each of `replicas`, and `dataGroups` in each micro-batch. */
export interface Bins {
  readonly replicas: number;
  readonly microBatches: number;
  readonly dataGroups: number;
}

export type DealKind = Extract<ServingSpec["scheduler"], { kind: "static" }>["deal"];
