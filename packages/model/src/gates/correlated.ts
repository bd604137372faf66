import type { Stream, Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import type { RoutedPass, TokenRouter } from "../draws/token-router.ts";
import { clearVisits, type Visits } from "../draws/visits.ts";
import { Chosen } from "./chosen.ts";
import { LayerMixes } from "./mixes.ts";

type CorrelatedSpec = Extract<GateSpec, { kind: "correlated" }>;

/** Sequences one after another: the mix of each, followed by the experts of its last token. */
type Sequences = Int32Array;

/** Sequences of a source that are routed alike, with the number that decode and their `tokens` together. */
interface Crowded {
  tokens: number;
  sequences: number;
  decoding: number;
}

/** Default for a test that does not state its sequences: one. */
const ONE: RoutedPass = { sequences: new Float64Array(0) };

/**
 * The token router of a gate whose tokens hang together: a sequence chooses by one of several mixes of experts, one of its own or that of its class, and
 * each expert of a token is chosen by the next one of its sequence, too, with a stated chance. Tokens are drawn one by one. `classShares`: how often
 * sequences of each class come, in proportion. Source: docs/models/routing.md#correlated-tokens.
 */
export function correlatedGate(model: ModelSpec, gate: CorrelatedSpec, streams: Streams, classShares: readonly number[]): TokenRouter {
  return new CorrelatedRouter(model, gate, streams, classShares);
}

class CorrelatedRouter implements TokenRouter {
  readonly kind = "correlated";
  readonly draws = true;
  readonly #gate: CorrelatedSpec;
  readonly #layers: readonly LayerMixes[]; // [layers]
  readonly #topK: number;
  /** The last choices of the sequences, by layer, source and class, of the micro-batch that draws from a stream. */
  readonly #last = new WeakMap<Stream, Map<number, Sequences>>();
  readonly #chosen: Chosen;
  #pass = ONE;
  readonly #own: Crowded = { tokens: 0, sequences: 0, decoding: 0 };

  constructor(model: ModelSpec, gate: CorrelatedSpec, streams: Streams, classShares: readonly number[]) {
    const { count = 0, topK = 0 } = model.experts ?? {};
    this.#gate = gate;
    this.#topK = topK;
    this.#chosen = new Chosen(count);
    const often = oftenOf(gate, classShares);
    const mixesOf = (under: string) => new LayerMixes(count, topK, gate, often, streams.under(under));
    const first = gate.shared ? mixesOf("routing/popularity") : undefined;
    this.#layers = Array.from({ length: model.layers }, (_, layer) => first ?? mixesOf(`routing/popularity/${layer}`));
  }

  begin(pass: RoutedPass): void {
    this.#pass = pass;
  }

  shares(layer: number): Float64Array {
    return this.#layers[layer]!.shares();
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits): void {
    const experts = this.#chosen.experts;
    const ofStream = this.#last.get(stream) ?? new Map<number, Sequences>();
    this.#last.set(stream, ofStream);
    const byClass = this.#gate.by === "class" ? this.#pass.byClass : undefined;
    const classes = byClass?.classes ?? 1;
    for (let source = 0; source < tokens.length; source++) {
      out.fill(0, source * experts, (source + 1) * experts);
      if (visits !== undefined) clearVisits(visits, source);
      if (tokens[source] === 0) continue;
      let before = 0;
      for (let c = 0; c < classes; c++) {
        const own = this.#own;
        if (byClass === undefined) this.#take(own, source, tokens[source]!);
        else before += this.#takeClass(own, source, c, before, tokens[source]!);
        if (own.tokens === 0) continue;
        const key = (layer * tokens.length + source) * classes + c;
        const sequences = this.#continued(ofStream.get(key), own.sequences, c, stream);
        ofStream.set(key, sequences);
        this.#routeSequences(this.#layers[layer]!, sequences, own, stream, out, source, visits);
      }
      visits?.ranks.look(source, visits.toRanks);
    }
    this.#pass = ONE;
  }

  /** Routes all tokens of a source. */
  #take(own: Crowded, source: number, tokens: number): void {
    const { sequences, decoding } = this.#pass;
    own.tokens = tokens;
    own.sequences = Math.min(tokens, Math.max(1, sequences[source] ?? 1));
    own.decoding = Math.min(own.sequences, decoding?.sequences[source] ?? 0);
  }

  /**
   * Routes class number `c` of a source with `rows`; rows beyond the tokens are padding, shared evenly by the sequences. `before` is the
   * number of sequences in earlier classes. Returns the number in this one.
   */
  #takeClass(own: Crowded, source: number, c: number, before: number, rows: number): number {
    const { classes, sequences, tokens, decoding } = this.#pass.byClass!;
    const at = source * classes + c;
    let padding = rows;
    let all = 0;
    for (let other = source * classes; other < (source + 1) * classes; other++) {
      padding -= tokens[other]!;
      all += sequences[other]!;
    }
    const upTo = (count: number) => Math.floor((padding * count) / all);
    own.tokens = tokens[at]! + upTo(before + sequences[at]!) - upTo(before);
    own.sequences = sequences[at]!;
    own.decoding = decoding[at]!;
    return sequences[at]!;
  }

  /** `count` sequences: where there were more, the first of them have ended; where there were fewer, others of class number `c` begin. */
  #continued(before: Sequences | undefined, count: number, c: number, stream: Stream): Sequences {
    const { mixes, by } = this.#gate;
    const width = this.#topK + 1;
    const kept = Math.min(count, (before?.length ?? 0) / width);
    if (before !== undefined && kept * width === before.length && kept === count) return before;
    const sequences = new Int32Array(count * width).fill(-1);
    if (before !== undefined) sequences.set(before.subarray(before.length - kept * width));
    for (let i = kept; i < count; i++) sequences[i * width] = by === "class" ? c % mixes : Math.floor(stream.next() * mixes);
    return sequences;
  }

  /**
   * Routes decoding sequences, which come first and have one token each, and then the others, which share the rest evenly; the first of
   * them get one more where it does not divide.
   */
  #routeSequences(
    layer: LayerMixes,
    sequences: Sequences,
    { tokens, decoding }: Crowded,
    stream: Stream,
    out: Float64Array,
    source: number,
    visits?: Visits,
  ): void {
    const width = this.#topK + 1;
    const count = sequences.length / width;
    const alone = decoding < count ? decoding : 0; // where all decode, rows beyond their tokens are padding
    const left = tokens - alone;
    const others = count - alone;
    for (let i = 0; i < count; i++) {
      const mix = layer.mix(sequences[i * width]!);
      const last = sequences.subarray(i * width + 1, (i + 1) * width);
      const own = i < alone ? 1 : Math.floor(left / others) + (i - alone < left % others ? 1 : 0);
      for (let token = 0; token < own; token++) {
        this.#chosen.next(last, mix, this.#gate.repeat, stream);
        for (let k = 0; k < last.length; k++) out[source * this.#chosen.experts + last[k]!]! += 1;
        if (visits !== undefined) this.#chosen.addVisits(last, visits, source);
      }
    }
  }
}

/** How often tokens choose by each mix [mixes]: any as likely, or by the classes whose mix it is. */
function oftenOf({ mixes, by }: CorrelatedSpec, classShares: readonly number[]): Float64Array {
  if (by !== "class") return new Float64Array(mixes).fill(1 / mixes);
  const often = new Float64Array(mixes);
  const all = classShares.reduce((sum, share) => sum + share, 0);
  for (const [c, share] of classShares.entries()) often[c % mixes]! += share / all;
  return often;
}
