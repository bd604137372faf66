import * as z from "zod";
import type { MeasuredRequest, Spread, ToolRun } from "../run/measured-run.ts";
import { asLong } from "../run/order.ts";
import { ofRequests, spreadOf } from "../run/spread.ts";
import { hasKeys, tool } from "./tool.ts";

// vllm/benchmarks/serve.py and sglang/bench_serving.py: one dictionary a run, with milliseconds in its names.

const amount = z.number().nonnegative().nullish();
const amounts = z.array(z.number().nonnegative()).optional();
const STATISTICS = ["mean", "median", "p90", "p95", "p99"] as const;

const shape = z.looseObject({
  backend: z.string().nullish(),
  model_id: z.string().nullish(),
  request_rate: z.union([z.number().positive(), z.literal("inf")]),
  burstiness: z.number().positive().nullish(),
  max_concurrency: z.int().positive().nullish(),
  num_warmups: z.int().nonnegative().nullish(),
  duration: z.number().positive(),
  completed: z.int().nonnegative(),
  failed: z.int().nonnegative().nullish(),
  num_prompts: z.int().nonnegative().nullish(),
  total_input_tokens: z.int().nonnegative(),
  total_output_tokens: z.int().nonnegative(),
  request_throughput: amount,
  output_throughput: amount,
  total_token_throughput: amount,
  total_throughput: amount,
  ...Object.fromEntries(
    ["ttft", "tpot", "itl", "e2el", "e2e_latency"].flatMap((of) => STATISTICS.map((each) => [`${each}_${of}_ms`, amount])),
  ),
  input_lens: amounts,
  output_lens: amounts,
  ttfts: amounts,
  itls: z.array(z.array(z.number().nonnegative())).optional(),
  start_times: z.array(z.number()).optional(),
  errors: z.array(z.string().nullable()).optional(),
});
const schema = shape.check(asLong(["output_lens", "input_lens", "ttfts", "itls", "start_times", "errors"]));

type Written = z.infer<typeof schema>;

export const vllmBenchServe = tool({
  name: "vllm bench serve",
  owns: (tree) => hasKeys(tree, "request_rate", "burstiness", "total_input_tokens", "completed"),
  schema,
  runs: (tree) => [runOf(tree, "e2el", "vllm")],
});

export const sglangBenchServing = tool({
  name: "SGLang bench_serving",
  owns: (tree) => hasKeys(tree, "request_rate", "total_output_tokens_retokenized", "completed"),
  schema,
  runs: (tree) => [runOf(tree, "e2e_latency", "sglang")],
});

function runOf(written: Written, e2e: "e2el" | "e2e_latency", engine: "vllm" | "sglang"): ToolRun {
  const each = requestsOf(written);
  const { completed, duration, max_concurrency: concurrency, request_rate: rate } = written;
  const listed = each === undefined ? null : each.filter((one) => one.failed).length;
  const failed = written.failed ?? (written.num_prompts == null ? listed : written.num_prompts - completed);
  const tokens = (total: number): Spread | null =>
    completed === 0 ? null : { mean: total / completed, p50: null, p90: null, p95: null, p99: null };
  const summary = {
    requests: { finished: completed, failed },
    promptTokens: tokens(written.total_input_tokens),
    outputTokens: tokens(written.total_output_tokens),
    ttftSeconds: millisecondsOf(written, "ttft"),
    tpotSeconds: millisecondsOf(written, "tpot"),
    itlSeconds: millisecondsOf(written, "itl"),
    e2eSeconds: millisecondsOf(written, e2e),
    each: null,
  };
  return {
    toolVersion: null,
    engine: written.backend?.startsWith(engine) === true ? { name: engine, version: null } : null, // others are called by their protocol
    gpu: null,
    gpus: null,
    model: written.model_id ?? null,
    warmUpRequests: written.num_warmups ?? null,
    load:
      rate !== "inf"
        ? { kind: "open", requestsPerSecond: rate, burstiness: written.burstiness ?? null, concurrency: concurrency ?? null }
        : { kind: "closed", concurrency: concurrency ?? written.num_prompts ?? Math.max(1, completed + (failed ?? 0)) },
    durationSeconds: duration,
    ...(each === undefined ? summary : ofRequests(each)),
    throughput: {
      requestsPerSecond: written.request_throughput ?? null,
      outputTokensPerSecond: written.output_throughput ?? null,
      totalTokensPerSecond: written.total_token_throughput ?? written.total_throughput ?? null,
    },
  };
}

function millisecondsOf(written: Written, of: string): Spread | null {
  const [mean, p50, p90, p95, p99] = STATISTICS.map((each) => {
    const value = written[`${each}_${of}_ms`];
    return typeof value === "number" ? value / 1000 : null;
  }) as [number | null, number | null, number | null, number | null, number | null];
  return [mean, p50, p90, p95, p99].every((each) => each === null) ? null : { mean, p50, p90, p95, p99 };
}

/** Requests of the run one by one, if its file lists them. */
function requestsOf({ input_lens: inputs, output_lens: outputs, ttfts, itls, start_times: starts, errors }: Written) {
  if (inputs === undefined || outputs === undefined || ttfts === undefined || itls === undefined) return undefined;
  const first = spreadOf(starts ?? []) === null ? null : Math.min(...starts!);
  return outputs.map((tokens, i): MeasuredRequest => {
    const failed = (errors?.[i] ?? "") !== "" || tokens === 0;
    const gaps = itls[i] ?? [];
    const ttft = failed ? null : (ttfts[i] ?? null);
    return {
      sentSeconds: first === null ? null : (starts![i] ?? first) - first,
      promptTokens: inputs[i] ?? null,
      outputTokens: tokens,
      ttftSeconds: ttft,
      e2eSeconds: ttft === null ? null : ttft + gaps.reduce((sum, gap) => sum + gap, 0),
      itlSeconds: failed ? null : gaps,
      failed,
    };
  });
}
