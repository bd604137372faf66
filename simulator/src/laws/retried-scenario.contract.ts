import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { parsedOnce } from "../parsed-once.contract.ts";
import { pipelinedScenario } from "./pipelined-scenario.contract.ts";
import { struckAndCached, struckPipelines, struckPools, struckScenario } from "./struck-scenario.contract.ts";

const seconds = fc.constantFrom(0, 1e-6, 2e-5, 3e-4);
const backoff = fc.record({ first: seconds, factor: fc.constantFrom(1, 1.5, 3), most: seconds, jitter: fc.constantFrom(0, 0.2, 1) });
const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 3 });

const anyRetries = fc.record({
  client: some(fc.record({ limit: fc.nat(3), timeout: fc.constantFrom(undefined, 1e-5, 5e-5, 2e-4, 1e-3), backoff })),
  router: some(fc.record({ limit: fc.nat(3) }).chain(({ limit }) => backoff.map((wait) => ({ limit, ...wait })))),
  breaker: some(
    fc.record({
      failures: fc.integer({ min: 1, max: 4 }),
      window: fc.constantFrom(1e-4, 1),
      open: fc.constantFrom(2e-5, 3e-4),
      successes: fc.integer({ min: 1, max: 3 }),
    }),
  ),
}) as fc.Arbitrary<NonNullable<Scenario["retries"]>>;

const withRetries = (scenarios: fc.Arbitrary<Scenario>) =>
  fc
    .record({ scenario: scenarios, retries: anyRetries, mostWaiting: fc.constantFrom(undefined, 1, 1, 3) })
    .map(({ scenario, retries, mostWaiting }): Scenario => ({ ...scenario, retries, serving: { ...scenario.serving, mostWaiting } }));

/** Scenarios under load whose clients and router try again, with queues of any length. */
export const retriedScenario = withRetries(loadedScenario.filter(({ pools }) => pools === undefined));

/** Pipelines whose schedules clients cut short, and faults too. */
export const retriedPipelines = withRetries(pipelinedScenario.filter(({ pools }) => pools === undefined));
export const struckAndRetriedPipelines = withRetries(struckPipelines);

/** A pool that prefills and one that decodes, struck by faults or not. */
export const retriedPools = withRetries(
  fc.oneof(
    loadedScenario.filter(({ pools }) => pools !== undefined),
    struckPools,
  ),
);

/** The same, struck by faults. */
export const struckAndRetried = withRetries(struckScenario);

/** The same whose data groups keep blocks for others. */
export const struckCachedAndRetried = withRetries(struckAndCached);

/** The health of a preset, as scenarios have it. */
export function healthOf(preset: string): Scenario["health"] {
  return parsedOnce({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 1, kvHeads: 1, headSize: 64 }, dense: { hiddenSize: 64 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
    },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
    health: preset,
  }).health;
}
