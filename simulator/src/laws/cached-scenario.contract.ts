import { resolvedOf, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { parsedOnce } from "../parsed-once.contract.ts";

/** Small scenarios under load with a prefix cache, with and without a host tier: prompts that begin alike, and conversations. */
export const cachedScenario = sharingIn(loadedScenario, fc.boolean());

/** Such scenarios of several replicas, whose balancers know what is in the caches. */
export const balancedCaches = sharingIn(
  loadedScenario.filter(({ parallelism }) => parallelism.data > 1),
  fc.constant(true),
);

function sharingIn(loads: fc.Arbitrary<Scenario>, prefixAware: fc.Arbitrary<boolean>): fc.Arbitrary<Scenario> {
  const drawn = fc.record({
    tokens: fc.constantFrom(3, 20, 40),
    groups: fc.integer({ min: 1, max: 4 }),
    exponent: fc.constantFrom(0, 1),
    sessions: fc.boolean(),
    turns: fc.integer({ min: 1, max: 4 }),
    systemTokens: fc.constantFrom(0, 18),
    host: fc.constantFrom(undefined, { size: "1 MB", bandwidth: "1 MB/s" }, { size: "20 kB", bandwidth: "10 GB/s", latency: "20 us" }),
    prefixAware,
    factor: fc.constantFrom(1, 3),
  });
  return fc.tuple(loads, drawn).map(([loaded, draw]) => {
    const tree = resolvedOf(loaded) as { workload: Record<string, unknown>; serving: Record<string, unknown> };
    const aware = { kind: "prefix-aware", factor: draw.factor };
    const kv = { ...(tree.serving["kv"] as object), prefixCache: true, ...(draw.host === undefined ? {} : { hostTier: draw.host }) };
    const serving = { ...tree.serving, kv, ...(draw.prefixAware ? { balancer: { replicas: aware, dataGroups: aware } } : {}) };
    return parsedOnce({ ...tree, workload: sharing(tree.workload, draw), serving });
  });
}

interface Shared {
  readonly tokens: number;
  readonly groups: number;
  readonly exponent: number;
  readonly sessions: boolean;
  readonly turns: number;
  readonly systemTokens: number;
}

/** `workload` with prompts that begin alike, or as conversations; a batch as it is. */
function sharing(workload: Record<string, unknown>, { tokens, groups, exponent, sessions, turns, systemTokens }: Shared): object {
  const { kind, classes, requests, rate, promptTokens, outputTokens } = workload;
  const prefix = { tokens, groups, exponent };
  if (kind === "batch") return workload;
  const lengths =
    classes === undefined
      ? { promptTokens, outputTokens, prefix }
      : { classes: (classes as object[]).map((each) => ({ ...each, prefix })) };
  if (!sessions) return { ...workload, ...lengths };
  return { kind: "sessions", sessions: requests, rate: rate ?? "5000 requests/s", turns, thinkTime: "30 us", systemTokens, ...lengths };
}
