import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { ROUNDING_SECONDS } from "./kernel-floor.ts";
import type { PassColumns } from "./pass-columns.ts";
import { LAYER_TYPES, type PassFloor, sumOf } from "./pass-floor.ts";
import type { ShardFloor } from "./shard-floor.ts";

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

  /** `whole`: what the passes take that run in one piece. */
  of(columns: PassColumns, whole: PassFloor): PassFloor {
    const halves = this.#halves(columns);
    if (halves !== "both") return this.outline(columns, whole);
    const { hostCompute, hostLayer, headCompute, send } = whole;
    return {
      ...computing(sumOf([this.#shard.of(halfOf(columns, true)), this.#shard.of(halfOf(columns, false))])),
      hostPath: hostCompute,
      hostCompute,
      hostLayer,
      headPath: headCompute,
      headCompute,
      send,
    };
  }

  /** No more than `of`: the kernels of the whole pass stand for those of its halves. */
  outline(columns: PassColumns, whole: PassFloor): PassFloor {
    const halves = this.#halves(columns);
    if (halves === "none") return whole;
    const again = columns.reprojectedTokens?.some((tokens) => tokens > 0) === true; // halves have fewer chunks
    const floor = computing(again ? this.#shard.of({ ...columns, reprojectedTokens: undefined }) : whole);
    return halves === "both" ? roundedTwice(floor) : { ...floor, keptPath: 0, keptCompute: 0 };
  }

  /** Rows that a full expert has at least where a copy of a prefill may be dropped; Infinity where none can be, or nothing is known of halves. */
  leastFull(columns: PassColumns): number {
    const { experts } = this.#shard;
    const halves = this.#halves(columns);
    if (experts === undefined || halves === "unknown") return Number.POSITIVE_INFINITY;
    if (halves === "none") return experts.leastFull(columns.mostTokens);
    const first = columns.newTokens.reduce((sum, tokens) => sum + Math.ceil(tokens / 2), 0);
    return Math.min(experts.leastFull(first), experts.leastFull(columns.mostTokens - first));
  }

  /** Seconds that a dropped copy spares at most, whose expert has so many rows. */
  copySeconds(room: number): number {
    return this.#shard.experts?.copySeconds(room) ?? 0;
  }

  /** Whether a pass may be split; then how many tokens each half may have at most. */
  mostOfHalf({ mostTokens, newTokens }: PassColumns): number | undefined {
    return mostTokens < this.#least ? undefined : Math.min(mostTokens, Math.ceil((mostTokens + newTokens.length) / 2));
  }

  /** Whether passes run in two halves. */
  #halves({ phase, busy, newTokens, mostTokens }: PassColumns): "none" | "both" | "unknown" {
    if (mostTokens < this.#least) return "none";
    if (phase === "decode") return "unknown"; // columns are means over passes
    for (let group = 0; group < newTokens.length; group++) if (busy[group]! > 0 && newTokens[group]! < this.#least) return "none";
    return this.#everywhere ? "both" : "unknown";
  }
}

const NO_ENTRY: readonly number[] = new Array<number>(LAYER_TYPES).fill(0);

/** Kernels of a layer: attention, gate, shared and routed experts, or a dense feed-forward. */
const MOST_KERNELS = 4;

/** A pass whose path holds kernels alone, each of which may be rounded down once more as it runs in halves. */
function roundedTwice(floor: PassFloor): PassFloor {
  const compute = floor.compute.map((seconds) => Math.max(0, seconds - MOST_KERNELS * ROUNDING_SECONDS));
  const kept = Math.max(0, floor.keptCompute - MOST_KERNELS * ROUNDING_SECONDS);
  return { ...floor, path: compute, compute, keptPath: kept, keptCompute: kept };
}

/** A pass whose path is known to hold the kernels alone. */
function computing(floor: PassFloor): PassFloor {
  const { compute, keptCompute, hostCompute, headCompute } = floor;
  return {
    ...floor,
    path: compute,
    entry: NO_ENTRY,
    keptPath: keptCompute,
    hostPath: hostCompute,
    headPath: headCompute,
  };
}

/** The first or second half of a prefill: of each data group every second token, and what of the work goes with them; what it projects anew is left out. */
function halfOf(columns: PassColumns, isFirst: boolean): PassColumns {
  const { newTokens, sequences, pairs, windowedPairs, contextTokens, windowedContextTokens } = columns;
  const groups = newTokens.length;
  const ownTokens = new Array<number>(groups).fill(0);
  const ownSequences = new Array<number>(groups).fill(0);
  let tokens = 0;
  for (let group = 0; group < groups; group++) {
    const own = isFirst ? Math.ceil(newTokens[group]! / 2) : Math.floor(newTokens[group]! / 2);
    ownTokens[group] = own;
    ownSequences[group] = Math.min(own, Math.ceil(sequences[group]! / 2));
    tokens += own;
  }
  const ownPairs = shareOf(pairs, newTokens, isFirst);
  const ownContext = shareOf(contextTokens, newTokens, isFirst);
  return {
    ...columns,
    reprojectedTokens: undefined,
    sequences: ownSequences,
    newTokens: ownTokens,
    pairs: ownPairs,
    windowedPairs: windowedPairs === pairs ? ownPairs : shareOf(windowedPairs, newTokens, isFirst),
    contextTokens: ownContext,
    windowedContextTokens: windowedContextTokens === contextTokens ? ownContext : shareOf(windowedContextTokens, newTokens, isFirst),
    leastTokens: tokens,
    mostTokens: tokens,
  };
}

/** What of `column` goes with the tokens of a half. */
function shareOf(column: readonly number[], newTokens: readonly number[], isFirst: boolean): readonly number[] {
  const share = new Array<number>(column.length).fill(0);
  for (let group = 0; group < column.length; group++) {
    const tokens = newTokens[group]!;
    if (tokens === 0) continue;
    const first = Math.round((column[group]! * Math.ceil(tokens / 2)) / tokens);
    share[group] = isFirst ? first : column[group]! - first;
  }
  return share;
}
