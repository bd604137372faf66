import * as z from "zod";

const number = z.number().nonnegative();
const count = z.int().nonnegative();

/** Settings of a run of `observe`, with facts about its client and the server. */
export const observationSchema = z.strictObject({
  url: z.string(),
  api: z.enum(["completions", "chat"]),
  seed: count.describe("of the load: arrivals and lengths"),
  contentSeed: count.describe("of what prompts say"),
  speed: z
    .number()
    .positive()
    .nullish()
    .describe("seconds of a mock that went by in one; times are in its seconds; 1 where it is left out"),
  workload: z.looseObject({ kind: z.string() }).describe("the load, as a scenario has it"),
  scenario: z.looseObject({}).nullable().describe("the scenario that was given, resolved"),
  version: z.string().nullable().describe("what the server says at /version"),
  models: z.array(z.string()).nullable().describe("what it says at /v1/models"),
  exactPrompts: z.boolean().describe("whether prompts were sent as ids of tokens"),
  roundTripSeconds: number
    .nullish()
    .describe("median time of a question about its models, before the run: what client and network add; null or left out: not known"),
  fixedOutputs: z.boolean().describe("whether ignore_eos and min_tokens were taken"),
  sent: count.nullable(),
  ended: z
    .enum(["all-sent", "max-requests", "max-time", "interrupted", "gave-up", "cut-off"])
    .nullable()
    .describe("why the run ended; cut-off: its process did before it could write this; null while it goes on"),
  lateSeconds: z
    .strictObject({
      mean: number.nullable(),
      p50: number.nullable(),
      p90: number.nullable(),
      p95: number.nullable(),
      p99: number.nullable(),
    })
    .nullable()
    .describe("from when requests were due to when they were sent"),
  clientBusy: number.nullable().describe("share of the run in which the client's thread computed"),
  outcomes: z.record(z.string(), count).describe("how many requests finished, were stopped, or failed, by kind"),
});

export type RunObservation = z.infer<typeof observationSchema>;
