import * as z from "zod";
import { arrivalRules, arrivals } from "./arrivals.ts";
import { choice, variant } from "./choice.ts";
import { classes, mixRules } from "./classes.ts";
import { drawnCount } from "./drawn.ts";
import { drawnTime } from "./drawn-time.ts";
import { lengthRules, lengths } from "./lengths.ts";
import { prefix } from "./prefix.ts";
import { quantity } from "./quantity.ts";
import { rule } from "./rule.ts";
import { trace } from "./trace.ts";

const many = z.int().min(1).max(1_000_000_000);
const rate = quantity("requests/s", { positive: true }).optional();

interface Ended {
  requests?: number | undefined;
  sessions?: number | undefined;
  duration?: number | undefined;
  arrivals?: { kind?: string };
}

/** What comes at rates of its own ends by its number under `key`, by `duration`, or with its last stage: by the first of them. */
function ends(key: "requests" | "sessions") {
  return rule<Ended>(
    [key],
    (load) => load[key] === undefined && load.duration === undefined && load.arrivals !== undefined && load.arrivals.kind !== "stages",
    () => `a number of ${key} or a duration, by which they end`,
  );
}

const duration = quantity("s", { positive: true }).optional().describe("no requests arrive from then on");

export const workloadSchema = choice({
  batch: variant("batch", {
    sequences: z.int().min(1).max(10_000_000).describe("requests, all there at the start"),
    ...lengths,
  }).check(...lengthRules()),
  open: variant("open", {
    requests: many.optional().describe("requests in all; none: as many as come within the duration"),
    duration,
    rate: rate.describe("mean arrivals; none with stages"),
    arrivals,
    ...lengths,
    prefix,
    classes,
  }).check(ends("requests"), ...arrivalRules, ...mixRules),
  closed: variant("closed", {
    requests: many.describe("requests in all"),
    concurrency: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe("requests in flight, each of a user who asks again when answered; all ask at the start"),
    thinkTime: drawnTime.prefault("0 s").describe("from an answer to the next request"),
    ...lengths,
    prefix,
    classes,
  }).check(...mixRules),
  sessions: variant("sessions", {
    sessions: many.optional().describe("sessions in all; none: as many as begin within the duration"),
    duration,
    rate: rate.describe("mean rate at which sessions start; none with stages"),
    arrivals,
    turns: drawnCount.describe("requests of a session, each with all before it in its prompt"),
    thinkTime: drawnTime.prefault("0 s").describe("from an answer to the next turn"),
    systemTokens: z.int().min(0).max(1e9).default(0).describe("tokens with which every session begins, the same for all"),
    ...lengths,
    prefix,
    classes,
  }).check(ends("sessions"), ...arrivalRules, ...mixRules),
  trace,
}).describe("which requests arrive, and when");

export type WorkloadSpec = z.output<typeof workloadSchema>;
