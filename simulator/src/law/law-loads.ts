import { loadVariance, type Phase } from "@tokenyard/model";
import type { Stream } from "@tokenyard/random";
import type { LawNode } from "../law-tables/law-node.ts";
import type { Recorder } from "../logs/recorder.ts";
import type { LawDraw } from "./law-draw.ts";
import type { LawPass, LawTable } from "./law-table.ts";
import type { LawTotals } from "./law-totals.ts";

/** Windows that are drawn on a stage, about. */
const MOST_WINDOWS = 128;

/** Copies of a phase's passes that are not drawn yet: tokens choose independently, so those of all passes are drawn at once. */
export class LawLoads {
  passes = 0;
  /** [data groups] of all passes */
  readonly tokens: Float64Array;
  readonly #table: LawTable;
  /** Number of passes for each node; fractions if tokens lie between two nodes. */
  readonly #weights = new Map<LawNode, number>();

  constructor(dataGroups: number, table: LawTable) {
    this.tokens = new Float64Array(dataGroups);
    this.#table = table;
  }

  add({ tokens: { below, above, part } }: LawPass, tokens: Float64Array, passes: number): void {
    this.passes += passes;
    for (let g = 0; g < this.tokens.length; g++) this.tokens[g] = this.tokens[g]! + tokens[g]! * passes;
    this.#weigh(below, (1 - part) * passes);
    if (part > 0) this.#weigh(above, part * passes);
  }

  /** Error of all passes: the sum of their mean routed times, and the variance that the standard errors of nodes leave in it. */
  get error(): { readonly sumNs: number; readonly variance: number } {
    let sumNs = 0;
    let variance = 0;
    for (const [{ meanNs, errorNs }, weight] of this.#weights) {
      sumNs += meanNs * weight;
      variance += errorNs * weight * (errorNs * weight);
    }
    return { sumNs, variance };
  }

  /**
   * Records the routing of stage number `stage`, drawn by `draw` from `stream`, or of all sources at once if `totals` are given, and the
   * unevenness of single layers of passes.
   */
  record(recorder: Recorder, stage: number, phase: Phase, draw: LawDraw, stream: Stream, totals: LawTotals | undefined): void {
    if (this.passes === 0) return;
    const { work } = recorder;
    const { layers, areAlike } = this.#table.layers;
    for (const layer of layers) {
      draw.tokens.set(this.tokens);
      if (totals === undefined) {
        draw.route(layer, phase, stream);
        work.routedInAll(stage, phase, layer, draw.work.load!);
      } else work.routedInAll(stage, phase, layer, draw.routeInAll(totals, layer, phase, sumOf(this.tokens), stream), this.tokens);
    }
    for (const [node, passes] of this.#wholeWeights()) {
      const ofLayer = node.loads.length / (areAlike ? 1 : layers.length);
      for (const [i, load] of node.loads.entries()) {
        const number = areAlike ? i : Math.floor(i / layers.length);
        const times = Math.floor(passes / ofLayer) + (number < passes % ofLayer ? 1 : 0);
        if (times > 0) work.loaded(phase, areAlike ? layers : [layers[load.layer]!], load, times);
      }
    }
  }

  /** Draws the loads of a stage's experts in windows of passes, both phases together. */
  static recordWindows(
    phases: readonly LawLoads[],
    recorder: Recorder,
    draw: LawDraw,
    stream: Stream,
    totals: LawTotals | undefined,
  ): void {
    const { windows } = recorder.work;
    const passes = phases.reduce((sum, of) => sum + of.passes, 0);
    if (windows === undefined || passes === 0) return;
    const { layers } = phases[0]!.#table.layers;
    const count = Math.max(1, Math.floor(passes / windows.microBatches));
    const drawn = Math.min(count, Math.max(1, Math.floor(MOST_WINDOWS / layers.length)));
    const phase = phases[1]!.passes > phases[0]!.passes ? 1 : 0;
    for (const layer of layers) {
      for (let i = 0; i < drawn; i++) {
        for (let g = 0; g < draw.tokens.length; g++)
          draw.tokens[g] = Math.round(phases.reduce((sum, { tokens }) => sum + tokens[g]!, 0) / Math.max(1, passes / windows.microBatches));
        if (totals === undefined) draw.route(layer, phase, stream);
        const load = totals === undefined ? draw.work.load! : draw.routeInAll(totals, layer, phase, sumOf(draw.tokens), stream);
        const { routed, rankRows } = load;
        const times = Math.floor(count / drawn) + (i < count % drawn ? 1 : 0);
        windows.add(loadVariance(routed), rankRows.length > 1 ? loadVariance(rankRows) : undefined, times);
      }
    }
  }

  #weigh(tokens: number, passes: number): void {
    const node = this.#table.node(tokens);
    this.#weights.set(node, (this.#weights.get(node) ?? 0) + passes);
  }

  /** Whole passes of each node, in the order of their tokens: as many in all as there were. */
  #wholeWeights(): [LawNode, number][] {
    let sum = 0;
    let counted = 0;
    return [...this.#weights]
      .sort(([a], [b]) => a.tokens - b.tokens)
      .map(([node, weight]) => {
        sum += weight;
        const passes = Math.round(sum) - counted;
        counted += passes;
        return [node, passes];
      });
  }
}

function sumOf(tokens: Float64Array): number {
  return tokens.reduce((sum, own) => sum + own, 0);
}
