import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns } from "./dealt-batch.ts";
import { LAYER_TYPES, type PassFloor, type ShardFloor, sumOf } from "./pass-floor.ts";

/**
 * What passes take at least that may be split in two halves: on every rank the kernels of both, whatever of their communication hides behind
 * them. Kernels of two halves never take less than those of the whole, so these stand where it is not known whether a pass is split.
 */
export class OverlapFloor {
  readonly #shard: ShardFloor;
  readonly #least: number;
  /** Whether every slice of layers has communication to hide, so that a pass is split on all stages or on none. */
  readonly #everywhere: boolean;

  /** `least`: as `serving.overlap.least`; infinite where no pass is split. */
  constructor(shard: ShardFloor, { model }: Scenario, plan: Plan, least: number) {
    this.#shard = shard;
    this.#least = least;
    this.#everywhere = plan.attentionTensor > 1 || (plan.dataGroups > 1 && layerKinds(model).every((kind) => kind === "moe"));
  }

  of(columns: PassColumns): PassFloor {
    const halves = this.#halves(columns);
    if (halves === "none") return this.#shard.of(columns);
    const { reprojectedTokens: _, ...plain } = columns; // halves have fewer chunks
    const whole = this.#shard.of(plain);
    if (halves === "unknown") return { ...computing(whole), keptPath: 0, keptCompute: 0 };
    const { hostCompute, hostLayer, headCompute, send } = whole;
    return {
      ...computing(sumOf(halves.map((half) => this.#shard.of(half)))),
      hostPath: hostCompute,
      hostCompute,
      hostLayer,
      headPath: headCompute,
      headCompute,
      send,
    };
  }

  /** Seconds that a dropped copy of a prefill spares at most. */
  copySeconds(columns: PassColumns): number {
    const halves = this.#halves(columns);
    if (halves === "unknown") return 0;
    return Math.max(...(halves === "none" ? [columns] : halves).map((each) => this.#shard.copySeconds(each)));
  }

  /** Whether a pass may be split; then how many tokens each half may have at most. */
  mostOfHalf({ mostTokens, newTokens }: PassColumns): number | undefined {
    return mostTokens < this.#least ? undefined : Math.min(mostTokens, Math.ceil((mostTokens + newTokens.length) / 2));
  }

  #halves(columns: PassColumns): readonly PassColumns[] | "none" | "unknown" {
    const { phase, busy, newTokens, mostTokens } = columns;
    if (mostTokens < this.#least) return "none";
    if (phase === "decode") return "unknown"; // columns are means over passes
    if (newTokens.some((tokens, group) => busy[group]! > 0 && tokens < this.#least)) return "none";
    return this.#everywhere ? [halfOf(columns, Math.ceil), halfOf(columns, Math.floor)] : "unknown";
  }
}

/** A pass whose path is known to hold the kernels alone. */
function computing(floor: PassFloor): PassFloor {
  const { compute, keptCompute, hostCompute, headCompute } = floor;
  return {
    ...floor,
    path: compute,
    entry: new Float64Array(LAYER_TYPES),
    keptPath: keptCompute,
    hostPath: hostCompute,
    headPath: headCompute,
  };
}

/** A half of a prefill: of each data group every second token, and what of the work goes with them; what it projects anew is left out. */
function halfOf(columns: PassColumns, round: (count: number) => number): PassColumns {
  const { newTokens, sequences, pairs, windowedPairs, contextTokens, windowedContextTokens } = columns;
  const own = newTokens.map((tokens) => round(tokens / 2));
  const share = (column: Float64Array) =>
    column.map((amount, group) => {
      if (newTokens[group] === 0) return 0;
      const first = Math.round((amount * Math.ceil(newTokens[group]! / 2)) / newTokens[group]!);
      return round === Math.ceil ? first : amount - first;
    });
  const tokens = own.reduce((sum, each) => sum + each, 0);
  const { reprojectedTokens: _, ...rest } = columns;
  return {
    ...rest,
    sequences: sequences.map((count, group) => Math.min(own[group]!, Math.ceil(count / 2))),
    newTokens: own,
    pairs: share(pairs),
    windowedPairs: share(windowedPairs),
    contextTokens: share(contextTokens),
    windowedContextTokens: share(windowedContextTokens),
    leastTokens: tokens,
    mostTokens: tokens,
  };
}
