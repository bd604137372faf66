import * as z from "zod";
import type { MeasuredRequest, Spread, ToolRun } from "../run/measured-run.ts";
import { inOrder } from "../run/order.ts";
import { ofRequests, scaledSpread, throughputOf } from "../run/spread.ts";
import { hasKeys, tool } from "./tool.ts";

// AIPerf's inter-token latency is our TPOT, one number a request; its inter-chunk latencies are our ITL.

/** Seconds in a unit of time that AIPerf writes. */
const SECONDS = { ms: 1e-3, sec: 1, us: 1e-6, ns: 1e-9 } as const;
const timeUnit = z.enum(Object.keys(SECONDS) as [keyof typeof SECONDS]);
const amount = z.number().nonnegative().nullish();
const statistics = { avg: z.number().nonnegative(), p50: amount, p90: amount, p95: amount, p99: amount };
const times = z.looseObject({ unit: timeUnit, ...statistics }).optional();
const plain = (unit: string) => z.looseObject({ unit: z.literal(unit), ...statistics }).optional();

const summary = z.looseObject({
  aiperf_version: z.string().nullish(),
  request_count: plain("requests"),
  error_request_count: plain("requests"),
  benchmark_duration: z.looseObject({ unit: timeUnit, avg: z.number().positive() }),
  time_to_first_token: times,
  inter_token_latency: times,
  inter_chunk_latency: times,
  request_latency: times,
  input_sequence_length: plain("tokens"),
  output_sequence_length: plain("tokens"),
  request_throughput: plain("requests/sec"),
  output_token_throughput: plain("tokens/sec"),
  total_token_throughput: plain("tokens/sec"),
  input_config: z
    .looseObject({
      endpoint: z.looseObject({ model_names: z.array(z.string()).nullish() }).nullish(),
      loadgen: z
        .looseObject({
          concurrency: z.int().positive().nullish(),
          request_rate: z.number().positive().nullish(),
          warmup_request_count: z.int().nonnegative().nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export const aiperfSummary = tool({
  name: "AIPerf",
  owns: (tree) => hasKeys(tree, "request_latency", "benchmark_duration"),
  schema: summary,
  runs(tree) {
    const { loadgen, endpoint } = tree.input_config ?? {};
    return [
      {
        ...NOT_SAID,
        toolVersion: tree.aiperf_version ?? null,
        model: endpoint?.model_names?.[0] ?? null,
        warmUpRequests: loadgen?.warmup_request_count ?? null,
        load: loadOf(loadgen ?? {}),
        requests: { finished: tree.request_count?.avg ?? 0, failed: tree.error_request_count?.avg ?? 0 },
        durationSeconds: tree.benchmark_duration.avg * SECONDS[tree.benchmark_duration.unit],
        promptTokens: spread(tree.input_sequence_length),
        outputTokens: spread(tree.output_sequence_length),
        ttftSeconds: spread(tree.time_to_first_token),
        tpotSeconds: spread(tree.inter_token_latency),
        itlSeconds: spread(tree.inter_chunk_latency),
        e2eSeconds: spread(tree.request_latency),
        throughput: {
          requestsPerSecond: tree.request_throughput?.avg ?? null,
          outputTokensPerSecond: tree.output_token_throughput?.avg ?? null,
          totalTokensPerSecond: tree.total_token_throughput?.avg ?? null,
        },
        each: null,
      },
    ];
  },
});

const NOT_SAID = { engine: null, gpu: null, gpus: null } as const;

function loadOf({
  concurrency,
  request_rate: rate,
}: {
  readonly concurrency?: number | null | undefined;
  readonly request_rate?: number | null | undefined;
}): ToolRun["load"] {
  if (rate != null) return { kind: "open", requestsPerSecond: rate, burstiness: null, concurrency: concurrency ?? null };
  return concurrency == null ? null : { kind: "closed", concurrency };
}

type Times = { readonly unit: string; readonly avg: number } & Partial<Record<"p50" | "p90" | "p95" | "p99", number | null | undefined>>;

/** Spread of `given` in seconds, if it has a unit of time. */
function spread(given: Times | undefined): Spread | null {
  if (given === undefined) return null;
  return scaledSpread({ ...given, mean: given.avg }, given.unit in SECONDS ? SECONDS[given.unit as keyof typeof SECONDS] : 1);
}

const value = (unit: z.ZodType) => z.looseObject({ value: z.number().nonnegative(), unit }).optional();
const seconds = (given: { readonly value: number; readonly unit: unknown } | undefined) =>
  given === undefined ? null : given.value * SECONDS[given.unit as keyof typeof SECONDS];
const rowShape = z.looseObject({
  metadata: z
    .looseObject({
      request_start_ns: z.number(),
      request_end_ns: z.number(),
      benchmark_phase: z.string(),
      was_cancelled: z.boolean().nullish(),
    })
    .check(inOrder(["request_end_ns"], "request_start_ns", ({ request_end_ns: end, request_start_ns: start }) => [end - start, 0])),
  metrics: z.looseObject({
    input_sequence_length: value(z.literal("tokens")),
    output_sequence_length: value(z.literal("tokens")),
    time_to_first_token: value(timeUnit),
    request_latency: value(timeUnit),
    inter_chunk_latency: z.looseObject({ value: z.array(z.number().nonnegative()), unit: timeUnit }).optional(),
  }),
  error: z.unknown(),
});
const row = rowShape.check(
  inOrder(["metrics", "request_latency"], "time_to_first_token", ({ metrics }) => [
    seconds(metrics.request_latency),
    seconds(metrics.time_to_first_token),
  ]),
);

/** A list of rows, one a request; those of the warm-up do not count. */
export const aiperfRecords = tool({
  name: "AIPerf",
  row: (tree) => hasKeys(tree, "metadata", "metrics"),
  owns: (tree) => Array.isArray(tree) && tree.length > 0 && hasKeys(tree[0] as object, "metadata", "metrics"),
  schema: z.array(row).min(1),
  runs(rows) {
    const own = rows.filter(({ metadata }) => metadata.benchmark_phase === "profiling");
    const firstNs = Math.min(...own.map(({ metadata }) => metadata.request_start_ns));
    const lastNs = Math.max(...own.map(({ metadata }) => metadata.request_end_ns));
    const each = own.map(({ metadata, metrics, error }): MeasuredRequest => {
      const failed = error != null || metadata.was_cancelled === true;
      const gaps = metrics.inter_chunk_latency;
      return {
        sentSeconds: (metadata.request_start_ns - firstNs) / 1e9,
        promptTokens: metrics.input_sequence_length?.value ?? null,
        outputTokens: metrics.output_sequence_length?.value ?? 0,
        ttftSeconds: failed ? null : seconds(metrics.time_to_first_token),
        e2eSeconds: failed ? null : seconds(metrics.request_latency),
        itlSeconds: failed || gaps === undefined ? null : gaps.value.map((gap) => gap * SECONDS[gaps.unit]),
        failed,
      };
    });
    return own.length === 0 ? [] : [{ ...fromRecords(each, (lastNs - firstNs) / 1e9), warmUpRequests: rows.length - own.length }];
  },
});

function fromRecords(each: readonly MeasuredRequest[], durationSeconds: number): Omit<ToolRun, "warmUpRequests"> {
  return {
    ...NOT_SAID,
    toolVersion: null,
    model: null,
    load: null,
    durationSeconds: durationSeconds > 0 ? durationSeconds : null,
    ...ofRequests(each),
    throughput: throughputOf(each, durationSeconds),
  };
}
