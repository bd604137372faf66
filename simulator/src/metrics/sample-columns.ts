import type { FamilyKey } from "@tokenyard/metrics";

/** Columns of a sample; there are none of what is not requested. */
export type SampleColumns = ReadonlyMap<FamilyKey, Float64Array>;
