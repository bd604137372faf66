import { categorical, type Stream, type Streams, uniformInteger } from "@tokenyard/random";
import { Problems, type SteadyDecodeSpec } from "@tokenyard/scenario";
import { drawCount } from "../batches/drawn-count.ts";
import type { ArrivingRequest } from "../requests/arriving-request.ts";
import type { RequestSource } from "../requests/request-source.ts";
import { Upcoming } from "./upcoming.ts";

/** Candidates among which the sequences that decode at the start are drawn: at least this many, and this many for each sequence. */
const FEWEST_CANDIDATES = 4_096;
const CANDIDATES_EACH = 4;
/** Outputs that are drawn in a row in search of one with a step. */
const MOST_DRAWS = 100_000;

/**
 * A constant number of sequences decode, each replaced when it ends. Those at the start are as an endless run would have them: of length L in proportion to its L − 1
 * steps, with any of its tokens out alike. Source: docs/models/workloads.md#steady-decode.
 */
export class SteadyDecodeSource implements RequestSource {
  readonly total = undefined;
  /** Cached context of the sequences at the start. */
  readonly contextTokens: Float64Array;
  readonly #firstOutputs: Float64Array;
  readonly #firstOut: Float64Array;
  readonly #drawContext: () => number;
  readonly #drawOutput: () => number;
  /** Places whose sequence has ended, and places of sequences in flight by number of request. */
  readonly #upcoming = new Upcoming<number>();
  readonly #places = new Map<number, number>();
  #taken = 0;

  constructor({ sequences, context, outputTokens }: SteadyDecodeSpec, streams: Streams) {
    this.#drawContext = drawCount(context, streams.stream("workload/prompt-tokens"));
    this.#drawOutput = withSteps(drawCount(outputTokens, streams.stream("workload/output-tokens")));
    const ages = streams.stream("workload/ages");
    this.#firstOutputs = longRunning(withSteps(drawCount(outputTokens, streams.stream("workload/first-output-tokens"))), sequences, ages);
    this.#firstOut = this.#firstOutputs.map((outputs) => uniformInteger(ages, 1, outputs - 1));
    this.contextTokens = this.#firstOut.map((out) => this.#drawContext() + out - 1);
    for (let place = 0; place < sequences; place++) this.#upcoming.add(0, place);
  }

  get nextNs(): number {
    return this.#upcoming.nextNs;
  }

  take(out: ArrivingRequest): void {
    const first = this.#taken;
    out.arrivedNs = this.#upcoming.nextNs;
    out.place = this.#upcoming.take();
    const isAged = first < this.#firstOutputs.length; // they come in order of their places
    out.outputTokens = isAged ? this.#firstOutputs[first]! : this.#drawOutput();
    out.outBefore = isAged ? this.#firstOut[first]! : 1;
    out.promptTokens = isAged ? this.contextTokens[first]! - this.#firstOut[first]! + 1 : this.#drawContext();
    out.cachedTokens = out.promptTokens + out.outBefore - 1;
    this.#places.set(this.#taken++, out.place);
  }

  finished(number: number, nowNs: number): void {
    this.#upcoming.add(nowNs, this.#places.get(number)!);
    this.#places.delete(number);
  }
}

/** `draw` of those that have a step after their first token. Throws Problems where hardly any has. */
function withSteps(draw: () => number): () => number {
  return () => {
    for (let i = 0; i < MOST_DRAWS; i++) {
      const tokens = draw();
      if (tokens > 1) return tokens;
    }
    const wanted = "more tokens: the first comes with the context, and a sequence of one token never decodes";
    throw new Problems([{ path: ["workload", "outputTokens"], given: `1 in each of ${MOST_DRAWS} draws`, wanted }]);
  };
}

/** [count] outputs of `draw`, with probabilities in proportion to their steps. */
function longRunning(draw: () => number, count: number, stream: Stream): Float64Array {
  const candidates = Float64Array.from({ length: Math.max(FEWEST_CANDIDATES, CANDIDATES_EACH * count) }, draw);
  const cumulative = new Float64Array(candidates.length);
  let sum = 0;
  for (let i = 0; i < candidates.length; i++) {
    sum += candidates[i]! - 1;
    cumulative[i] = sum;
  }
  return Float64Array.from({ length: count }, () => candidates[categorical(stream, cumulative)]!);
}
