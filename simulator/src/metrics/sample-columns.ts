import type { FamilyKey } from "@tokenyard/metrics";

/** Columns of a sample; of what nobody asks for there are none. */
export type SampleColumns = ReadonlyMap<FamilyKey, Float64Array>;
