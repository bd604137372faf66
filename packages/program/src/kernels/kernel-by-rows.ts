import type { KernelModel } from "@tokenyard/cluster";
import { type ElementwiseShape, kernelBytes, kernelFlops, type LinearShape } from "@tokenyard/model";
import { toGrainsOfSeconds } from "../ops/grain.ts";
import { grownColumn, roomFor } from "./grown-column.ts";

/** Numbers of rows that are kept; more are worked out each time. */
const MOST_ROWS = 1 << 14;

/** Consecutive kernels that depend on their rows alone: their time and work, computed once for each number of rows. */
export class KernelByRows {
  /** Seconds for the rows that were looked up last. */
  seconds = 0;
  flops = 0;
  bytes = 0;
  /** Part of those seconds that lies inside the grid of measured tables. */
  insideSeconds = 0;

  readonly #kernels: KernelModel;
  readonly #isTabled: boolean;
  readonly #shapes: readonly (LinearShape | ElementwiseShape)[];
  /** [rows] NaN where it is not known yet */
  #seconds = new Float64Array(0);
  #flops = new Float64Array(0);
  #bytes = new Float64Array(0);
  /** [rows] where there are tables */
  #inside = new Float64Array(0);

  constructor(kernels: KernelModel, ...shapes: readonly (LinearShape | ElementwiseShape)[]) {
    this.#kernels = kernels;
    this.#isTabled = kernels.insideSeconds !== undefined;
    this.#shapes = shapes;
  }

  /** Sets the numbers to those of the kernels with `rows` rows. */
  look(rows: number): void {
    if (rows >= this.#seconds.length && rows < MOST_ROWS) this.#grow(rows);
    const known = this.#seconds[rows]; // undefined for fractions, and beyond the table
    if (known !== undefined && !Number.isNaN(known)) {
      this.seconds = known;
      this.flops = this.#flops[rows]!;
      this.bytes = this.#bytes[rows]!;
      if (this.#isTabled) this.insideSeconds = this.#inside[rows]!;
      return;
    }
    this.seconds = 0;
    this.flops = 0;
    this.bytes = 0;
    this.insideSeconds = 0;
    for (let i = 0; i < this.#shapes.length; i++) {
      const shape = this.#shapes[i]!;
      shape.rows = rows;
      this.seconds += this.#kernels.seconds(shape);
      this.flops += kernelFlops(shape);
      this.bytes += kernelBytes(shape);
      if (this.#isTabled) this.insideSeconds += toGrainsOfSeconds(this.#kernels.insideSeconds!(shape));
    }
    if (known === undefined) return;
    this.#seconds[rows] = this.seconds;
    this.#flops[rows] = this.flops;
    this.#bytes[rows] = this.bytes;
    if (this.#isTabled) this.#inside[rows] = this.insideSeconds;
  }

  #grow(rows: number): void {
    const length = roomFor(rows);
    this.#seconds = grownColumn(this.#seconds, length);
    this.#flops = grownColumn(this.#flops, length);
    this.#bytes = grownColumn(this.#bytes, length);
    if (this.#isTabled) this.#inside = grownColumn(this.#inside, length);
  }
}
