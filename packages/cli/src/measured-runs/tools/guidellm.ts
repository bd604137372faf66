import * as z from "zod";
import type { MeasuredRequest, Spread, ToolRun } from "../run/measured-run.ts";
import { inOrder } from "../run/order.ts";
import { ofRequests, scaledSpread } from "../run/spread.ts";
import { hasKeys, tool } from "./tool.ts";

// GuideLLM's inter-token latency is our TPOT; its "time per output token" is E2E over all tokens, the first included.

const amount = z.number().nonnegative().nullish();
const distribution = z
  .looseObject({
    successful: z
      .looseObject({ mean: amount, percentiles: z.looseObject({ p50: amount, p90: amount, p95: amount, p99: amount }).nullish() })
      .nullish(),
  })
  .optional();

const answered = z
  .looseObject({
    info: z.looseObject({ timings: z.looseObject({ request_start: z.number() }).nullish() }).nullish(),
    input_metrics: z.looseObject({ total_tokens: z.int().nonnegative() }).nullish(),
    output_metrics: z.looseObject({ total_tokens: z.int().nonnegative() }),
    request_latency: z.number().nonnegative(),
    time_to_first_token_ms: amount,
  })
  .check(
    inOrder(["request_latency"], "time_to_first_token_ms", ({ request_latency: all, time_to_first_token_ms: first }) => [
      all,
      first == null ? null : first / 1000,
    ]),
  );

const schema = z.looseObject({
  metadata: z.looseObject({ guidellm_version: z.string().nullish() }).nullish(),
  benchmarks: z.array(
    z.looseObject({
      config: z.looseObject({
        strategy: z.looseObject({
          type_: z.string(),
          streams: z.int().positive().nullish(),
          rate: z.number().positive().nullish(),
          max_concurrency: z.int().positive().nullish(),
        }),
      }),
      duration: z.number().positive(),
      metrics: z.looseObject({
        request_totals: z.looseObject({ successful: z.int().nonnegative(), errored: z.int().nonnegative() }),
        requests_per_second: distribution,
        request_latency: distribution,
        prompt_token_count: distribution,
        output_token_count: distribution,
        time_to_first_token_ms: distribution,
        inter_token_latency_ms: distribution,
        output_tokens_per_second: distribution,
        tokens_per_second: distribution,
      }),
      requests: z
        .looseObject({
          successful: z.array(answered),
          errored: z.array(z.unknown()),
        })
        .nullish(),
    }),
  ),
});

type Benchmark = z.infer<typeof schema>["benchmarks"][number];

export const guideLlm = tool({
  name: "GuideLLM",
  owns: (tree) => hasKeys(tree, "benchmarks", "metadata"),
  schema,
  runs: ({ metadata, benchmarks }) => benchmarks.map((each) => runOf(each, metadata?.guidellm_version ?? null)),
});

function runOf({ config, duration, metrics, requests }: Benchmark, toolVersion: string | null): ToolRun {
  const own = requests == null ? undefined : ofRequests(requestsOf(requests));
  const mean = (of: Benchmark["metrics"]["tokens_per_second"]) => of?.successful?.mean ?? null;
  return {
    toolVersion,
    engine: null,
    gpu: null,
    gpus: null,
    model: null,
    warmUpRequests: null,
    load: loadOf(config.strategy),
    durationSeconds: duration,
    requests: { finished: metrics.request_totals.successful, failed: metrics.request_totals.errored },
    promptTokens: own?.promptTokens ?? spread(metrics.prompt_token_count, 1),
    outputTokens: own?.outputTokens ?? spread(metrics.output_token_count, 1),
    ttftSeconds: own?.ttftSeconds ?? spread(metrics.time_to_first_token_ms, 1e-3),
    tpotSeconds: own?.tpotSeconds ?? spread(metrics.inter_token_latency_ms, 1e-3),
    itlSeconds: null, // only a mean a request is written
    e2eSeconds: own?.e2eSeconds ?? spread(metrics.request_latency, 1),
    throughput: {
      requestsPerSecond: mean(metrics.requests_per_second),
      outputTokensPerSecond: mean(metrics.output_tokens_per_second),
      totalTokensPerSecond: mean(metrics.tokens_per_second),
    },
    each: own?.each ?? null,
  };
}

function loadOf({ type_: kind, streams, rate, max_concurrency: most }: Benchmark["config"]["strategy"]): ToolRun["load"] {
  if (rate != null && (kind === "constant" || kind === "poisson"))
    return { kind: "open", requestsPerSecond: rate, burstiness: kind === "poisson" ? 1 : null, concurrency: most ?? null };
  return streams == null ? null : { kind: "closed", concurrency: streams };
}

function spread(of: Benchmark["metrics"]["request_latency"], scale: number): Spread | null {
  const { mean, percentiles } = of?.successful ?? {};
  return scaledSpread({ ...percentiles, mean }, scale);
}

function requestsOf({ successful, errored }: NonNullable<Benchmark["requests"]>): MeasuredRequest[] {
  const starts = successful.map(({ info }) => info?.timings?.request_start ?? null);
  const first = Math.min(...starts.filter((start) => start !== null));
  return [
    ...successful.map(
      ({ input_metrics: input, output_metrics: output, request_latency: latency, time_to_first_token_ms: ttft }, i): MeasuredRequest => ({
        sentSeconds: starts[i] == null ? null : starts[i] - first,
        promptTokens: input?.total_tokens ?? null,
        outputTokens: output.total_tokens,
        ttftSeconds: ttft == null ? null : ttft / 1000,
        e2eSeconds: latency,
        itlSeconds: null,
        failed: false,
      }),
    ),
    ...errored.map(() => ({
      sentSeconds: null,
      promptTokens: null,
      outputTokens: 0,
      ttftSeconds: null,
      e2eSeconds: null,
      itlSeconds: null,
      failed: true,
    })),
  ];
}
