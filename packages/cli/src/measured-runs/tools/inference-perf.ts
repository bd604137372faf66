import * as z from "zod";
import type { Spread } from "../run/measured-run.ts";
import { scaledSpread } from "../run/spread.ts";
import { hasKeys, tool } from "./tool.ts";

const amount = z.number().nonnegative().nullish();
const distribution = z.looseObject({ mean: amount, median: amount, p90: amount, p95: amount, p99: amount }).nullish();

const summary = z.looseObject({
  load_summary: z.looseObject({ count: z.int().nonnegative(), requested_rate: amount, send_duration: amount }),
  successes: z.looseObject({
    count: z.int().nonnegative(),
    latency: z.looseObject({
      request_latency: distribution,
      time_per_output_token: distribution,
      time_to_first_token: distribution,
      inter_token_latency: distribution,
    }),
    throughput: z.looseObject({ output_tokens_per_sec: amount, total_tokens_per_sec: amount, requests_per_sec: amount }),
    prompt_len: distribution,
    output_len: distribution,
  }),
  failures: z.looseObject({ count: z.int().nonnegative() }).nullish(),
});

/** Seconds throughout. */
export const inferencePerf = tool({
  name: "inference-perf",
  owns: (tree) => hasKeys(tree, "load_summary", "successes"),
  schema: summary,
  runs({ load_summary: load, successes, failures }) {
    const { latency, throughput } = successes;
    return [
      {
        toolVersion: null,
        engine: null,
        gpu: null,
        gpus: null,
        model: null,
        warmUpRequests: null,
        load:
          load.requested_rate == null || load.requested_rate === 0
            ? null
            : { kind: "open", requestsPerSecond: load.requested_rate, burstiness: null, concurrency: null },
        requests: { finished: successes.count, failed: failures?.count ?? 0 },
        durationSeconds:
          throughput.requests_per_sec == null || throughput.requests_per_sec === 0 ? null : successes.count / throughput.requests_per_sec,
        promptTokens: spread(successes.prompt_len),
        outputTokens: spread(successes.output_len),
        ttftSeconds: spread(latency.time_to_first_token),
        tpotSeconds: spread(latency.time_per_output_token),
        itlSeconds: spread(latency.inter_token_latency),
        e2eSeconds: spread(latency.request_latency),
        throughput: {
          requestsPerSecond: throughput.requests_per_sec ?? null,
          outputTokensPerSecond: throughput.output_tokens_per_sec ?? null,
          totalTokensPerSecond: throughput.total_tokens_per_sec ?? null,
        },
        each: null,
      },
    ];
  },
});

function spread(given: z.infer<typeof distribution>): Spread | null {
  return given == null ? null : scaledSpread({ ...given, p50: given.median });
}
