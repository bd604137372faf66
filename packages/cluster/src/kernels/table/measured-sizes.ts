import type { AttentionShape, ExpertsShape, LinearShape } from "@tokenyard/model";
import { ln } from "@tokenyard/random";
import type { Sizes } from "./mixture.ts";

export type TabledShape = LinearShape | ExpertsShape | AttentionShape;

/** Key of the tables of one kernel: sizes that do not grow with the load, and formats. Allocates nothing once it has been made. */
export class MeasuredSizes implements Sizes<MeasuredSizes> {
  /** Stored bytes of a weight, or of a number in the cache, and the sizes. */
  readonly numbers = new Float64Array(5);
  readonly reach = "own";
  count = 0;
  kind: TabledShape["kind"] = "linear";
  precision = "";

  of(shape: TabledShape): this {
    const { numbers } = this;
    this.kind = shape.kind;
    switch (shape.kind) {
      case "linear":
        this.precision = halved(shape.precision);
        this.count = 3;
        numbers[0] = shape.weightBytes;
        numbers[1] = shape.inFeatures;
        numbers[2] = shape.outFeatures;
        return this;
      case "experts":
        this.precision = halved(shape.up.precision);
        this.count = 4;
        numbers[0] = shape.up.weightBytes;
        numbers[1] = shape.up.inFeatures;
        numbers[2] = shape.up.outFeatures;
        numbers[3] = shape.up.experts;
        return this;
      case "attention-prefill":
      case "attention-decode":
        this.precision = halved(shape.precision);
        this.count = 5;
        numbers[0] = shape.kvBytes;
        numbers[1] = shape.heads;
        numbers[2] = shape.kvHeads;
        numbers[3] = shape.keySize;
        numbers[4] = shape.valueSize;
        return this;
    }
  }

  /** Whether the other one is of the same kernel in the same formats. */
  isLike({ kind, precision, numbers }: MeasuredSizes): boolean {
    return this.kind === kind && this.precision === precision && this.numbers[0] === numbers[0];
  }

  equals(other: MeasuredSizes): boolean {
    if (!this.isLike(other)) return false;
    for (let i = 1; i < this.count; i++) if (this.numbers[i] !== other.numbers[i]) return false;
    return true;
  }

  /**
   * Logarithms of the sizes in which similar kernels are compared: for attention the query heads of a KV head, KV heads, and size of a key.
   */
  logarithms(): Float64Array {
    const [, first, second, third] = this.numbers;
    switch (this.kind) {
      case "linear":
        return Float64Array.of(ln(first!), ln(second!));
      case "experts":
        return Float64Array.of(ln(first!), ln(second!), ln(third!));
      case "attention-prefill":
      case "attention-decode":
        return Float64Array.of(ln(first! / second!), ln(second!), ln(third!));
    }
  }

  /** Negative where these sizes come before the other ones in the order that decides between equally near ones. */
  compare({ numbers }: MeasuredSizes): number {
    const first = this.numbers.findIndex((number, i) => number !== numbers[i]);
    return first < 0 ? 0 : this.numbers[first]! - numbers[first]!;
  }

  /** Squared distance of the logarithms of the sizes. */
  distanceTo(other: MeasuredSizes): number {
    let sum = 0;
    for (let i = 1; i < this.count; i++) {
      const apart = ln(this.numbers[i]!) - ln(other.numbers[i]!);
      sum += apart * apart;
    }
    return sum;
  }
}

/** 16 bits of either kind multiply alike. */
function halved(precision: string): string {
  return precision === "fp16" ? "bf16" : precision;
}
