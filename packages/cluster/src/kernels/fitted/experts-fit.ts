import { activeOf, type GroupedLinearShape, kernelRows } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

/** Rows. Experts with no more have one each. */
export const LEAST_TILE = 64;
const ROW_BYTES = 2; // of a number that is permuted, whatever it multiplies in

/**
 * The routed experts of a rank in one fused kernel, with the permutations around it: the weights of the experts that have rows, rows padded
 * to tiles of 64 or 128, and traffic of the rank's own copies and of all copies that it is handed. Source: docs/models.md#fitted-kernels.
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

  constructor(fit: Omit<FitOf<"experts">, "kind" | "library" | "precision" | "on">, { flopsPerSecond, bytesPerSecond }: Machine) {
    this.launchSeconds = fit.launch;
    this.#peakFlopsPerSecond = flopsPerSecond;
    this.#peakBytesPerSecond = bytesPerSecond;
    this.#serial = fit.serial;
    this.#flopsPerSecond = flopsPerSecond * fit.computeEfficiency;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#secondsPerRowByte = 1 / (bytesPerSecond * fit.rows);
    this.#secondsPerGroupByte = 1 / (bytesPerSecond * fit.groupRows);
  }

  /**
   * Seconds with so much of a launch, of both matrices of each expert or of the first alone; no less than the peaks allow, and none
   * without rows.
   */
  seconds(up: GroupedLinearShape, down: GroupedLinearShape | undefined, groupRows: number, launchSeconds: number): number {
    const rows = kernelRows(up);
    if (rows === 0) return 0;
    const active = up.active ?? activeOf(up);
    const computedRows = up.most !== undefined && up.most <= LEAST_TILE ? LEAST_TILE * active : paddedRows(up);
    const ofUp = up.inFeatures * up.outFeatures; // weights of one expert
    const ofDown = down === undefined ? 0 : down.inFeatures * down.outFeatures;
    const features = up.inFeatures + up.outFeatures + (down === undefined ? 0 : down.inFeatures + down.outFeatures); // of one row
    const computed = (2 * (ofUp + ofDown) * computedRows) / this.#flopsPerSecond;
    const loaded = (active * (ofUp + ofDown) * up.weightBytes) / this.#bytesPerSecond;
    const moved = rows * this.#secondsPerRowByte + Math.max(groupRows, rows) * this.#secondsPerGroupByte;
    const seconds = launchSeconds + serialSum(computed, loaded, this.#serial) + ROW_BYTES * features * moved;
    const least = this.#leastSeconds(up, active, rows) + (down === undefined ? 0 : this.#leastSeconds(down, active, rows));
    return Math.max(seconds, least);
  }

  #leastSeconds({ inFeatures, outFeatures, weightBytes, activationBytes }: GroupedLinearShape, active: number, rows: number): number {
    const weights = inFeatures * outFeatures;
    const bytes = active * weights * weightBytes + activationBytes * rows * (inFeatures + outFeatures);
    return Math.max((2 * weights * rows) / this.#peakFlopsPerSecond, bytes / this.#peakBytesPerSecond);
  }
}

/** Rows of all tiles, of 64 or of 128, whichever are fewer. */
function paddedRows({ rowsPerExpert, first, experts }: GroupedLinearShape): number {
  let tilesOf64 = 0;
  let tilesOf128 = 0;
  for (let e = first; e < first + experts; e++) {
    tilesOf64 += Math.ceil(rowsPerExpert[e]! / LEAST_TILE);
    tilesOf128 += Math.ceil(rowsPerExpert[e]! / 128);
  }
  return Math.min(LEAST_TILE * tilesOf64, 128 * tilesOf128);
}
