import type { FamilyKey } from "./family.ts";
import type { Sampled } from "./open-metrics.ts";
import type { Sample, SampleSink } from "./sample.ts";

/** Numbers that are kept, at most. */
const MOST_NUMBERS = 4_000_000;

/** Keeps all samples of some families, for short runs and few series. */
export class KeptSamples implements SampleSink, Sampled {
  readonly everyMs: number;
  readonly #keys: readonly FamilyKey[];
  readonly #rows = new Map<FamilyKey, Float64Array[]>();
  readonly #series = new Map<FamilyKey, readonly (readonly string[])[]>();
  #numbers = 0;
  count = 0;

  constructor(everyMs: number, keys: readonly FamilyKey[]) {
    this.everyMs = everyMs;
    this.#keys = [...new Set(keys)];
  }

  /** Throws a RangeError where it would be too much. */
  take(_atMs: number, sample: Sample): void {
    for (const key of this.#keys) {
      const columns = sample.of(key);
      if (columns === undefined) continue;
      this.#numbers += columns.values.length;
      if (this.#numbers > MOST_NUMBERS) throw new RangeError(`more than ${MOST_NUMBERS} numbers`);
      if (this.count === 0) {
        this.#rows.set(key, []);
        this.#series.set(key, columns.series);
      }
      this.#rows.get(key)!.push(columns.values.slice());
    }
    this.count++;
  }

  readonly column = (key: FamilyKey, at: number): Float64Array => Float64Array.from(this.#rows.get(key) ?? [], (row) => row[at]!);

  series(key: FamilyKey): readonly (readonly string[])[] {
    return this.#series.get(key) ?? [];
  }
}
