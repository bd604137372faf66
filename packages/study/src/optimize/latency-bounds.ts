import type { DealtMicroBatch } from "./dealt-batch.ts";
import type { PassFloor } from "./pass-floor.ts";
import { type Pipeline, pathSeconds, type ReplicaFloor, sendsOf } from "./pipeline-floor.ts";
import { noLess, type Range } from "./range.ts";

/** Latencies of a run in seconds, one for so many sequences. */
type Latencies = { readonly seconds: number; readonly sequences: number }[];

type Family = "ttft" | "tpot" | "e2e";

/**
 * Bounds of TTFT, TPOT and E2E, each worked out when it is asked for: the quantile of numbers that each lie under the true ones lies under the true quantile.
 * [replicas][micro-batches] for the batch, its decode spans and, by replica, when micro-batches have their first tokens.
 */
export class LatencyBounds {
  readonly #batch: readonly (readonly DealtMicroBatch[])[];
  readonly #floors: readonly (readonly { readonly spans: readonly PassFloor[] }[])[];
  readonly #replicas: readonly ReplicaFloor[];
  readonly #pipeline: Pipeline;
  readonly #exactness: number;
  readonly #known: Partial<Record<Family, Readonly<Record<string, Range>>>> = {};

  constructor(
    batch: readonly (readonly DealtMicroBatch[])[],
    floors: readonly (readonly { readonly spans: readonly PassFloor[] }[])[],
    replicas: readonly ReplicaFloor[],
    pipeline: Pipeline,
    exactness: number,
  ) {
    this.#batch = batch;
    this.#floors = floors;
    this.#replicas = replicas;
    this.#pipeline = pipeline;
    this.#exactness = exactness;
  }

  /** At a path as `ttftSeconds.p99`. */
  at(path: string): Range | undefined {
    const family = path.slice(0, path.indexOf("Seconds")) as Family;
    let stats = this.#known[family];
    if (stats === undefined) {
      stats = statsOf(`${family}Seconds`, family === "ttft" ? this.#firstTokens() : this.#decoded(family), this.#exactness);
      this.#known[family] = stats;
    }
    return stats[path];
  }

  #firstTokens(): Latencies {
    return this.#batch.flatMap((microBatches, r) =>
      microBatches.map(({ sequences }, m) => ({ seconds: this.#replicas[r]!.firstTokens[m]!, sequences })),
    );
  }

  #decoded(family: "tpot" | "e2e"): Latencies {
    const { stages, returnSeconds } = this.#pipeline;
    const sends = sendsOf(this.#pipeline);
    const latencies: Latencies = [];
    for (const [r, microBatches] of this.#batch.entries()) {
      for (const [m, { decode, endings }] of microBatches.entries()) {
        const decoded = [0]; // after so many spans
        for (const [i, span] of this.#floors[r]![m]!.spans.entries()) {
          let paths = sends * span.send;
          for (const stage of stages) paths += pathSeconds(span, stage, false);
          decoded.push(decoded[i]! + paths + decode[i]!.passes * returnSeconds);
        }
        for (const { outputs, sequences, spans } of endings) {
          if (family === "e2e") latencies.push({ seconds: this.#replicas[r]!.firstTokens[m]! + decoded[spans]!, sequences });
          else if (outputs > 1) latencies.push({ seconds: decoded[spans]! / (outputs - 1), sequences });
        }
      }
    }
    return latencies;
  }
}

function statsOf(path: string, latencies: Latencies, exactness: number): Record<string, Range> {
  if (latencies.length === 0) return {};
  latencies.sort((a, b) => a.seconds - b.seconds);
  const count = latencies.reduce((sum, { sequences }) => sum + sequences, 0);
  const mean = latencies.reduce((sum, { seconds, sequences }) => sum + seconds * sequences, 0) / count;
  const quantile = (percent: number) => {
    let place = 0;
    for (const { seconds, sequences } of latencies) {
      place += sequences;
      if (place >= Math.ceil((percent * count) / 100)) return seconds;
    }
    return latencies.at(-1)!.seconds;
  };
  return {
    [`${path}.mean`]: noLess(mean * exactness),
    [`${path}.p50`]: noLess(quantile(50) * exactness),
    [`${path}.p90`]: noLess(quantile(90) * exactness),
    [`${path}.p99`]: noLess(quantile(99) * exactness),
    [`${path}.max`]: noLess(quantile(100) * exactness),
  };
}
