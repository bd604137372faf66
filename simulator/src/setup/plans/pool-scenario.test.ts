import { Problems, parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { simulate } from "../../simulate.ts";
import { poolScenarios } from "./pool-scenario.ts";

const together = { expert: 4, attention: { tensor: 4, data: 1 } }; // one data group
const apart = { expert: 4, attention: { tensor: 1, data: 4 } }; // four

function scenarioWith(prefill: object, decode: object, exchange?: string) {
  return parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, experts: { count: 8, topK: 2, hiddenSize: 64 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: "ideal",
    pools: [
      { role: "prefill", parallelism: prefill },
      { role: "decode", parallelism: decode },
    ],
    routing: exchange === undefined ? {} : { exchange },
    workload: { kind: "closed", requests: 8, concurrency: 4, promptTokens: 100, outputTokens: 20 },
    serving: { scheduler: "continuous" },
  });
}

const exchanges = (...given: Parameters<typeof scenarioWith>) =>
  poolScenarios(scenarioWith(...given)).map(({ scenario }) => scenario.routing.exchange);

test("an exchange that suits one of two pools is that pool's, and the other has its default", () => {
  expect(exchanges(together, apart, "all-gather")).toEqual([undefined, "all-gather"]);
  expect(exchanges(apart, together, "all-gather")).toEqual(["all-gather", undefined]);
  expect(exchanges(together, apart, "all-reduce")).toEqual(["all-reduce", undefined]);
  expect(exchanges(apart, apart, "all-to-all")).toEqual(["all-to-all", "all-to-all"]);
  expect(exchanges(together, { tensor: 1 }, "all-reduce")).toEqual(["all-reduce", undefined]); // one rank exchanges nothing
  const tpotOf = (exchange?: string) => simulate(scenarioWith(together, apart, exchange)).tpotSeconds!.mean;
  expect(tpotOf("all-to-all")).toBe(tpotOf());
  expect(tpotOf("all-gather")).not.toBe(tpotOf());
  const ttftOf = (exchange: string) => simulate(scenarioWith(together, apart, exchange)).ttftSeconds!.max;
  expect(ttftOf("all-gather")).toBe(ttftOf("all-to-all")); // four prompts at the start are in the pool that no exchange changes
});

test("an all-to-all is that of both pools, if it is stated that ranks of one data group exchange parts of its tokens", () => {
  const scenario = scenarioWith(together, apart, "all-to-all");
  const split = { ...scenario, routing: { ...scenario.routing, sequenceParallel: "reduce-scatter" as const } };
  expect(poolScenarios(scenario).map((pool) => pool.scenario.routing.exchange)).toEqual([undefined, "all-to-all"]);
  expect(poolScenarios(split).map((pool) => pool.scenario.routing.exchange)).toEqual(["all-to-all", "all-to-all"]);
  expect(Object.keys(simulate(split).breakdown.ttft!)).toContain("reduce-scatter");
});

test("an exchange that suits neither pool is refused, once", () => {
  expect(exchanges(together, together, "all-gather")).toEqual(["all-gather", "all-gather"]);
  const refused = () => simulate(scenarioWith(together, together, "all-gather"));
  expect(refused).toThrow(Problems);
  expect(refused).toThrow(/routing.exchange/);
});
