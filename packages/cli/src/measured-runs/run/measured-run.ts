import * as z from "zod";
import { observationSchema } from "./observation.ts";
import { inOrder } from "./order.ts";

const number = z.number().nonnegative();
const count = z.int().nonnegative();

const spread = z
  .strictObject({
    mean: number.nullable(),
    p50: number.nullable(),
    p90: number.nullable(),
    p95: number.nullable(),
    p99: number.nullable(),
  })
  .describe("percentiles interpolate linearly between values, as numpy does; null where the tool does not write one");

export const requestShape = z.strictObject({
  sentSeconds: number.nullable().describe("since the first request was sent"),
  plannedSeconds: number.nullish().describe("when it was due, since the begin of the run; of runs of observe"),
  lateSeconds: number.nullish().describe("from when it was due to when it was sent"),
  askedPromptTokens: count.nullish().describe("as the load had it, where promptTokens is by the server's count"),
  askedOutputTokens: count.nullish(),
  outcome: z.string().nullish().describe("what became of it: finished, or how it failed"),
  promptTokens: count.nullable(),
  outputTokens: count,
  ttftSeconds: number.nullable(),
  e2eSeconds: number.nullable(),
  itlSeconds: z.array(number).nullable().describe("between one token and the next"),
  failed: z.boolean(),
});
const request = requestShape.check(inOrder(["e2eSeconds"], "ttftSeconds", ({ e2eSeconds: all, ttftSeconds: first }) => [all, first]));

/** A run that was measured on real GPUs: one line of JSON. */
export const measuredRunSchema = z.strictObject({
  tokenyardRun: z.literal(1),
  source: z.strictObject({
    file: z.string(),
    at: count.describe("number of the run in its file, from 0"),
    tool: z.string(),
    toolVersion: z.string().nullable(),
  }),
  engine: z.strictObject({ name: z.enum(["vllm", "sglang", "trtllm"]), version: z.string().nullable() }),
  launch: z.string().nullable().describe("the line that launched the server"),
  gpu: z.string().describe("a preset, as h100-sxm"),
  gpus: z.int().positive(),
  model: z.string().nullable().describe("as the server is asked for it"),
  load: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("closed"), concurrency: z.int().positive() }),
      z.strictObject({ kind: z.literal("scenario") }).describe("as the workload in observed says"),
      z.strictObject({ kind: z.literal("replay") }).describe("each request at the time that was recorded for it: sentSeconds in each"),
      z.strictObject({
        kind: z.literal("open"),
        requestsPerSecond: z.number().positive(),
        burstiness: z.number().positive().nullable(),
        concurrency: z.int().positive().nullable().describe("at most, where a limit was set"),
      }),
    ])
    .nullable()
    .describe("null where the file does not say how requests were sent"),
  warmUpRequests: count.nullable().describe("sent before, and not counted; null where neither the file nor an option says"),
  requests: z.strictObject({ finished: count, failed: count.nullable() }).nullable().describe("null where the tool does not write them"),
  durationSeconds: z.number().positive().nullable(),
  promptTokens: spread.nullable(),
  outputTokens: spread.nullable(),
  ttftSeconds: spread.nullable(),
  tpotSeconds: spread.nullable().describe("of requests of two tokens or more: (E2E − TTFT) / (tokens − 1)"),
  itlSeconds: spread.nullable(),
  e2eSeconds: spread.nullable(),
  throughput: z.strictObject({
    requestsPerSecond: number.nullable(),
    outputTokensPerSecond: number.nullable(),
    totalTokensPerSecond: number.nullable(),
  }),
  each: z
    .array(request)
    .nullable()
    .describe("null where the file has no requests one by one; of a run of observe they are the lines of requests before this one"),
  observed: observationSchema.nullish().describe("what a run of observe asked for, and what its client and the server were"),
});

export type MeasuredRun = z.infer<typeof measuredRunSchema>;
export type MeasuredRequest = MeasuredRun["each"] extends (infer R)[] | null ? R : never;
export type Spread = z.infer<typeof spread>;

/** A run as a tool's file states it; the missing parts come from options. */
export type ToolRun = Omit<MeasuredRun, "tokenyardRun" | "engine" | "gpu" | "gpus" | "launch" | "warmUpRequests" | "source"> & {
  readonly toolVersion: string | null;
  readonly engine: MeasuredRun["engine"] | null;
  readonly gpu: string | null;
  readonly gpus: number | null;
  readonly warmUpRequests: number | null;
};
