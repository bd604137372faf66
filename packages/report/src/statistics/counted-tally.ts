import { Histogram } from "./histogram.ts";
import { MOST_EXACT } from "./tally.ts";
import type { TallyColumns } from "./tally-columns.ts";

/** Mean number of occurrences above which each value is stored once with its count. */
const OFTEN = 4;

/**
 * Values from 0 up, each seen any number of times at once. Exact as long as there are few, then a histogram: how many are added at once makes no
 * difference. They are not added up here, as sums of fractions hang on their order.
 */
export class CountedTally {
  #count = 0;
  #values: number[] = [];
  /** How often each of `values` was seen. */
  #times: number[] = [];
  #histogram: Histogram | undefined;

  /** `value`, seen `times`. */
  add(value: number, times: number): void {
    this.#count += times;
    if (this.#histogram === undefined) {
      this.#values.push(value);
      this.#times.push(times);
      if (this.#count > MOST_EXACT) this.#spill();
    } else this.#histogram.add(value, times);
  }

  /**
   * To be called once, at the end; `sum`: of all values. Values are in the order of their arrival, or, if most occurred often, each once.
   */
  columns(sum: number): TallyColumns {
    if (this.#histogram !== undefined) return { ...this.#histogram.columns(), sum };
    return this.#values.length * OFTEN < this.#count ? this.#eachOnce(sum) : this.#all(sum);
  }

  #eachOnce(sum: number): TallyColumns {
    const values = Float64Array.from(this.#values).sort();
    let distinct = 0;
    for (const value of values) if (distinct === 0 || value !== values[distinct - 1]) values[distinct++] = value;
    const rising = values.slice(0, distinct);
    const times = new Float64Array(distinct);
    for (let i = 0; i < this.#values.length; i++) {
      const at = placeIn(rising, this.#values[i]!);
      times[at] = times[at]! + this.#times[i]!;
    }
    return { count: this.#count, sum, min: rising[0]!, max: rising[distinct - 1]!, values: rising, times };
  }

  #all(sum: number): TallyColumns {
    const values = new Float64Array(this.#count);
    let min = Number.POSITIVE_INFINITY;
    let max = 0;
    for (let i = 0, at = 0; i < this.#values.length; i++) {
      const value = this.#values[i]!;
      for (const end = at + this.#times[i]!; at < end; at++) values[at] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return { count: this.#count, sum, min: this.#count === 0 ? 0 : min, max, values };
  }

  /** Switches to counting by bucket. */
  #spill(): void {
    this.#histogram = new Histogram();
    for (const [i, value] of this.#values.entries()) this.#histogram.add(value, this.#times[i]!);
    this.#values = [];
    this.#times = [];
  }
}

/** Index of `value` in `rising`, which contains it. */
function placeIn(rising: Float64Array, value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
