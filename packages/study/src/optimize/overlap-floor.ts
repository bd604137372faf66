import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns } from "./pass-columns.ts";
import { LAYER_TYPES, type PassFloor, sumOf } from "./pass-floor.ts";
import type { ShardFloor } from "./shard-floor.ts";

type Halves = readonly PassColumns[] | "none" | "unknown";

/**
 * What passes take at least that may be split in two halves: on every rank the kernels of both, whatever of their communication hides behind
 * them. Kernels of two halves never take less than those of the whole, so these stand where it is not known whether a pass is split.
 */
export class OverlapFloor {
  readonly #shard: ShardFloor;
  readonly #least: number;
  /** Whether every slice of layers has communication to hide, so that a pass is split on all stages or on none. */
  readonly #everywhere: boolean;
  #asked: PassColumns | undefined;
  #answer: Halves = "none";

  /** `least`: as `serving.overlap.least`; infinite where no pass is split. */
  constructor(shard: ShardFloor, { model }: Scenario, plan: Plan, least: number) {
    this.#shard = shard;
    this.#least = least;
    this.#everywhere = plan.attentionTensor > 1 || (plan.dataGroups > 1 && layerKinds(model).every((kind) => kind === "moe"));
  }

  of(columns: PassColumns): PassFloor {
    const halves = this.#halves(columns);
    if (halves === "none") return this.#shard.of(columns);
    const whole = this.#shard.of({ ...columns, reprojectedTokens: undefined }); // halves have fewer chunks
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

  /** Those of the columns that were asked for last are remembered. */
  #halves(columns: PassColumns): Halves {
    if (columns !== this.#asked) {
      this.#asked = columns;
      this.#answer = this.#split(columns);
    }
    return this.#answer;
  }

  #split(columns: PassColumns): Halves {
    const { phase, busy, newTokens, mostTokens } = columns;
    if (mostTokens < this.#least) return "none";
    if (phase === "decode") return "unknown"; // columns are means over passes
    if (newTokens.some((tokens, group) => busy[group]! > 0 && tokens < this.#least)) return "none";
    return this.#everywhere ? [halfOf(columns, true), halfOf(columns, false)] : "unknown";
  }
}

const NO_ENTRY: readonly number[] = new Array<number>(LAYER_TYPES).fill(0);

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
  const ownTokens = new Float64Array(groups);
  const ownSequences = new Float64Array(groups);
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
function shareOf(column: Float64Array, newTokens: Float64Array, isFirst: boolean): Float64Array {
  const share = new Float64Array(column.length);
  for (let group = 0; group < column.length; group++) {
    const tokens = newTokens[group]!;
    if (tokens === 0) continue;
    const first = Math.round((column[group]! * Math.ceil(tokens / 2)) / tokens);
    share[group] = isFirst ? first : column[group]! - first;
  }
  return share;
}
