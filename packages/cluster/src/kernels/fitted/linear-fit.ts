import { bytesOf, type LinearShape } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

// Tiles that libraries cut an output into, rows × columns; 256 × 256 does not fit in a multiprocessor.
const TILES = [256, 128, 64, 16]
  .flatMap((rows) => [256, 128, 64].map((columns) => [rows, columns] as const))
  .filter(([rows, columns]) => rows + columns < 512);
const TILE_ROWS = Float64Array.from(TILES, ([rows]) => rows);
const TILE_COLUMNS = Float64Array.from(TILES, ([, columns]) => columns);
const LEAST_ROWS = 64; // rows that a tile multiplies at least, with padding, unless a fit states another number
const MOST_SPLITS = 16;
const LEAST_INPUTS = 128; // of a part of a product that is split
const PARTIAL_BYTES = 8; // of a partial sum, written and read in fp32

/**
 * Time of a matrix product in tiles, each on one multiprocessor: the fastest of all tiles and splits along the inputs, or the one tile that
 * the library chooses for the number of rows. Source: docs/models/kernels.md#fitted-kernels.
 */
export class LinearFit {
  readonly launchSeconds: number;
  readonly #multiprocessors: number;
  readonly #serial: number;
  readonly #bytesPerSecond: number;
  readonly #tileFlopsPerSecond: number;
  readonly #tileBytesPerSecond: number;
  readonly #fillSeconds: number;
  readonly #stepSeconds: number;
  readonly #splitSeconds: number;
  /** Seconds for a number that is quantised, and for a row; 0 where they come so. */
  readonly #quantiseSeconds: number;
  readonly #quantiseRowSeconds: number;
  readonly #inWholeWaves: boolean;
  readonly #byRows: boolean;
  readonly #leastRows: number;

  constructor(fit: Omit<FitOf<"linear">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#multiprocessors = multiprocessors;
    this.#serial = fit.serial;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#tileFlopsPerSecond = (flopsPerSecond * fit.computeEfficiency) / multiprocessors;
    this.#tileBytesPerSecond = (bytesPerSecond * fit.cache) / multiprocessors;
    this.#fillSeconds = fit.tile;
    this.#stepSeconds = fit.step ?? 0;
    this.#splitSeconds = fit.split;
    this.#quantiseSeconds = fit.quantise === undefined ? 0 : 3 / (bytesPerSecond * fit.quantise); // two bytes read, one written
    this.#quantiseRowSeconds = fit.quantiseRow ?? 0;
    this.#inWholeWaves = fit.waves === "whole";
    this.#byRows = fit.tiles === "by-rows";
    this.#leastRows = fit.leastRows ?? LEAST_ROWS;
  }

  /** Seconds beside the launch, which fills the first tiles; `bytes` are those of the shape. */
  seconds(shape: LinearShape, bytes: number): number {
    const { rows, inFeatures, weightBytes, activationBytes, precision } = shape;
    const givenBytes = shape.inputBytes ?? activationBytes;
    const inputBytes = Math.min(givenBytes, bytesOf(precision)); // once they are quantised
    const saved = (givenBytes - inputBytes) * rows * inFeatures;
    const moved = (bytes - saved) / this.#bytesPerSecond;
    const quantised = saved > 0 ? rows * (inFeatures * this.#quantiseSeconds + this.#quantiseRowSeconds) : 0;
    if (this.#byRows) {
      const columns = rows <= 64 ? 64 : 128; // as CUTLASS's kernels for fp8 are chosen in vLLM
      const tileRows = rows <= this.#leastRows ? this.#leastRows : rows <= 128 ? 64 : 128;
      return this.#tiledSeconds(shape, tileRows, columns, inputBytes, weightBytes, moved, 1, Number.POSITIVE_INFINITY) + quantised;
    }
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < TILE_ROWS.length; t++) {
      least = this.#tiledSeconds(shape, TILE_ROWS[t]!, TILE_COLUMNS[t]!, inputBytes, weightBytes, moved, MOST_SPLITS, least);
    }
    return least + quantised;
  }

  /** Seconds in tiles of this size with the best number of splits, or `least` if that is less. */
  #tiledSeconds(
    { rows, inFeatures, outFeatures }: LinearShape,
    tileRows: number,
    columns: number,
    inputBytes: number,
    weightBytes: number,
    moved: number,
    mostSplits: number,
    least: number,
  ): number {
    const tiles = Math.ceil(rows / tileRows) * Math.ceil(outFeatures / columns);
    const computed = (2 * Math.max(tileRows, this.#leastRows) * columns) / this.#tileFlopsPerSecond;
    const loaded = (Math.min(tileRows, rows) * inputBytes + columns * weightBytes) / this.#tileBytesPerSecond;
    const perInput = Math.max(computed, loaded) + this.#stepSeconds;
    const evenly = (tiles * inFeatures * perInput) / this.#multiprocessors; // no wave is emptier than another
    let best = least;
    for (let splits = 1; splits <= mostSplits && (splits === 1 || splits * LEAST_INPUTS <= inFeatures); splits++) {
      const added = splits === 1 ? 0 : this.#splitSeconds + (PARTIAL_BYTES * splits * rows * outFeatures) / this.#bytesPerSecond;
      if (Math.max(evenly, moved) + added >= best) break; // nor can more splits be faster
      const filled = (tiles * splits) / this.#multiprocessors;
      const waves = this.#inWholeWaves ? Math.ceil(filled) : Math.max(1, filled);
      const worked = waves * Math.ceil(inFeatures / splits) * perInput + (waves - 1) * this.#fillSeconds;
      const seconds = serialSum(worked, moved, this.#serial) + added;
      if (seconds < best) best = seconds;
    }
    return best;
  }
}
