import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { type Capacity, capacity } from "./capacity.ts";

function served(workload: object, more: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 3 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "5 us" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    workload: { promptTokens: 100, outputTokens: 20, requests: 150, ...workload },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 16 } },
    ...more,
  });
}

const answerOf = ({ capacity: holds, fails, breaches, atCapacity }: Capacity) => ({ holds, fails, breaches, atCapacity });
const LATE = { targets: { "ttft.p90": "2 ms", "tpot.p90": "200 us" } };
const LOADS: readonly (readonly [string, object, object])[] = [
  ["an open load far below", { kind: "open", rate: "1 requests/s" }, LATE],
  ["an open load far above", { kind: "open", rate: "1000000 requests/s" }, LATE],
  ["few users", { kind: "closed", concurrency: 1 }, LATE],
  ["many users", { kind: "closed", concurrency: 150 }, LATE],
];

test.each(LOADS)("%s has the same capacity where the formula of loads begins the search, after fewer runs", async (_, workload, more) => {
  const scenario = served(workload, more);
  const found = await capacity(scenario, { replications: 1 });
  const plain = await capacity(scenario, { replications: 1, formula: false });
  expect(answerOf(found)).toEqual(answerOf(plain));
  expect(found.capacity).not.toBeNull();
  expect(plain).not.toHaveProperty("foreseen");
  expect(found.foreseen!.limits).toEqual([]);
  expect(found.foreseen!.skipped).toBeGreaterThan(0);
  expect(found.runs).toBeLessThan(plain.runs);
});

test("what the formula does not know begins at the scenario's own load, and says why", async () => {
  const sessions = { kind: "open", rate: "100 requests/s", prefix: { tokens: 16, groups: 2 } };
  const found = await capacity(served(sessions, LATE), { replications: 1, precision: 1 });
  expect(found.foreseen).toMatchObject({ began: 100, skipped: 0, isRight: false, limits: ["prompts that share prefixes"] });
  const aimless = await capacity(served({ kind: "open", rate: "100 requests/s" }), { replications: 1, precision: 1 });
  expect(aimless.foreseen).toMatchObject({ began: 100, skipped: 0, limits: ["loads without a condition"] });
});
