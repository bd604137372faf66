import { compilePlan } from "@tokenyard/placement";
import { metricValue } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { drawnScenario } from "@tokenyard/simulator/drawn-scenario.contract.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { choiceOf, scenarioWith } from "../space/choice.ts";
import { choicesOf } from "../space/space.ts";
import { LowerBounds } from "./lower-bounds.ts";

const BOUNDED = ["horizonSeconds", ...["ttft", "tpot", "e2e"].flatMap((name) => [`${name}Seconds.mean`, `${name}Seconds.max`])];

/** Scenarios of latent attention, or with one KV head, whose data groups each hold one cache together. */
const sharing = drawnScenario.map((scenario): Scenario => {
  const { model, parallelism } = scenario;
  const attention = model.attention!;
  const one = attention.kind === "latent" ? attention : { ...attention, kvHeads: 1, window: undefined };
  const ranks = parallelism.attention?.tensor ?? parallelism.tensor;
  return { ...scenario, model: { ...model, attention: one }, parallelism: { ...parallelism, context: ranks & -ranks } };
});

test("no number of a run lies outside of its bounds where ranks share contexts", () => {
  const holds = fc.property(sharing, (scenario) => {
    const report = simulate(scenario);
    const dropped = metricValue(report, { path: "tokens.dropped / tokens.routed" }) ?? 0;
    const bounds = new LowerBounds(scenario, dropped).of(choiceOf(scenario, compilePlan(scenario)));
    if ("problems" in bounds) throw new Error("a scenario that ran does not fit");
    for (const path of BOUNDED) {
      const value = metricValue(report, { path });
      const range = bounds(path);
      if (value !== null && range !== undefined)
        expect({ path, isWithin: value >= range.low && value <= range.high }).toEqual({ path, isWithin: true });
    }
  });
  fc.assert(holds, { numRuns: drawnCases(40) });
});

test("a search keeps the ranks that share contexts, and leaves out degrees that hold no copies for them", () => {
  const base = parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 2, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { tensor: 4, context: 2 },
    workload: { kind: "batch", sequences: 8, promptTokens: 10, outputTokens: 4 },
  });
  const choices = [...choicesOf(base, { maxGpus: 8, only: {} })];
  expect(new Set(choices.map(({ tensor }) => tensor))).toEqual(new Set([4, 8])); // 2 and 4 copies of each of two KV heads
  for (const choice of choices) expect(compilePlan(scenarioWith(base, choice)).context).toBe(2);
});
