import type * as z from "zod";
import { choice, variant } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { wholeNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";
import { arrivalRules, arrivals } from "./arrivals.ts";
import { cachedRules, cachedTokens, uncachedClasses } from "./cached-tokens.ts";
import { classes, mixRules } from "./classes.ts";
import { client } from "./client.ts";
import { drawnCount } from "./drawn.ts";
import { drawnTime } from "./drawn-time.ts";
import { lengthRules, lengths } from "./lengths.ts";
import { prefix } from "./prefix.ts";
import { steadyDecode } from "./steady-decode.ts";
import { trace } from "./trace.ts";

const many = wholeNumber(1, 1_000_000_000);
const rate = quantity("requests/s", { positive: true }).optional();

interface Ended {
  requests?: number | undefined;
  sessions?: number | undefined;
  duration?: number | undefined;
  arrivals?: { kind?: string };
}

/** A load with a rate of its own ends by its number under `key`, by `duration`, or with its last stage: whichever comes first. */
function ends(key: "requests" | "sessions") {
  return rule<Ended>(
    [key],
    (load) => load[key] === undefined && load.duration === undefined && load.arrivals !== undefined && load.arrivals.kind !== "stages",
    () => `a number of ${key} or a duration, by which they end`,
  );
}

const duration = quantity("s", { positive: true }).optional().apply(means, "time after which no requests arrive");

/** Seconds that the client adds to each TTFT. */
export function clientSecondsOf(workload: WorkloadSpec): number {
  return "client" in workload ? (workload.client ?? 0) : 0;
}

export const workloadSchema = choice({
  batch: () =>
    variant("batch", {
      sequences: wholeNumber(1, 10_000_000).describe("number of requests, all present at the start"),
      ...lengths,
      cachedTokens,
    }).check(...lengthRules()),
  open: () =>
    variant("open", {
      requests: many.optional().apply(means, "total number of requests; if unset: as many as arrive within the duration"),
      duration,
      rate: rate.describe("mean arrival rate; must be unset with stages"),
      arrivals,
      ...lengths,
      cachedTokens,
      prefix,
      classes,
      client,
    }).check(ends("requests"), ...arrivalRules, ...mixRules, ...cachedRules),
  closed: () =>
    variant("closed", {
      requests: many.describe("total number of requests"),
      concurrency: wholeNumber(1, 1_000_000).describe(
        "concurrent users, each with one request in flight, who send the next after an answer",
      ),
      rampUp: quantity("s").optional().apply(means, "time over which users begin, evenly; if unset: all send a request at the start"),
      thinkTime: drawnTime.prefault("0 s").apply(means, "time from an answer to the next request"),
      ...lengths,
      cachedTokens,
      prefix,
      classes,
      client,
    }).check(...mixRules, ...cachedRules),
  sessions: () =>
    variant("sessions", {
      sessions: many.optional().apply(means, "total number of sessions; if unset: as many as begin within the duration"),
      duration,
      rate: rate.describe("mean rate at which sessions begin; must be unset with stages"),
      arrivals,
      turns: drawnCount.describe("number of requests of a session; the prompt of each contains the conversation so far"),
      thinkTime: drawnTime.prefault("0 s").apply(means, "time from an answer to the next turn"),
      systemTokens: wholeNumber(0, 1e9).default(0).apply(means, "tokens of a system prompt that all sessions share"),
      ...lengths,
      prefix,
      classes,
      client,
    }).check(ends("sessions"), ...arrivalRules, ...mixRules, uncachedClasses),
  trace,
  "steady-decode": steadyDecode,
}).apply(means, "which requests arrive, and when");

export type WorkloadSpec = z.output<typeof workloadSchema>;
