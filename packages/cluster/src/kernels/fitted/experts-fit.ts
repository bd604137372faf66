import { activeOf, type GroupedLinearShape, kernelRows } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const TILE_ROWS = 64;
const LEAST_TILE = 16;
const TILE_COLUMNS = 128;
const ALIGNED = 128; // features to which matrices are padded
const ROW_BYTES = 2; // of a number that is permuted, whatever it multiplies in

/**
 * The routed experts of a rank in one fused kernel, with the permutations around it: two matrices in waves of tiles, padded by expert, or
 * the weights of active experts; and traffic of the rank's own copies and of all copies that are passed to it. Source:
 * docs/models/kernels.md#fitted-kernels.
 */
export class ExpertsFit {
  readonly launchSeconds: number;
  readonly #peakFlopsPerSecond: number;
  readonly #peakBytesPerSecond: number;
  readonly #multiprocessors: number;
  readonly #serial: number;
  readonly #secondsPerRowInput: number;
  readonly #stepSeconds: number;
  readonly #fillSeconds: number;
  readonly #bytesPerSecond: number;
  readonly #secondsPerRowByte: number;
  readonly #secondsPerGroupByte: number;
  /** 0 if tiles always have 64 rows. */
  readonly #mostTileRows: number;
  readonly #secondsPerExpert: number;
  readonly #keptBytes: number;
  readonly #unaligned: number;

  constructor(fit: Omit<FitOf<"experts">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#peakFlopsPerSecond = flopsPerSecond;
    this.#peakBytesPerSecond = bytesPerSecond;
    this.#multiprocessors = multiprocessors;
    this.#serial = fit.serial;
    this.#secondsPerRowInput = (2 * TILE_COLUMNS * multiprocessors) / (flopsPerSecond * fit.computeEfficiency);
    this.#stepSeconds = fit.step ?? 0;
    this.#fillSeconds = fit.tile ?? 0;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#secondsPerRowByte = 1 / (bytesPerSecond * fit.rows);
    this.#secondsPerGroupByte = 1 / (bytesPerSecond * fit.groupRows);
    this.#mostTileRows = mostTileRows(fit.tiles);
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
    const tileRows = this.#mostTileRows === 0 ? TILE_ROWS : handedTileRows(handed / experts, this.#mostTileRows);
    const tiles = tilesOf(up, active, tileRows);
    let again = 0; // reads of a matrix after an expert's first
    const isKept = up.inFeatures * up.outFeatures * up.weightBytes <= this.#keptBytes;
    if (!isKept || (down !== undefined && down.inFeatures * down.outFeatures * down.weightBytes > this.#keptBytes)) {
      again = tilesOf(up, active, TILE_ROWS) - active;
    }
    let worked = this.#matrixSeconds(up, tiles, tileRows, active, again);
    if (down !== undefined) worked += this.#matrixSeconds(down, tiles, tileRows, active, again);
    const features = up.inFeatures + up.outFeatures + (down === undefined ? 0 : down.inFeatures + down.outFeatures); // of one row
    const moved = rows * this.#secondsPerRowByte + handed * this.#secondsPerGroupByte;
    let seconds = launchSeconds + worked + ROW_BYTES * features * moved + experts * this.#secondsPerExpert;
    if ((down ?? up).inFeatures % ALIGNED !== 0) seconds /= this.#unaligned;
    const least = this.#leastSeconds(up, active, rows) + (down === undefined ? 0 : this.#leastSeconds(down, active, rows));
    return Math.max(seconds, least);
  }

  /** Seconds of one matrix of each active expert: waves of tiles beside the bytes, those read again among them. */
  #matrixSeconds(
    { inFeatures, outFeatures, weightBytes }: GroupedLinearShape,
    tiles: number,
    tileRows: number,
    active: number,
    again: number,
  ): number {
    const ofExpert = inFeatures * outFeatures * weightBytes;
    const bytes = active * ofExpert + (again > 0 ? again * Math.max(0, ofExpert - this.#keptBytes) : 0);
    const waves = Math.ceil((tiles * Math.ceil(outFeatures / TILE_COLUMNS)) / this.#multiprocessors);
    const worked = waves * inFeatures * (tileRows * this.#secondsPerRowInput + this.#stepSeconds) + (waves - 1) * this.#fillSeconds;
    return serialSum(worked, bytes / this.#bytesPerSecond, this.#serial);
  }

  #leastSeconds({ inFeatures, outFeatures, weightBytes, activationBytes }: GroupedLinearShape, active: number, rows: number): number {
    const weights = inFeatures * outFeatures;
    const bytes = active * weights * weightBytes + activationBytes * rows * (inFeatures + outFeatures);
    return Math.max((2 * weights * rows) / this.#peakFlopsPerSecond, bytes / this.#peakBytesPerSecond);
  }
}

/** Number of rows up to which an expert has one tile in any case. */
export function oneTileRows({ tiles }: FitOf<"experts">): number {
  return mostTileRows(tiles) === 0 ? TILE_ROWS : LEAST_TILE;
}

function mostTileRows(tiles: FitOf<"experts">["tiles"]): number {
  return tiles === "handed" ? 128 : tiles === "handed-64" ? 64 : 0;
}

/** Rows of a tile where libraries use the power of two at or above the copies passed for each expert. */
function handedTileRows(perExpert: number, most: number): number {
  let rows = LEAST_TILE;
  while (rows < perExpert && rows < most) rows *= 2;
  return rows;
}

/** Number of tiles of all experts, for tiles of `rows` rows. */
function tilesOf({ rowsPerExpert, first, experts, most }: GroupedLinearShape, active: number, rows: number): number {
  if (most !== undefined && most <= rows) return active;
  let tiles = 0;
  for (let e = first; e < first + experts; e++) tiles += Math.ceil(rowsPerExpert[e]! / rows);
  return tiles;
}
