import { HistogramEdges } from "./histogram-edges.ts";
import type { TallyColumns } from "./tally-columns.ts";

/** Buckets are 1/128 of a power of two wide: within 0.4 % of their middle. */
const MANTISSA_BITS = 7;

const bits = new DataView(new ArrayBuffer(8));
/** Start of the second bucket; smaller values share the first. */
const SMALLEST = 1 / (1 << 20);
/** Exponent and leading bits of the mantissa of `SMALLEST`. */
const FIRST_BITS = (1023 - 20) << MANTISSA_BITS;
/** Buckets of a power of two. */
const OF_A_POWER = 1 << MANTISSA_BITS;
const POWERS = (bucketOf(Number.MAX_SAFE_INTEGER) >> MANTISSA_BITS) + 1;

/**
 * Values from 0 up, counted by bucket. Buckets are the leading bits of the number itself, so that they are the same everywhere and memory
 * grows with the range of the values in powers of two, not with their number.
 */
export class Histogram {
  /** [powers of two][buckets of each] undefined where no value has come yet */
  readonly #counts = new Array<Float64Array | undefined>(POWERS).fill(undefined);
  readonly #edges: HistogramEdges | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** `edges`: rising values, more than 0.8 % apart; `countBelow` gives how many values are at most each, exactly. */
  constructor(edges?: readonly number[]) {
    this.#edges = edges && new HistogramEdges(edges, POWERS * OF_A_POWER, bucketOf);
  }

  /** `value`, seen `times`. */
  add(value: number, times: number): void {
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const bucket = bucketOf(value);
    this.#fill(bucket, times);
    if (this.#edges !== undefined && this.#edges.isCut[bucket] === 1) this.#edges.correct(bucket, value, times);
  }

  /** The gaps between `count` rising times, each seen `times`. */
  addGaps(atNs: Float64Array, count: number, times: number): void {
    if (count < 2) return;
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    for (let i = 1; i < count; i++) {
      const gap = atNs[i]! - atNs[i - 1]!;
      if (gap < shortest) shortest = gap;
      if (gap > longest) longest = gap;
    }
    this.#count += times * (count - 1);
    this.#sum += (atNs[count - 1]! - atNs[0]!) * times;
    if (shortest < this.#min) this.#min = shortest;
    if (longest > this.#max) this.#max = longest;
    const bucket = bucketOf(shortest);
    if (longest < endOf(bucket) && (this.#edges === undefined || this.#edges.isCut[bucket] === 0)) this.#fill(bucket, times * (count - 1));
    else this.#fillGaps(atNs, count, times);
  }

  /** Counts consecutive gaps that fall into one bucket together, as gaps of decode-only steps grow slowly. */
  #fillGaps(atNs: Float64Array, count: number, times: number): void {
    let bucket = 0;
    let from = 0;
    let to = 0;
    let seen = 0;
    let isCut = false;
    for (let i = 1; i < count; i++) {
      const gap = atNs[i]! - atNs[i - 1]!;
      if (gap < from || gap >= to) {
        if (seen > 0) this.#fill(bucket, times * seen);
        bucket = bucketOf(gap);
        from = startOf(bucket);
        to = endOf(bucket);
        seen = 0;
        if (this.#edges !== undefined) isCut = this.#edges.isCut[bucket] === 1;
      }
      seen++;
      if (isCut) this.#edges!.correct(bucket, gap, times);
    }
    this.#fill(bucket, times * seen);
  }

  /** How many values are at most each edge, how many there are in all, and their sum, into `out` [edges + 2]. */
  countBelow(out: Float64Array): void {
    this.#edges!.countBelow(out);
    out[out.length - 1] = this.#sum;
  }

  columns(): TallyColumns {
    const value: number[] = [];
    const counts: number[] = [];
    for (let power = 0; power < POWERS; power++) {
      const ofPower = this.#counts[power];
      if (ofPower === undefined) continue;
      for (let at = 0; at < OF_A_POWER; at++) {
        if (ofPower[at] === 0) continue;
        value.push(middleOf(power * OF_A_POWER + at));
        counts.push(ofPower[at]!);
      }
    }
    const buckets = { value: Float64Array.from(value), count: Float64Array.from(counts) };
    return { count: this.#count, sum: this.#sum, min: this.#count === 0 ? 0 : this.#min, max: this.#max, buckets };
  }

  #fill(bucket: number, times: number): void {
    const power = bucket >> MANTISSA_BITS;
    const ofPower = this.#counts[power] ?? new Float64Array(OF_A_POWER);
    this.#counts[power] = ofPower;
    ofPower[bucket & (OF_A_POWER - 1)]! += times;
    if (this.#edges !== undefined) this.#edges.counts[this.#edges.part[bucket]!]! += times;
  }
}

function bucketOf(value: number): number {
  if (value < SMALLEST) return 0;
  bits.setFloat64(0, value);
  return (bits.getUint32(0) >>> (20 - MANTISSA_BITS)) - FIRST_BITS + 1;
}

/** Middle of a bucket; 0 for the first. */
function middleOf(bucket: number): number {
  const from = startOf(bucket);
  return bucket === 0 ? 0 : from + (endOf(bucket) - from) / 2;
}

function endOf(bucket: number): number {
  return startOf(bucket + 1);
}

function startOf(bucket: number): number {
  if (bucket === 0) return 0;
  bits.setUint32(0, (bucket - 1 + FIRST_BITS) << (20 - MANTISSA_BITS));
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}
