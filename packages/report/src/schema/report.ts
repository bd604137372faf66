import * as z from "zod";
import { alertsSchemas } from "./alerts-schema.ts";
import { balanceSchema } from "./balance-schema.ts";
import { kvSchema } from "./cache-schema.ts";
import { checkpointsReportSchema } from "./checkpoints-schema.ts";
import { conclusionSchema } from "./conclusion-schema.ts";
import { REPORT_FORMAT } from "./current-report.ts";
import { distributionsSchema } from "./distribution-schema.ts";
import { faultsSchema } from "./faults-schema.ts";
import { modelErrorSchema } from "./model-error-schema.ts";
import { amount, count, share } from "./plain-number.ts";
import { planSchema } from "./plan-schema.ts";
import { retriesReportSchema } from "./retries-schema.ts";
import { seedsSchema } from "./seeds-schema.ts";
import { speculationReportSchema } from "./speculation-schema.ts";
import { costSchema, energySchema } from "./spending-schema.ts";
import { latencySchema, statsSchema } from "./stats-schema.ts";

const goodputSchema = z
  .strictObject({
    requestsPerSecond: amount.nullable(),
    outputTokensPerSecond: amount.nullable(),
  })
  .describe("finished requests that met every latency target, a second, without the drain after the last arrival");

const attainmentSchema = z
  .record(z.string(), share)
  .describe("share of the requests that met each latency target, and `all` of them; one that is never answered met none");

const classSchema = z.strictObject({
  name: z.string(),
  requests: z.strictObject({ arrived: count, finished: count, rejected: count, failed: count.optional().describe("only where any did") }),
  ttftSeconds: latencySchema.nullable(),
  tpotSeconds: latencySchema.nullable(),
  e2eSeconds: latencySchema.nullable(),
  queueSeconds: latencySchema.nullable(),
  goodput: goodputSchema,
  attainment: attainmentSchema,
});

const series = z.array(amount);
const levelsSchema = z
  .strictObject({
    bucketSeconds: amount,
    running: series.describe("sequences that are served"),
    waiting: series.describe("requests that wait"),
    kvShare: series.describe("of all blocks"),
    tokensPerPass: series.describe("computed by the passes that ended"),
    tokensPerSecond: series.describe("computed"),
  })
  .describe("over time, in equal buckets from the start on: means of all replicas together");

const phaseTimeSchema = z
  .strictObject({ compute: z.record(z.string(), share), network: z.record(z.string(), share) })
  .describe(
    "by lane: shares of the time that it gave to the phase on all ranks, by op kind, `waiting` at barriers, `idle`, `lost` in ops that a fault aborted, and, where there are faults, `down`; they add up to 1. Nothing for a lane that no rank ever used",
  );

const memorySchema = z
  .strictObject({
    weights: amount,
    kvReserved: amount.describe("set aside for the KV cache: a pool, or what the sequences of a static batch reserve"),
    kvUsed: amount.describe("that sequences held, at the highest moment"),
    workspace: amount.describe("of the largest pass that may come"),
    workspaceUsed: amount.describe("of the largest pass that there was"),
    planned: amount.describe("weights and workspace, and the KV cache of a static batch: what no smaller pool would save"),
    reserved: amount.describe("weights, workspace and kvReserved: what must fit under the limit"),
    used: amount.describe("weights, workspaceUsed and kvUsed"),
    limit: amount,
    share: amount.describe("used over limit"),
  })
  .describe("bytes on the rank that is fullest when all is set aside; what is used, on the one that used most");

const poolSchema = z.strictObject({
  role: z.string(),
  replicas: count,
  gpus: count,
  plan: planSchema,
  computeShare: share.nullable().describe("of the time of its compute lanes that they were busy"),
  kv: kvSchema.pick({ blockTokens: true, blocks: true, meanShare: true, peakShare: true }),
  memory: memorySchema,
});

const transfersSchema = z
  .strictObject({
    count,
    bytes: amount.describe("that were received"),
    seconds: statsSchema.nullable().describe("what of a move came after the prompt was computed"),
    waitSeconds: statsSchema.nullable().describe("from the first token to the begin of that: for room, and for the moves before it"),
  })
  .describe("caches that moved from the pool that prefills to the one that decodes");

const warningSchema = z.strictObject({ code: z.string(), message: z.string() });

const bound = z.union([z.number(), z.string()]);
const assumptionSchema = z.union([
  z.string(),
  z.strictObject({ path: z.string(), from: bound, to: bound }),
  z.strictObject({ path: z.string(), because: z.string() }),
]);

const breakdownSchema = z.record(z.string(), z.number()).nullable();

