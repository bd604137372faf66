import type { Plan } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import { KEPT_COMPUTE, KEPT_PATH, PASS_FLOOR } from "../floors/pass-floor.ts";
import { computeSeconds, type Pipeline, pathSeconds, pipelineOf, type StageLayers, stageLayers } from "../floors/pipeline-floor.ts";
import { noLess, type Range } from "../floors/range.ts";
import type { TimedBatch } from "../floors/timed-batch.ts";
import { LatencyBounds } from "./latency-bounds.ts";

/** Seconds until the last first token, and to the end, of the slowest of some replicas; sums over the micro-batches of one. */
interface Extent {
  readonly longest: number;
  readonly longestToEnd: number;
  readonly held: number;
  readonly heldToEnd: number;
  readonly computed: number;
  readonly computedToEnd: number;
}

/** Common part of all pipelines over one batch, for any stages: each micro-batch goes through all layers, and all work is done. */
export class Outline {
  readonly batch: TimedBatch;
  readonly #sure: Extent;
  /** Extent of the mean replica, as if no copy was dropped. */
  readonly #kept: Extent;
  /** All layers on one stage. */
  readonly #whole: Pipeline;
  #latencies: LatencyBounds | undefined;

  constructor(model: ModelSpec, { dataGroups }: Pick<Plan, "dataGroups">, batch: TimedBatch) {
    this.batch = batch;
    // no pipeline has fewer visits, or more turns from dense layers to ones with experts within its stages
    const one = { layersOfStage: [Array.from({ length: model.layers }, (_, layer) => layer)], stages: 1, interleave: 1, dataGroups };
    this.#whole = pipelineOf(stageLayers(model, one), 1, 0);
    const sure = extentsOf(batch, this.#whole.stages[0]!, false);
    this.#sure = combined(sure, (values) => Math.max(...values));
    const kept = batch.copySeconds > 0 ? extentsOf(batch, this.#whole.stages[0]!, true) : sure;
    this.#kept = combined(kept, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  }

  /**
   * Least seconds until all sequences have their first tokens and until the end, over `stages` stages. `spared`: seconds that dropped
   * copies may save the mean replica.
   */
  span({ stages, spared }: { stages: number; spared: number }) {
    const first = ({ longest, held, computed }: Extent) => Math.max(longest, held / stages, computed / stages);
    const end = ({ longestToEnd, heldToEnd, computedToEnd }: Extent) => Math.max(longestToEnd, heldToEnd / stages, computedToEnd / stages);
    const firstToken = Math.max(first(this.#sure), first(this.#kept) - spared);
    return { firstToken, end: Math.max(firstToken, end(this.#sure), end(this.#kept) - spared) };
  }

  /** Bounds of TTFT, TPOT and E2E. */
  latencies(exactness: number): LatencyBounds {
    if (this.#latencies === undefined) {
      const { microBatches, prefills } = this.batch;
      const firstTokens = Float64Array.from(microBatches.rowOf, (row) => pathSeconds(prefills, row, this.#whole.stages[0]!));
      this.#latencies = new LatencyBounds(this.batch, firstTokens, this.#whole, exactness);
    }
    return this.#latencies;
  }
}

/** Extents of each replica, with all layers on `stage`. */
function extentsOf({ microBatches, prefills, decodes }: TimedBatch, stage: StageLayers, kept: boolean): Extent[] {
  const { replicaStarts, rowOf, isLikeBefore } = microBatches;
  const extents: Extent[] = [];
  for (let replica = 0; replica < isLikeBefore.length; replica++) {
    if (isLikeBefore[replica] === 1) {
      extents.push(extents[replica - 1]!);
      continue;
    }
    const extent = { longest: 0, longestToEnd: 0, held: 0, heldToEnd: 0, computed: 0, computedToEnd: 0 };
    for (let m = replicaStarts[replica]!; m < replicaStarts[replica + 1]!; m++) {
      const row = rowOf[m]!;
      const keptLayers = kept ? stage.moeLayers : 0;
      const path = pathSeconds(prefills, row, stage) + keptLayers * prefills[row * PASS_FLOOR + KEPT_PATH]!;
      const toEnd = path + pathSeconds(decodes, row, stage);
      const computed = computeSeconds(prefills, row, stage) + keptLayers * prefills[row * PASS_FLOOR + KEPT_COMPUTE]!;
      extent.longest = Math.max(extent.longest, path);
      extent.longestToEnd = Math.max(extent.longestToEnd, toEnd);
      extent.held += path;
      extent.heldToEnd += toEnd;
      extent.computed += computed;
      extent.computedToEnd += computed + computeSeconds(decodes, row, stage);
    }
    extents.push(extent);
  }
  return extents;
}

/** Bounds of latencies of which the largest is also known to be no less than `last` and `end` seconds. */
export function withLargest(latencies: LatencyBounds, path: string, last: number, end: number): Range | undefined {
  const bound = latencies.at(path);
  const least = path === "ttftSeconds.max" ? last : path === "e2eSeconds.max" ? end : 0;
  return bound === undefined || bound.low >= least ? bound : noLess(least);
}

function combined(extents: readonly Extent[], combine: (values: readonly number[]) => number): Extent {
  const of = (key: keyof Extent) => combine(extents.map((extent) => extent[key]));
  return {
    longest: of("longest"),
    longestToEnd: of("longestToEnd"),
    held: of("held"),
    heldToEnd: of("heldToEnd"),
    computed: of("computed"),
    computedToEnd: of("computedToEnd"),
  };
}
