import type { DealtMicroBatch } from "./dealt-batch.ts";
import type { PassFloor } from "./pass-floor.ts";
import { type Pipeline, pathSeconds, type ReplicaFloor, sendsOf } from "./pipeline-floor.ts";
import { noLess, type Range } from "./range.ts";

/** Latencies of a run in seconds, one for so many sequences. */
type Latencies = { readonly seconds: number; readonly sequences: number }[];

/**
 * Bounds of TTFT, TPOT and E2E: the quantile of numbers that each lie under the true ones lies under the true quantile.
 * [replicas][micro-batches] for the batch, its decode spans and, by replica, when micro-batches have their first tokens.
 */
export function latencyBounds(
  batch: readonly (readonly DealtMicroBatch[])[],
  floors: readonly (readonly { readonly spans: readonly PassFloor[] }[])[],
  replicas: readonly ReplicaFloor[],
  pipeline: Pipeline,
  exactness: number,
): Readonly<Record<string, Range>> {
  const { stages, returnSeconds } = pipeline;
  const ttft: Latencies = [];
  const tpot: Latencies = [];
  const e2e: Latencies = [];
  for (const [r, microBatches] of batch.entries()) {
    for (const [m, { sequences, decode, endings }] of microBatches.entries()) {
      const firstToken = replicas[r]!.firstTokens[m]!;
      ttft.push({ seconds: firstToken, sequences });
      const decoded = [0]; // after so many spans
      for (const [i, span] of floors[r]![m]!.spans.entries()) {
        const paths = stages.reduce((sum, stage) => sum + pathSeconds(span, stage, false), sendsOf(pipeline) * span.send);
        decoded.push(decoded[i]! + paths + decode[i]!.passes * returnSeconds);
      }
      for (const { outputs, sequences: ending, spans } of endings) {
        e2e.push({ seconds: firstToken + decoded[spans]!, sequences: ending });
        if (outputs > 1) tpot.push({ seconds: decoded[spans]! / (outputs - 1), sequences: ending });
      }
    }
  }
  return {
    ...statsOf("ttftSeconds", ttft, exactness),
    ...statsOf("tpotSeconds", tpot, exactness),
    ...statsOf("e2eSeconds", e2e, exactness),
  };
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
