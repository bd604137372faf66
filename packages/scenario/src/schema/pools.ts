import * as z from "zod";
import { engineSchema } from "./engine.ts";
import { late } from "./language/late.ts";
import { means } from "./language/means.ts";
import { wholeNumber } from "./language/number.ts";
import { rule } from "./language/rule.ts";
import { gpuSchema } from "./machines/cluster.ts";
import { parallelismSchema } from "./parallelism.ts";
import { healthSchema } from "./resilience/health.ts";
import { sparesSchema } from "./resilience/spares.ts";

interface Replicated {
  readonly parallelism?: { readonly data?: unknown } | undefined;
}

const replicated = ({ parallelism }: Replicated) => typeof parallelism?.data === "number" && parallelism.data > 1;
const oneCount = rule<Replicated>(["parallelism", "data"], replicated, () => "1: the count of a pool is its number of replicas");

interface Roles {
  readonly pools?: readonly { readonly role?: unknown }[] | undefined;
}

function pool() {
  return z
    .strictObject({
      role: z
        .enum(["prefill", "decode"])
        .apply(means, "role of its replicas: prompts up to the first token (prefill), or the tokens after it (decode)"),
      count: wholeNumber(1, 1_000_000).default(1).apply(means, "number of replicas; replaces parallelism.data"),
      gpu: gpuSchema.optional().apply(means, "GPU of the pool; if unset: that of the cluster"),
      parallelism: parallelismSchema.optional().apply(means, "parallel degrees of the pool; if unset: those of the scenario"),
      health: healthSchema.describe("detection of faults and recovery of the pool; if unset: those of the scenario"),
      spares: sparesSchema.describe("spares of the pool; if unset: as many as the scenario says"),
      engine: engineSchema.describe(
        "engine of the pool, of which name, version and flags may be left to that of the scenario; it sets what the scenario does not state; if unset: that of the scenario, by the memory and the degrees of the pool",
      ),
    })
    .check(oneCount);
}

/** Replicas that compute prompts, and others that decode. */
export const poolsSchema = late(() => z.array(pool()).min(1).max(2)).apply(
  means,
  "disaggregated prefill and decode: one pool of each; if unset: replicas do both",
);

/** Whether these are roles, but not one of each. */
function unpaired({ pools }: Roles): boolean {
  if (!Array.isArray(pools)) return false;
  const roles = pools.map((each) => each?.role);
  return roles.every((role) => role === "prefill" || role === "decode") && (roles.length !== 2 || roles[0] === roles[1]);
}

/** Rules of a scenario with pools. */
export const poolRules = [
  rule<Roles>(["pools"], unpaired, () => "one pool with role: prefill and one with role: decode"),
  rule<Roles & { readonly serving?: { readonly scheduler?: { readonly kind?: unknown } } }>(
    ["serving", "scheduler"],
    ({ pools, serving }) => pools !== undefined && serving?.scheduler?.kind === "static",
    () => "a scheduler that serves requests as they come, beside pools: continuous, prefill-first or cadence",
  ),
  rule<Roles & { readonly serving?: { readonly firstToken?: unknown } }>(
    ["serving", "firstToken"],
    ({ pools, serving }) => pools === undefined && serving?.firstToken === "decode",
    () => "prefill without pools: a replica that computes a prompt gives its first token",
  ),
  rule<Roles & Replicated>(
    ["parallelism", "data"],
    (scenario) => scenario.pools !== undefined && replicated(scenario),
    () => "1 beside pools: the count of each is its number of replicas",
  ),
];

export type PoolSpec = z.output<ReturnType<typeof pool>>;
