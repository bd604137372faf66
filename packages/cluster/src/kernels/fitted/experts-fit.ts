import { activeOf, type GroupedLinearShape, kernelRows } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const TILE_ROWS = 64;
const LEAST_TILE = 16;
const MOST_TILE = 128;
const ALIGNED = 128; // features
const ROW_BYTES = 2; // of a number that is permuted, whatever it multiplies in

/**
 * The routed experts of a rank in one fused kernel, with the permutations around it: the weights of the experts that have rows, rows padded
 * to tiles, and traffic of the rank's own copies and of all copies that it is handed. Source: docs/models.md#fitted-kernels.
 */
export class ExpertsFit {
  readonly launchSeconds: number;
  readonly #peakFlopsPerSecond: number;
  readonly #peakBytesPerSecond: number;
  readonly #serial: number;
  readonly #flopsPerSecond: number;
  readonly #bytesPerSecond: number;
  readonly #secondsPerRowByte: number;
  readonly #secondsPerGroupByte: number;
  readonly #byHanded: boolean;
  readonly #secondsPerExpert: number;
  readonly #keptBytes: number;
  readonly #unaligned: number;

  constructor(fit: Omit<FitOf<"experts">, "kind" | "library" | "precision" | "on">, { flopsPerSecond, bytesPerSecond }: Machine) {
    this.launchSeconds = fit.launch;
    this.#peakFlopsPerSecond = flopsPerSecond;
    this.#peakBytesPerSecond = bytesPerSecond;
    this.#serial = fit.serial;
    this.#flopsPerSecond = flopsPerSecond * fit.computeEfficiency;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#secondsPerRowByte = 1 / (bytesPerSecond * fit.rows);
    this.#secondsPerGroupByte = 1 / (bytesPerSecond * fit.groupRows);
    this.#byHanded = fit.tiles === "handed";
    this.#secondsPerExpert = fit.perExpert ?? 0;
    this.#keptBytes = fit.kept ?? Number.POSITIVE_INFINITY;
    this.#unaligned = fit.unaligned ?? 1;
  }

  /**
   * Seconds with so much of a launch, of both matrices of each expert or of the first alone; no less than the peaks allow, and none
   * without rows.
   */
  seconds(up: GroupedLinearShape, down: GroupedLinearShape | undefined, groupRows: number, launchSeconds: number): number {
    const rows = kernelRows(up);
    if (rows === 0) return 0;
    const active = up.active ?? activeOf(up);
    const handed = Math.max(groupRows, rows);
    const experts = up.filled ?? up.experts;
    const computedRows = paddedRows(up, active, this.#byHanded ? tileRows(handed / experts) : TILE_ROWS);
    const ofUp = up.inFeatures * up.outFeatures; // weights of one expert
    const ofDown = down === undefined ? 0 : down.inFeatures * down.outFeatures;
    const features = up.inFeatures + up.outFeatures + (down === undefined ? 0 : down.inFeatures + down.outFeatures); // of one row
    const computed = (2 * (ofUp + ofDown) * computedRows) / this.#flopsPerSecond;
    let bytes = active * (ofUp + ofDown) * up.weightBytes;
    if (ofUp * up.weightBytes > this.#keptBytes || ofDown * up.weightBytes > this.#keptBytes) {
      const again = paddedRows(up, active, TILE_ROWS) / TILE_ROWS - active;
      bytes += again * (this.#beyond(ofUp * up.weightBytes) + this.#beyond(ofDown * up.weightBytes));
    }
    const moved = rows * this.#secondsPerRowByte + handed * this.#secondsPerGroupByte;
    const worked = serialSum(computed, bytes / this.#bytesPerSecond, this.#serial) + ROW_BYTES * features * moved;
    let seconds = launchSeconds + worked + experts * this.#secondsPerExpert;
    if ((down ?? up).inFeatures % ALIGNED !== 0) seconds /= this.#unaligned;
    const least = this.#leastSeconds(up, active, rows) + (down === undefined ? 0 : this.#leastSeconds(down, active, rows));
    return Math.max(seconds, least);
  }

  /** Bytes of a matrix that the cache does not keep. */
  #beyond(bytes: number): number {
    return Math.max(0, bytes - this.#keptBytes);
  }

  #leastSeconds({ inFeatures, outFeatures, weightBytes, activationBytes }: GroupedLinearShape, active: number, rows: number): number {
    const weights = inFeatures * outFeatures;
    const bytes = active * weights * weightBytes + activationBytes * rows * (inFeatures + outFeatures);
    return Math.max((2 * weights * rows) / this.#peakFlopsPerSecond, bytes / this.#peakBytesPerSecond);
  }
}

/** Up to so many rows an expert has one tile, whatever else. */
export function oneTileRows({ tiles }: FitOf<"experts">): number {
  return tiles === "handed" ? LEAST_TILE : TILE_ROWS;
}

/** Rows of a tile where libraries take the power of two over the rows that an expert gets in the mean. */
function tileRows(perExpert: number): number {
  let rows = LEAST_TILE;
  while (rows < perExpert && rows < MOST_TILE) rows *= 2;
  return rows;
}

/** Rows of all tiles. */
function paddedRows({ rowsPerExpert, first, experts, most }: GroupedLinearShape, active: number, tile: number): number {
  if (most !== undefined && most <= tile) return tile * active;
  let tiles = 0;
  for (let e = first; e < first + experts; e++) tiles += Math.ceil(rowsPerExpert[e]! / tile);
  return tile * tiles;
}
