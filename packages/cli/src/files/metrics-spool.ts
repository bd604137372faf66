import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import type { Columns, FamilyKey, Sample, Sampled } from "@tokenyard/metrics";

/** Numbers that are read at once, and those that are gathered before they are written. */
const BLOCK = 1 << 22;
const PIECE = 1 << 16;
/** Blocks to keep: the writer reads two families at once. */
const MOST_BLOCKS = 3;

interface Block {
  readonly first: number;
  readonly columns: readonly Float64Array[];
}

/** Samples in a file beside the one that they are for, a row each, to be read column by column in the end: memory is that of a block, however many there are. */
export class MetricsSpool implements Sampled {
  readonly everyMs: number;
  readonly #file: number;
  readonly #columns: readonly Columns[];
  readonly #offsets = new Map<FamilyKey, number>();
  readonly #width: number;
  readonly #piece: Float64Array;
  #gathered = 0;
  readonly #blocks: Block[] = [];
  count = 0;

  constructor(path: string, sample: Sample, keys: readonly FamilyKey[], everyMs: number) {
    this.everyMs = everyMs;
    this.#columns = keys.map((key) => sample.of(key)!);
    let width = 0;
    for (const { family, values } of this.#columns) {
      this.#offsets.set(family.key, width);
      width += values.length;
    }
    this.#width = width;
    this.#piece = new Float64Array(Math.max(1, Math.floor(PIECE / width)) * width);
    this.#file = openSync(path, "w+");
    rmSync(path, { force: true }); // it is read and written as long as it is open, and gone whatever ends the process
  }

  /** Appends the values of the current sample. */
  take(): void {
    for (const { values } of this.#columns) {
      this.#piece.set(values, this.#gathered);
      this.#gathered += values.length;
    }
    this.count++;
    if (this.#gathered === this.#piece.length) this.flush();
  }

  /** Writes the current piece to the file. */
  flush(): void {
    writeSync(this.#file, new Uint8Array(this.#piece.buffer, 0, this.#gathered * 8));
    this.#gathered = 0;
  }

  series(key: FamilyKey): readonly (readonly string[])[] {
    return this.#columns.find(({ family }) => family.key === key)?.series ?? [];
  }

  readonly column = (key: FamilyKey, at: number): Float64Array => {
    const number = this.#offsets.get(key)! + at;
    const known = this.#blocks.find(({ first, columns }) => number >= first && number < first + columns.length);
    const block = known ?? this.#read(number);
    return block.columns[number - block.first]!;
  };

  discard(): void {
    closeSync(this.#file);
  }

  #read(first: number): Block {
    const wide = Math.min(this.#width - first, Math.max(1, Math.floor(BLOCK / Math.max(1, this.count))));
    const columns = Array.from({ length: wide }, () => new Float64Array(this.count));
    const rows = Math.max(1, Math.floor(PIECE / this.#width));
    const buffer = new Float64Array(rows * this.#width);
    for (let from = 0; from < this.count; from += rows) {
      const taken = Math.min(rows, this.count - from);
      readSync(this.#file, new Uint8Array(buffer.buffer, 0, taken * this.#width * 8), 0, taken * this.#width * 8, from * this.#width * 8);
      for (let row = 0; row < taken; row++) for (let c = 0; c < wide; c++) columns[c]![from + row] = buffer[row * this.#width + first + c]!;
    }
    if (this.#blocks.length === MOST_BLOCKS) this.#blocks.shift();
    const block = { first, columns };
    this.#blocks.push(block);
    return block;
  }
}
