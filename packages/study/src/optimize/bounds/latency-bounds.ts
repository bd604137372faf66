import { PASS_FLOOR, SEND } from "../floors/pass-floor.ts";
import { type Pipeline, pathSeconds, sendsOf } from "../floors/pipeline-floor.ts";
import { noLess, type Range } from "../floors/range.ts";
import type { TimedBatch } from "../floors/timed-batch.ts";
import { meanOf, quantileOf } from "./weighted.ts";

type Family = "ttft" | "tpot" | "e2e";

/** Latencies of a run in seconds, with the number of sequences of each. */
interface Latencies {
  readonly seconds: Float64Array;
  readonly sequences: Float64Array;
}

const PERCENT: Readonly<Record<string, number>> = { p50: 50, p90: 90, p99: 99, max: 100 };

/** Bounds of TTFT, TPOT and E2E, each computed on first use: a quantile of lower bounds is a lower bound of the quantile. */
export class LatencyBounds {
  readonly #batch: TimedBatch;
  readonly #firstTokens: Float64Array;
  readonly #pipeline: Pipeline;
  readonly #exactness: number;
  readonly #known: { [family in Family]?: Latencies } = {};

  /** `firstTokens`: when micro-batches have them, [micro-batches of all replicas]. */
  constructor(batch: TimedBatch, firstTokens: Float64Array, pipeline: Pipeline, exactness: number) {
    this.#batch = batch;
    this.#firstTokens = firstTokens;
    this.#pipeline = pipeline;
    this.#exactness = exactness;
  }

  /** Range of a path such as `ttftSeconds.p99`. */
  at(path: string): Range | undefined {
    const end = path.indexOf("Seconds.");
    const family = path.slice(0, end) as Family;
    const statistic = path.slice(end + "Seconds.".length);
    this.#known[family] ??= family === "ttft" ? this.#first() : this.#decoded(family);
    const { seconds, sequences } = this.#known[family];
    if (seconds.length === 0) return undefined;
    if (statistic === "mean") return noLess(meanOf(seconds, sequences) * this.#exactness);
    const percent = PERCENT[statistic];
    return percent === undefined ? undefined : noLess(quantileOf(seconds, sequences, percent) * this.#exactness);
  }

  #first(): Latencies {
    return { seconds: this.#firstTokens, sequences: this.#batch.microBatches.sequences };
  }

  #decoded(family: "tpot" | "e2e"): Latencies {
    const decoded = this.#afterSpans();
    const isWhole = family === "e2e";
    const { microBatch, span, outputs, sequences } = this.#batch.microBatches.ends(isWhole ? 1 : 2);
    const seconds = new Float64Array(span.length);
    for (let i = 0; i < span.length; i++) {
      const after = span[i]! < 0 ? 0 : decoded[span[i]!]!;
      seconds[i] = isWhole ? this.#firstTokens[microBatch[i]!]! + after : after / (outputs[i]! - 1);
    }
    return { seconds, sequences };
  }

  /** [spans] seconds from the first token of a micro-batch to the end of each. */
  #afterSpans(): Float64Array {
    const { spans: floors, microBatches } = this.#batch;
    const { spans, spanStarts } = microBatches;
    const { kinds, stagesOfKind, returnSeconds } = this.#pipeline;
    const sends = sendsOf(this.#pipeline);
    const decoded = new Float64Array(spans.passes.length);
    for (let row = 0; row < spanStarts.length - 1; row++) {
      let seconds = 0;
      for (let span = spanStarts[row]!; span < spanStarts[row + 1]!; span++) {
        seconds += sends * floors[span * PASS_FLOOR + SEND]! + spans.passes[span]! * returnSeconds;
        for (let kind = 0; kind < kinds.length; kind++) seconds += stagesOfKind[kind]! * pathSeconds(floors, span, kinds[kind]!);
        decoded[span] = seconds;
      }
    }
    return decoded;
  }
}
