import type { FamilyKey } from "@tokenyard/metrics";

/** Columns of a sample; only those that were requested. */
export type SampleColumns = ReadonlyMap<FamilyKey, Float64Array>;
