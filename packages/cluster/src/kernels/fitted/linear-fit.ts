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
const LEAST_ROWS = 64; // the matrix units work on so many rows, padded
const MOST_SPLITS = 16;
const LEAST_INPUTS = 128; // of a part of a product that is split
const PARTIAL_BYTES = 8; // of a partial sum, written and read in fp32

/**
 * A matrix product in tiles, each on one multiprocessor, in waves; the fastest of all tiles and splits along the inputs, and no faster than
 * its bytes. Leaves out clusters of multiprocessors and tiles that wait for each other. Source: docs/models.md#fitted-kernels.
 */
export class LinearFit {
  readonly launchSeconds: number;
  readonly #multiprocessors: number;
  readonly #serial: number;
  readonly #bytesPerSecond: number;
  readonly #tileFlopsPerSecond: number;
  readonly #tileBytesPerSecond: number;
  readonly #fillSeconds: number;
  readonly #splitSeconds: number;
  /** Seconds for a number that is quantised; 0 where they come so. */
  readonly #quantiseSeconds: number;

  constructor(fit: Omit<FitOf<"linear">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#multiprocessors = multiprocessors;
    this.#serial = fit.serial;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#tileFlopsPerSecond = (flopsPerSecond * fit.computeEfficiency) / multiprocessors;
    this.#tileBytesPerSecond = (bytesPerSecond * fit.cache) / multiprocessors;
    this.#fillSeconds = fit.tile;
    this.#splitSeconds = fit.split;
    this.#quantiseSeconds = fit.quantise === undefined ? 0 : 3 / (bytesPerSecond * fit.quantise); // two bytes read, one written
  }

  /** Seconds beside the launch; `bytes` are those of the shape. */
  seconds(shape: LinearShape, bytes: number): number {
    const { rows, inFeatures, outFeatures, weightBytes, activationBytes, precision } = shape;
    const givenBytes = shape.inputBytes ?? activationBytes;
    const inputBytes = Math.min(givenBytes, bytesOf(precision)); // once they are quantised
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < TILE_ROWS.length; t++) {
      const tileRows = TILE_ROWS[t]!;
      const columns = TILE_COLUMNS[t]!;
      const tiles = Math.ceil(rows / tileRows) * Math.ceil(outFeatures / columns);
      const computed = (2 * Math.max(tileRows, LEAST_ROWS) * columns) / this.#tileFlopsPerSecond;
      const loaded = (Math.min(tileRows, rows) * inputBytes + columns * weightBytes) / this.#tileBytesPerSecond;
      const perInput = Math.max(computed, loaded);
      const evenly = (tiles * inFeatures * perInput) / this.#multiprocessors; // no wave is emptier than another
      for (let splits = 1; splits <= MOST_SPLITS && (splits === 1 || splits * LEAST_INPUTS <= inFeatures); splits++) {
        const added = splits === 1 ? 0 : this.#splitSeconds + (PARTIAL_BYTES * splits * rows * outFeatures) / this.#bytesPerSecond;
        if (evenly + added >= least) break; // nor can more splits be faster
        const waves = Math.ceil((tiles * splits) / this.#multiprocessors);
        const seconds = waves * (Math.ceil(inFeatures / splits) * perInput + this.#fillSeconds) + added;
        if (seconds < least) least = seconds;
      }
    }
    const saved = (givenBytes - inputBytes) * rows * inFeatures;
    const quantised = saved > 0 ? rows * inFeatures * this.#quantiseSeconds : 0;
    return serialSum(least, (bytes - saved) / this.#bytesPerSecond, this.#serial) + quantised;
  }
}
