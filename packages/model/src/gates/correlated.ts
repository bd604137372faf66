import { AliasTable, exp, normal, type Stream, type Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "../expert-choice.ts";
import type { TokenRouter } from "../token-router.ts";
import { clearVisits, type Visits } from "../visits.ts";
import { summingToOne } from "./lognormal.ts";

type CorrelatedSpec = Extract<GateSpec, { kind: "correlated" }>;

/** A sequence and the next: its mix, and behind it the experts of its last token. */
type Sequences = Int32Array;

/**
 * The token router of a gate whose tokens hang together: a sequence chooses by one of several mixes of experts, and each expert of a token is chosen by
 * the next one of its sequence, too, with a stated chance. Tokens are drawn one by one. Source: docs/models.md#correlated-tokens.
 */
export function correlatedGate(model: ModelSpec, gate: CorrelatedSpec, streams: Streams): TokenRouter {
  return new CorrelatedRouter(model, gate, streams);
}

class CorrelatedRouter implements TokenRouter {
  readonly kind = "correlated";
  readonly draws = true;
  readonly #gate: CorrelatedSpec;
  readonly #layers: readonly LayerMixes[]; // [layers]
  readonly #topK: number;
  /** Of the micro-batch that draws from a stream, of a layer and source: what its sequences chose last. */
  readonly #last = new WeakMap<Stream, Map<number, Sequences>>();
  readonly #chosen: Chosen;
  #sequences: ArrayLike<number> | undefined;

  constructor(model: ModelSpec, gate: CorrelatedSpec, streams: Streams) {
    const { count = 0, topK = 0 } = model.experts ?? {};
    this.#gate = gate;
    this.#topK = topK;
    this.#chosen = new Chosen(count);
    const first = gate.shared ? new LayerMixes(count, topK, gate, streams.under("routing/popularity")) : undefined;
    this.#layers = Array.from(
      { length: model.layers },
      (_, layer) => first ?? new LayerMixes(count, topK, gate, streams.under(`routing/popularity/${layer}`)),
    );
  }

  begin(sequences: ArrayLike<number>): void {
    this.#sequences = sequences;
  }

  shares(layer: number): Float64Array {
    return this.#layers[layer]!.shares();
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits): void {
    const experts = this.#chosen.experts;
    const ofStream = this.#last.get(stream) ?? new Map<number, Sequences>();
    this.#last.set(stream, ofStream);
    for (let source = 0; source < tokens.length; source++) {
      out.fill(0, source * experts, (source + 1) * experts);
      if (visits !== undefined) clearVisits(visits, source);
      if (tokens[source] === 0) continue;
      const count = Math.min(tokens[source]!, Math.max(1, this.#sequences?.[source] ?? 1));
      const key = layer * tokens.length + source;
      const sequences = this.#continued(ofStream.get(key), count, stream);
      ofStream.set(key, sequences);
      this.#routeSource(this.#layers[layer]!, sequences, tokens[source]!, stream, out, source, visits);
      visits?.ranks.look(source, visits.toRanks);
    }
    this.#sequences = undefined;
  }

  /** `count` sequences: where there were more, the first of them have ended; where there were fewer, others begin. */
  #continued(before: Sequences | undefined, count: number, stream: Stream): Sequences {
    const width = this.#topK + 1;
    const kept = Math.min(count, (before?.length ?? 0) / width);
    if (before !== undefined && kept * width === before.length && kept === count) return before;
    const sequences = new Int32Array(count * width).fill(-1);
    if (before !== undefined) sequences.set(before.subarray(before.length - kept * width));
    for (let i = kept; i < count; i++) sequences[i * width] = Math.floor(stream.next() * this.#gate.mixes);
    return sequences;
  }

  /** The sequences have as many tokens each, the first of them one more where that does not divide. */
  #routeSource(
    layer: LayerMixes,
    sequences: Sequences,
    tokens: number,
    stream: Stream,
    out: Float64Array,
    source: number,
    visits?: Visits,
  ): void {
    const width = this.#topK + 1;
    const count = sequences.length / width;
    for (let i = 0; i < count; i++) {
      const mix = layer.mix(sequences[i * width]!);
      const last = sequences.subarray(i * width + 1, (i + 1) * width);
      const own = Math.floor(tokens / count) + (i < tokens % count ? 1 : 0);
      for (let token = 0; token < own; token++) {
        this.#chosen.next(last, mix, this.#gate.repeat, stream);
        for (let k = 0; k < last.length; k++) out[source * this.#chosen.experts + last[k]!]! += 1;
        if (visits !== undefined) this.#chosen.addVisits(last, visits, source);
      }
    }
  }
}

/** Chooses the experts of one token after another. */
class Chosen {
  readonly experts: number;
  readonly #chosenAt: Float64Array; // [experts] the token that last chose it
  #visitedAt = new Float64Array(0); // [ranks, and behind them nodes] the token that last came there
  #now = 0;

  constructor(experts: number) {
    this.experts = experts;
    this.#chosenAt = new Float64Array(experts);
  }

  /** `last` [topK] are the experts of the token before, −1 where there was none: keeps each with the chance `repeat`, others follow one after another by weight. */
  next(last: Int32Array, mix: Mix, repeat: number, stream: Stream): void {
    const now = ++this.#now;
    let kept = 0;
    if (last[0]! >= 0 && repeat > 0) {
      for (let k = 0; k < last.length; k++) {
        if (stream.next() >= repeat) continue;
        last[kept++] = last[k]!;
        this.#chosenAt[last[kept - 1]!] = now;
      }
    }
    for (let k = kept; k < last.length; k++) {
      const expert = this.#another(mix, now, stream);
      this.#chosenAt[expert] = now;
      last[k] = expert;
    }
  }

  /** One that is not chosen yet, by weight among those. */
  #another({ byWeight, weights }: Mix, now: number, stream: Stream): number {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const expert = byWeight.pick(stream);
      if (this.#chosenAt[expert] !== now) return expert;
    }
    let left = 0;
    for (let x = 0; x < weights.length; x++) if (this.#chosenAt[x] !== now) left += weights[x]!;
    let u = stream.next() * left;
    let last = -1;
    for (let x = 0; x < weights.length; x++) {
      if (this.#chosenAt[x] === now) continue;
      last = x;
      u -= weights[x]!;
      if (u < 0) return x;
    }
    return last;
  }

  addVisits(chosen: Int32Array, { places, toRanks, toNodes }: Visits, source: number): void {
    const { rankOf, nodeOf, nodes } = places;
    const ranks = nodeOf.length;
    if (this.#visitedAt.length < ranks + nodes) this.#visitedAt = new Float64Array(ranks + nodes);
    const visitedAt = this.#visitedAt;
    const now = this.#now;
    for (let k = 0; k < chosen.length; k++) {
      const rank = rankOf[chosen[k]!]!;
      const node = ranks + nodeOf[rank]!;
      if (visitedAt[rank] !== now) toRanks[source * ranks + rank]! += 1;
      if (visitedAt[node] !== now) toNodes[source * nodes + nodeOf[rank]!]! += 1;
      visitedAt[rank] = now;
      visitedAt[node] = now;
    }
  }
}

const MOST_TRIES = 32;

interface Mix {
  readonly weights: Float64Array; // [experts], adding up to 1
  readonly byWeight: AliasTable;
}

/** The mixes of a layer, each drawn from a stream of its own when it is first needed: logarithms of weights are sigma · (√common · what all have + √(1 − common) · its own). */
class LayerMixes {
  readonly #experts: number;
  readonly #topK: number;
  readonly #gate: CorrelatedSpec;
  readonly #streams: Streams;
  readonly #common: Float64Array; // [experts]
  readonly #mixes: (Mix | undefined)[] = [];
  #shares: Float64Array | undefined;

  constructor(experts: number, topK: number, gate: CorrelatedSpec, streams: Streams) {
    const stream = streams.fresh("common");
    this.#experts = experts;
    this.#topK = topK;
    this.#gate = gate;
    this.#streams = streams;
    this.#common = Float64Array.from({ length: experts }, () => normal(stream));
  }

  mix(number: number): Mix {
    const made = this.#mixes[number] ?? this.#drawn(number);
    this.#mixes[number] = made;
    return made;
  }

  /** Of the mean of all mixes, as if each token chose by it. */
  shares(): Float64Array {
    if (this.#shares !== undefined) return this.#shares;
    const mean = new Float64Array(this.#experts);
    for (let number = 0; number < this.#gate.mixes; number++) {
      const { weights } = this.mix(number);
      for (let x = 0; x < mean.length; x++) mean[x]! += weights[x]! / this.#gate.mixes;
    }
    this.#shares = new ExpertChoice(mean, this.#topK).shares();
    return this.#shares;
  }

  #drawn(number: number): Mix {
    const { sigma, common } = this.#gate;
    const stream = this.#streams.fresh(`mix/${number}`);
    const [all, own] = [Math.sqrt(common) * sigma, Math.sqrt(1 - common) * sigma];
    const weights = summingToOne(this.#common.map((of) => exp(all * of + own * normal(stream))));
    return { weights, byWeight: new AliasTable(weights) };
  }
}
