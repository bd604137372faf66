import * as z from "zod";
import type { Spread } from "../run/measured-run.ts";
import { scaledSpread } from "../run/spread.ts";
import { hasKeys, tool } from "./tool.ts";

// llm-d's Benchmark Report 0.2, with units beside its numbers.

const SECONDS = { s: 1, ms: 1e-3, "s/token": 1, "ms/token": 1e-3 } as const;
const amount = z.number().nonnegative().nullish();
const numbers = { mean: amount, p50: amount, p90: amount, p95: amount, p99: amount };
const time = z.looseObject({ units: z.enum(Object.keys(SECONDS) as [keyof typeof SECONDS]), ...numbers }).nullish();
const length = z.looseObject({ units: z.literal("count"), ...numbers }).nullish();
const rate = (units: string) => z.looseObject({ units: z.literal(units), mean: amount }).nullish();

const schema = z.looseObject({
  version: z.string().regex(/^0\.2/, "a Benchmark Report of version 0.2"),
  run: z.looseObject({ time: z.looseObject({ duration: z.string().nullish() }).nullish() }).nullish(),
  scenario: z.looseObject({
    load: z
      .looseObject({
        standardized: z.looseObject({
          tool: z.string(),
          tool_version: z.string().nullish(),
          rate_qps: z.number().positive().nullish(),
          concurrency: z.int().positive().nullish(),
        }),
      })
      .nullish(),
  }),
  results: z.looseObject({
    request_performance: z.looseObject({
      aggregate: z.looseObject({
        requests: z.looseObject({
          total: z.int().nonnegative(),
          failures: z.int().nonnegative(),
          input_length: length,
          output_length: length,
        }),
        latency: z.looseObject({
          time_to_first_token: time,
          time_per_output_token: time,
          inter_token_latency: time,
          request_latency: time,
        }),
        throughput: z
          .looseObject({ request_rate: rate("queries/s"), output_token_rate: rate("tokens/s"), total_token_rate: rate("tokens/s") })
          .nullish(),
      }),
    }),
  }),
});

export const benchmarkReport = tool({
  name: "llm-d Benchmark Report",
  owns: (tree) => hasKeys(tree, "version", "scenario", "results"),
  schema,
  runs({ run, scenario, results }) {
    const { requests, latency, throughput } = results.request_performance.aggregate;
    const { rate_qps: perSecond, concurrency, tool_version: toolVersion } = scenario.load?.standardized ?? {};
    const duration = /^PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(run?.time?.duration ?? "");
    const [hours = 0, minutes = 0, seconds = 0] = duration?.slice(1).map((each) => Number(each ?? 0)) ?? [];
    const total = 3600 * hours + 60 * minutes + seconds;
    return [
      {
        toolVersion: toolVersion ?? null,
        engine: null,
        gpu: null,
        gpus: null,
        model: null,
        warmUpRequests: null,
        load:
          perSecond != null
            ? { kind: "open", requestsPerSecond: perSecond, burstiness: null, concurrency: concurrency ?? null }
            : concurrency != null
              ? { kind: "closed", concurrency }
              : null,
        requests: { finished: Math.max(0, requests.total - requests.failures), failed: requests.failures },
        durationSeconds: total > 0 ? total : null,
        promptTokens: scaledSpread(requests.input_length),
        outputTokens: scaledSpread(requests.output_length),
        ttftSeconds: inSeconds(latency.time_to_first_token),
        tpotSeconds: inSeconds(latency.time_per_output_token),
        itlSeconds: inSeconds(latency.inter_token_latency),
        e2eSeconds: inSeconds(latency.request_latency),
        throughput: {
          requestsPerSecond: throughput?.request_rate?.mean ?? null,
          outputTokensPerSecond: throughput?.output_token_rate?.mean ?? null,
          totalTokensPerSecond: throughput?.total_token_rate?.mean ?? null,
        },
        each: null,
      },
    ];
  },
});

function inSeconds(given: z.infer<typeof time>): Spread | null {
  return given == null ? null : scaledSpread(given, SECONDS[given.units]);
}
