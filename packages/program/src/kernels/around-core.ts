import { type ChunkTokens, chunksOf } from "@tokenyard/model";
import { grownColumn, roomFor } from "./grown-column.ts";
import type { KernelByRows } from "./kernel-by-rows.ts";
import type { MixerMatrices } from "./matrices.ts";

/** Rows for which it is kept; decode steps of a data group have fewer. */
const MOST_ROWS = 1024;

/** Seconds of the kernels before and after the core of an attention that decodes, which follow from its rows alone: worked out once for each number of them. */
export class AroundCore {
  /** Seconds before the core, for the rows that were looked up last. */
  before = 0;
  after = 0;
  /** Seconds after the ops behind the core. */
  atEnd = 0;
  readonly #kernels: readonly KernelByRows[];
  readonly #after: KernelByRows | undefined;
  readonly #output: KernelByRows;
  readonly #chunkTokens: ChunkTokens["attention"];
  /** [rows × 3] NaN where it is not known yet */
  #known = new Float64Array(0);

  constructor({ projections, before, after, output }: MixerMatrices, chunkTokens: ChunkTokens["attention"]) {
    this.#kernels = [...projections, ...before];
    this.#after = after[0]; // there is at most one
    this.#output = output;
    this.#chunkTokens = chunkTokens;
  }

  /** Sets the columns to those of `rows` rows. */
  look(rows: number): void {
    const at = rows * 3;
    if (at >= this.#known.length && rows < MOST_ROWS) this.#known = grownColumn(this.#known, 3 * roomFor(rows));
    const known = this.#known[at]; // undefined for fractions, and beyond the table
    if (known !== undefined && !Number.isNaN(known)) {
      this.before = known;
      this.after = this.#known[at + 1]!;
      this.atEnd = this.#known[at + 2]!;
      return;
    }
    this.#workOut(rows);
    if (known === undefined) return;
    this.#known[at] = this.before;
    this.#known[at + 1] = this.after;
    this.#known[at + 2] = this.atEnd;
  }

  #workOut(rows: number): void {
    const chunks = chunksOf(rows, this.#chunkTokens);
    this.before = 0;
    for (const kernel of this.#kernels) this.before += secondsOf(kernel, rows, chunks);
    const output = secondsOf(this.#output, rows, chunks);
    this.after = this.#after === undefined ? output : secondsOf(this.#after, rows, chunks);
    this.atEnd = this.#after === undefined ? 0 : output;
  }
}

function secondsOf(kernel: KernelByRows, rows: number, chunks: number): number {
  kernel.look(rows / chunks);
  return kernel.seconds * chunks;
}
