import { Histogram } from "./histogram.ts";
import type { TallyColumns } from "./tally-columns.ts";

/** Number of values up to which they are kept exactly. */
export const MOST_EXACT = 1 << 20;

/** A value per observation, from 0 up. Exact as long as there are few; then a histogram. */
export class Tally {
  count = 0;
  /** Values by place; NaN for places without an observation. */
  #values: Float64Array<ArrayBuffer>;
  #histogram: Histogram | undefined;
  /** Sum in the order of arrival: of the histogram. */
  #sum = 0;

  /** `places`: the expected number of places; it grows beyond them. */
  constructor(places = 16) {
    this.#values = new Float64Array(Math.min(places, MOST_EXACT)).fill(Number.NaN);
  }

  /** `value` of observation number `place`, each place once; `columns` gives the values in order of place. */
  put(place: number, value: number): void {
    this.#sum += value;
    if (place < this.#values.length) this.#values[place] = value;
    else this.#putBeyond(place, value);
    this.count++;
  }

  /** Columns of all values; to be called once, at the end. */
  columns(): TallyColumns {
    if (this.#histogram !== undefined) return { ...this.#histogram.columns(), sum: this.#sum };
    const values = this.#kept();
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      sum += value; // in order of place, so that the order of events does not show
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return { count: values.length, sum, min: values.length === 0 ? 0 : min, max, values };
  }

  #putBeyond(place: number, value: number): void {
    if (place >= MOST_EXACT) this.#spill();
    if (this.#histogram !== undefined) {
      this.#histogram.add(value, 1);
      return;
    }
    let length = Math.max(2 * this.#values.length, 16);
    while (place >= length) length *= 2;
    const longer = new Float64Array(length).fill(Number.NaN, this.#values.length);
    longer.set(this.#values);
    longer[place] = value;
    this.#values = longer;
  }

  /** Switches to counting by bucket: single places are no longer kept. */
  #spill(): void {
    if (this.#histogram !== undefined) return;
    this.#histogram = new Histogram();
    for (const value of this.#kept()) this.#histogram.add(value, 1);
    this.#values = new Float64Array(0);
  }

  /** The values without the places that stayed empty. */
  #kept(): Float64Array {
    const values = this.#values;
    if (this.count === values.length) return values; // no place twice: none is empty
    const first = values.subarray(0, this.count);
    return first.includes(Number.NaN) ? values.filter((value) => !Number.isNaN(value)) : first.slice();
  }
}
