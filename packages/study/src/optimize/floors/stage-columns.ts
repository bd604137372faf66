import { KEPT_COMPUTE, KEPT_PATH, PASS_FLOOR } from "./pass-floor.ts";
import { computeSeconds, type FlooredBatch, pathSeconds, type StageLayers } from "./pipeline-floor.ts";

/** Time of stages of some kinds, [kinds × rows of a batch]: seconds of the prefill and of all decode passes of a micro-batch. */
export class StageColumns {
  path = new Float64Array(0);
  decodePath = new Float64Array(0);
  compute = new Float64Array(0);
  decodeCompute = new Float64Array(0);

  fill({ prefills, decodes, microBatches }: FlooredBatch, kinds: readonly StageLayers[]): void {
    const rows = microBatches.decodePasses.length;
    const size = kinds.length * rows;
    if (this.path.length < size) {
      this.path = new Float64Array(size);
      this.decodePath = new Float64Array(size);
      this.compute = new Float64Array(size);
      this.decodeCompute = new Float64Array(size);
    }
    for (let kind = 0, at = 0; kind < kinds.length; kind++) {
      const stage = kinds[kind]!;
      for (let row = 0; row < rows; row++, at++) {
        this.path[at] = pathSeconds(prefills, row, stage);
        this.decodePath[at] = pathSeconds(decodes, row, stage);
        this.compute[at] = computeSeconds(prefills, row, stage);
        this.decodeCompute[at] = computeSeconds(decodes, row, stage);
      }
    }
  }

  /** Changes the filled columns to those without dropped copies of prefills. */
  keepAll({ prefills, microBatches }: FlooredBatch, kinds: readonly StageLayers[]): void {
    const rows = microBatches.decodePasses.length;
    for (let kind = 0, at = 0; kind < kinds.length; kind++) {
      const { moeLayers } = kinds[kind]!;
      for (let row = 0; row < rows; row++, at++) {
        this.path[at]! += moeLayers * prefills[row * PASS_FLOOR + KEPT_PATH]!;
        this.compute[at]! += moeLayers * prefills[row * PASS_FLOOR + KEPT_COMPUTE]!;
      }
    }
  }
}
