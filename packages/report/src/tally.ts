/** Values that were observed, as plain data: all of them in order of their place, or counts by bucket once there were too many. */
export interface TallyColumns {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** [count] */
  readonly values?: Float64Array;
  /** [buckets] rising; the value that stands for a bucket, and how many fell into it */
  readonly buckets?: { readonly value: Float64Array; readonly count: Float64Array };
}

/** Up to so many values are kept as they are. */
const EXACT = 1 << 20;
/** A bucket is 1/128 of a power of two wide: within 0.4 % of the value that stands for it. */
const MANTISSA_BITS = 7;

const bits = new DataView(new ArrayBuffer(8));
/** Where the second bucket starts; what is smaller shares the first. */
const SMALLEST = 1 / (1 << 20);
const FIRST_BITS = bucketBits(SMALLEST);

/**
 * A value per observation, from 0 up. Exact as long as there are few; then a histogram whose buckets are the leading bits of the number
 * itself, so that they are the same everywhere and memory stays what it is.
 */
export class Tally {
  #values: Float64Array<ArrayBuffer> | undefined = new Float64Array(16).fill(Number.NaN);
  #counts: Float64Array<ArrayBuffer> | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** A tally that counts by bucket from the start. */
  static histogram(): Tally {
    const tally = new Tally();
    tally.#spill();
    return tally;
  }

  get count(): number {
    return this.#count;
  }

  /** `value` of observation number `place`, each place once; `columns` gives the values in order of place. */
  put(place: number, value: number): void {
    this.#note(value, 1);
    if (place >= EXACT) this.#spill();
    if (this.#values === undefined) {
      this.#counts![bucketOf(value)]! += 1;
      return;
    }
    while (place >= this.#values.length) {
      const longer = new Float64Array(2 * this.#values.length).fill(Number.NaN, this.#values.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[place] = value;
  }

  /** `value`, seen `times`, into its bucket. */
  add(value: number, times: number): void {
    if (this.#counts === undefined) this.#spill();
    this.#note(value, times);
    this.#counts![bucketOf(value)]! += times;
  }

  /** The gaps between `count` rising times, each seen `times`. */
  addGaps(atNs: Float64Array, count: number, times: number): void {
    if (count < 2) return;
    if (this.#counts === undefined) this.#spill();
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
    const counts = this.#counts!;
    const bucket = bucketOf(shortest);
    if (bucket === bucketOf(longest)) counts[bucket]! += times * (count - 1);
    else for (let i = 1; i < count; i++) counts[bucketOf(atNs[i]! - atNs[i - 1]!)]! += times;
  }

  columns(): TallyColumns {
    const { count, min, max } = { count: this.#count, min: this.#count === 0 ? 0 : this.#min, max: this.#max };
    if (this.#values !== undefined) {
      const values = new Float64Array(count);
      let sum = 0;
      for (let place = 0, i = 0; i < count; place++) {
        const value = this.#values[place]!;
        if (Number.isNaN(value)) continue;
        values[i++] = value;
        sum += value; // in order of place, so that the order of events does not show
      }
      return { count, sum, min, max, values };
    }
    const value: number[] = [];
    const counts: number[] = [];
    this.#counts!.forEach((times, bucket) => {
      if (times === 0) return;
      value.push(middleOf(bucket));
      counts.push(times);
    });
    return { count, sum: this.#sum, min, max, buckets: { value: Float64Array.from(value), count: Float64Array.from(counts) } };
  }

  #note(value: number, times: number): void {
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  #spill(): void {
    if (this.#counts !== undefined) return;
    this.#counts = new Float64Array(bucketOf(Number.MAX_SAFE_INTEGER) + 2);
    for (const value of this.#values!) if (!Number.isNaN(value)) this.#counts[bucketOf(value)]! += 1;
    this.#values = undefined;
  }
}

/** Exponent and leading bits of the mantissa of `value`. */
function bucketBits(value: number): number {
  bits.setFloat64(0, value);
  return bits.getUint32(0) >>> (20 - MANTISSA_BITS);
}

function bucketOf(value: number): number {
  return value < SMALLEST ? 0 : bucketBits(value) - FIRST_BITS + 1;
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const from = startOf(bucket);
  return from + (startOf(bucket + 1) - from) / 2;
}

function startOf(bucket: number): number {
  bits.setUint32(0, (bucket - 1 + FIRST_BITS) << (20 - MANTISSA_BITS));
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}
