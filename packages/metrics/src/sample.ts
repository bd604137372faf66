import { type Family, type FamilyKey, familyOf, widthOf } from "./family.ts";

/** Series of a family, with their values at the last sample. */
export interface Columns {
  readonly family: Family;
  /** [series] values of the family's labels */
  readonly series: readonly (readonly string[])[];
  /** [series × width] counts of buckets are cumulative; the sampler owns them */
  readonly values: Float64Array;
}

/** All series that are sampled at once; overwritten by each sample. */
export class Sample {
  readonly #columns = new Map<FamilyKey, Columns>();

  /** Adds a family with `series`; returns where its values go. */
  add(key: FamilyKey, series: readonly (readonly string[])[]): Float64Array {
    const family = familyOf(key);
    const values = new Float64Array(series.length * widthOf(family));
    this.#columns.set(key, { family, series, values });
    return values;
  }

  /** Columns of family `key`; undefined if it is not sampled. */
  of(key: FamilyKey): Columns | undefined {
    return this.#columns.get(key);
  }

  all(): readonly Columns[] {
    return [...this.#columns.values()];
  }
}

/** Receives each sample, at whole milliseconds in equal steps from 0 on. */
export interface SampleSink {
  take(atMs: number, sample: Sample): void;
}
