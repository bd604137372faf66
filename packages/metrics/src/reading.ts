import { widthOf } from "./family.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { quantileOf } from "./quantile.ts";
import { averageOf, rateBetween, rateOf, type Window } from "./rate.ts";
import type { Rule } from "./rule.ts";
import type { Columns, Sample } from "./sample.ts";

/** The value that a rule compares with its bound, from sample to sample; it keeps the samples that it needs. */
export class Reading {
  readonly groups: Groups;
  /** [groups] NaN where there is none */
  readonly values: Float64Array;
  readonly #rule: Rule;
  readonly #columns: Columns;
  readonly #gpus: Columns | undefined;
  readonly #gpuGroups: Groups | undefined;
  /** [samples × numbers of a sample] */
  readonly #ring: Float64Array;
  readonly #most: number;
  /** [groups × buckets] */
  readonly #counts: Float64Array;
  readonly #window: { -readonly [K in keyof Window]: Window[K] };
  #taken = 0;
  /** Number of the last sample in which a counter was less than before. */
  #fellAt = Number.NEGATIVE_INFINITY;

  constructor(rule: Rule, sample: Sample, everyMs: number) {
    const columns = sample.of(rule.family)!;
    this.#rule = rule;
    this.#columns = columns;
    this.groups = groupsOf(columns, rule.by);
    const count = this.groups.labels.length;
    this.values = new Float64Array(count);
    if (rule.metric === "throughputPerGpu") {
      this.#gpus = sample.of("gpus")!;
      this.#gpuGroups = groupsOf(this.#gpus, rule.by);
    }
    this.#most = Math.floor(rule.overMs / everyMs) + 1;
    const { length } = columns.values;
    this.#ring = new Float64Array(this.#most * length);
    const { bounds } = columns.family;
    this.#counts = new Float64Array(bounds === undefined ? 0 : count * (bounds.length + 1));
    this.#window = { ring: this.#ring, first: 0, stride: length, count: 0, everyMs, rangeMs: rule.overMs };
  }

  /** Numbers that are kept for a rule. */
  static numbersOf(rule: Rule, columns: Pick<Columns, "series" | "family">, everyMs: number): number {
    return (Math.floor(rule.overMs / everyMs) + 1) * columns.series.length * widthOf(columns.family);
  }

  /** The next sample is there. */
  take(): void {
    const { values } = this.#columns;
    const { length } = values;
    if (this.#rule.kind === "quantile" && this.#falls()) this.#fellAt = this.#taken;
    this.#ring.set(values, (this.#taken % this.#most) * length);
    this.#taken++;
    this.#window.count = Math.min(this.#taken, this.#most);
    switch (this.#rule.kind) {
      case "level":
        this.#takeLevels();
        return;
      case "rate":
        this.#takeRates();
        return;
      case "quantile":
        this.#takeQuantiles();
        return;
    }
  }

  /** The window of number `at` of a sample. */
  #at(at: number): Window {
    const { length } = this.#columns.values;
    const oldest = this.#taken <= this.#most ? 0 : this.#taken % this.#most;
    this.#window.first = oldest * length + at;
    return this.#window;
  }

  #takeLevels(): void {
    const { values, groups } = this;
    const { side, overMs } = this.#rule;
    const levels = this.#columns.values;
    values.fill(Number.NaN);
    for (let s = 0; s < levels.length; s++) {
      const level = overMs === 0 ? levels[s]! : averageOf(this.#at(s));
      const g = groups.of[s]!;
      const worst = values[g]!;
      if (Number.isNaN(worst) || (side === "above" ? level > worst : level < worst)) values[g] = level;
    }
  }

  #takeRates(): void {
    const { values, groups } = this;
    if (this.#window.count < 2) {
      values.fill(Number.NaN);
      return;
    }
    values.fill(0);
    for (let s = 0; s < groups.of.length; s++) values[groups.of[s]!]! += rateOf(this.#at(s));
    if (this.#gpus === undefined) return;
    for (let g = 0; g < values.length; g++) {
      let gpus = 0;
      for (let s = 0; s < this.#gpus.values.length; s++) if (this.#gpuGroups!.of[s] === g) gpus += this.#gpus.values[s]!;
      values[g] = values[g]! / gpus / 1000;
    }
  }

  #takeQuantiles(): void {
    const { values, groups } = this;
    const { bounds } = this.#columns.family;
    values.fill(Number.NaN);
    if (this.#window.count < 2) return;
    const buckets = bounds!.length + 1;
    const counts = this.#counts.fill(0);
    for (let s = 0; s < groups.of.length; s++) this.#addRates(s * (buckets + 1), counts, groups.of[s]! * buckets, buckets);
    for (let g = 0; g < values.length; g++)
      values[g] = quantileOf(this.#rule.quantile, bounds!, counts.subarray(g * buckets, (g + 1) * buckets));
  }

  /**
   * Adds rates of `count` consecutive counters to `into`: counters that equal those before them, such as buckets beyond the longest time,
   * have the same rate.
   */
  #addRates(first: number, into: Float64Array, at: number, count: number): void {
    let oldest = Number.NaN;
    let newest = Number.NaN;
    let rate = 0;
    for (let b = 0; b < count; b++) {
      const window = this.#at(first + b);
      const from = this.#ring[window.first]!;
      const to = this.#columns.values[first + b]!;
      if (this.#taken - this.#fellAt <= window.count) rate = rateOf(window);
      else if (from !== oldest || to !== newest) rate = rateBetween(from, to - from, window);
      oldest = from;
      newest = to;
      into[at + b] = into[at + b]! + rate;
    }
  }

  /** Whether a counter has begun again since the last sample. */
  #falls(): boolean {
    if (this.#taken === 0) return false;
    const { values } = this.#columns;
    const before = ((this.#taken - 1) % this.#most) * values.length;
    for (let at = 0; at < values.length; at++) if (values[at]! < this.#ring[before + at]!) return true;
    return false;
  }
}
