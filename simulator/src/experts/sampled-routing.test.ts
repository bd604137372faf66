import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { simulate } from "../simulate.ts";

function scenarioOf(resolution: string, gate: object | string) {
  return parseScenario({
    tokenyard: 1,
    model: { preset: "qwen3-30b-a3b" },
    cluster: { gpu: "h100-sxm", gpusPerNode: 8, network: "hgx-h100-ndr" },
    parallelism: { expert: 8 },
    routing: { gate, resolution },
    workload: { kind: "batch", sequences: 320, promptTokens: 64, outputTokens: 24 }, // 40 tokens a data group and step
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 512 }, kv: { blockTokens: 16 } },
  });
}

const GATES = { uniform: "uniform", lognormal: { kind: "lognormal", sigma: 1.05 } };

test.each(Object.keys(GATES) as (keyof typeof GATES)[])(
  "passes that come again move the times of steps by less than a hundredth: %s",
  (name) => {
    const gate = GATES[name];
    const exact = simulate(scenarioOf("exact", gate));
    const sampled = simulate(scenarioOf("sampled", gate));
    const within = (of: number, other: number) => expect(Math.abs(of / other - 1)).toBeLessThan(0.01);
    within(sampled.ttftSeconds!.mean!, exact.ttftSeconds!.mean!);
    within(sampled.tpotSeconds!.mean!, exact.tpotSeconds!.mean!);
    within(sampled.itlSeconds!.p50!, exact.itlSeconds!.p50!);
    within(sampled.itlSeconds!.p99!, exact.itlSeconds!.p99!);
    expect(sampled.tokens.routed).toBe(exact.tokens.routed);
    expect(sampled.models.join()).toContain("sampled routing");
    expect(exact.models.join()).not.toContain("sampled");
  },
);

test("a gate that draws nothing has nothing to sample, and one that drifts may not be", () => {
  expect(simulate(scenarioOf("sampled", "balanced")).models.join()).not.toContain("sampled");
  expect(() => simulate(scenarioOf("sampled", { kind: "drifting", sigma: 1, timeConstant: "1 s" }))).toThrow(
    /sampled, with a gate whose popularity drifts/,
  );
});