/** A report: plain numbers with their unit in the name, null where a metric has no value. The one source of its type and JSON schema. */
export const reportSchema = z.strictObject({
  tokenyard: z.literal(REPORT_FORMAT).describe("version of this format; 1 had the copies of each expert in each layer"),
  version: z.string(),
  scenario: z.strictObject({
    name: z.string(),
    hash: z.string().describe("SHA-256 of `resolved`, less name, about, seed and where a trace lies"),
    resolved: z.record(z.string(), z.unknown()).describe("a scenario that gives this report"),
  }),
  seed: count,
  seeds: seedsSchema.optional(),
  conclusion: conclusionSchema,
  modelError: modelErrorSchema,
  models: z.array(z.string()).describe("of kernels and network"),
  assumed: z.array(assumptionSchema).describe("scenario values that were not stated"),
  gpus: count,
  costUsdPerHour: amount.nullable().describe("of all GPUs; null when the scenario gives no cost"),
  horizonSeconds: amount,
  plan: planSchema,
  requests: z.strictObject({
    arrived: count,
    finished: count,
    rejected: count,
    failed: count.describe("lost, or still open when nothing happened any more"),
    decoding: count.optional().describe("of a steady decode, still in after the last measured step"),
  }),
  tokens: z.strictObject({
    prompt: count.describe("of requests with a first token"),
    output: count.describe("of finished requests, and the first tokens of the others; of a steady decode all that its steps yielded"),
    routed: count.describe("copies, over all layers and passes"),
    kept: count.describe("computed by the experts that they were routed to first"),
    rerouted: count.optional().describe("over capacity, computed by another expert; only where copies are rerouted"),
    dropped: count.describe("over capacity, not computed"),
    masked: count.optional().describe("to overloaded experts, left out by lot; only where there is dropout"),
  }),
  ttftSeconds: latencySchema.nullable().describe("from arrival to the first output token"),
  tpotSeconds: latencySchema.nullable().describe("mean gap between a request's output tokens"),
  e2eSeconds: latencySchema.nullable().describe("from arrival to the last output token"),
  queueSeconds: latencySchema.nullable().describe("from arrival to the start of the request's first pass"),
  prefillSeconds: latencySchema
    .nullable()
    .describe("from the start of the request's first pass to its first output token: TTFT less the queue"),
  itlSeconds: latencySchema.nullable().describe("each gap between two output tokens of a request"),
  goodput: goodputSchema.nullable(),
  attainment: attainmentSchema.nullable(),
  classes: z.array(classSchema).nullable().describe("by class of request, where there are several"),
  kv: kvSchema.nullable(),
  levels: levelsSchema.nullable(),
  throughput: z.strictObject({
    requestsPerSecond: amount.nullable().describe("finished requests, without the drain after the last arrival"),
    tokensPerSecond: amount.nullable().describe("prompt and output tokens over the horizon"),
    prefillTokensPerSecond: amount.nullable().describe("prompt tokens over the time until the last first token"),
    decodeTokensPerSecond: amount.nullable().describe("output tokens after the first, from the earliest first token on"),
    tokensPerMsPerGpu: amount.nullable(),
    prefillTokensPerMsPerGpu: amount.nullable(),
    decodeTokensPerMsPerGpu: amount.nullable(),
  }),
  cost: costSchema,
  energy: energySchema.nullable(),
  breakdown: z
    .strictObject({ ttft: breakdownSchema, tpot: breakdownSchema })
    .describe("seconds along the critical path by op kind, `waiting` and `queue`; they add up to the mean of the answered requests"),
  time: z.strictObject({ prefill: phaseTimeSchema.nullable(), decode: phaseTimeSchema.nullable() }),
  longestOpSeconds: z
    .record(z.string(), amount)
    .describe("of communication by op kind: the longest op of any rank, from when its group is there to its end"),
  utilization: z.strictObject({
    compute: amount.nullable(),
    memoryBandwidth: amount.nullable(),
    node: amount.nullable(),
    fabric: amount.nullable(),
    of: z.literal("peak"),
  }),
  measuredKernelShare: share
    .nullable()
    .optional()
    .describe("of the time of kernels, that inside the grid of measured ones; where kernels follow tables"),
  measuredTrafficShare: share
    .nullable()
    .optional()
    .describe("of the time of collectives, exchanges and sends, that inside the grid of measured ones; where tables correct them"),
  bubbleShare: share.nullable().describe("idle share of the compute lanes between a stage's first and last op"),
  balance: balanceSchema,
  faults: faultsSchema.optional(),
  checkpoints: checkpointsReportSchema.optional(),
  speculation: speculationReportSchema.optional(),
  retries: retriesReportSchema.optional(),
  metric: z.record(z.string(), amount).optional().describe("numbers of the metric of a plug-in, by name; as targets they are upper bounds"),
  ...alertsSchemas,
  memory: memorySchema,
  pools: z
    .array(poolSchema)
    .nullable()
    .describe("where prefill and decode have pools of their own; `plan` is then the first one's, with all ranks"),
  transfers: transfersSchema.nullable(),
  targets: z.array(
    z.strictObject({
      name: z.string().describe("as the scenario names it"),
      metric: z.string().describe("path in this report"),
      target: z.number(),
      actual: z.number().nullable().describe("of several seeds together where `seeds` is there"),
      never: z
        .literal(true)
        .optional()
        .describe("where `actual` is null as it is longer than any bound: of requests never answered, or an outage without end"),
      met: z.boolean().describe("of several seeds: whether the verdict is met, or met by far"),
      probability: share
        .optional()
        .describe(
          "that it holds on a real server, by seeds and model error together; only where measured runs say how far its number errs",
        ),
      offered: z.literal(true).optional().describe("not met as no more load was offered: it says nothing of what the plan can do"),
    }),
  ),
  warnings: z.array(warningSchema),
  distributions: distributionsSchema.optional(),
});

export type Report = z.output<typeof reportSchema>;
export type Stats = z.output<typeof statsSchema>;
export type LatencyStats = z.output<typeof latencySchema>;
export type Goodput = z.output<typeof goodputSchema>;
export type ClassReport = z.output<typeof classSchema>;
export type KvReport = z.output<typeof kvSchema>;
export type PoolReport = z.output<typeof poolSchema>;
export type Levels = z.output<typeof levelsSchema>;
export type PhaseTime = z.output<typeof phaseTimeSchema>;
export type TargetOutcome = Report["targets"][number];
export type Memory = z.output<typeof memorySchema>;
export type Warning = z.output<typeof warningSchema>;

/** JSON Schema (draft 2020-12) of a report. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema);
}
