import { test } from "@fast-check/vitest";
import { compilePlan } from "@tokenyard/placement";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { drawnScenario } from "@tokenyard/simulator/drawn-scenario.contract.ts";
import { expect } from "vitest";
import { like } from "../../fixtures/tiny-like.ts";
import { scenarioChanger } from "../../points/scenario-changer.ts";
import { choiceOf, parametersOf, scenarioWith } from "./choice.ts";
import { doublings, fewest, steps } from "./ladder.ts";
import { choicesOf } from "./space.ts";

const base = like({ serving: { scheduler: { kind: "static", microBatches: 3 } } });

test("16 layers are worth 1, 2, 3, 4, 6, 8 and 16 stages: with 5 the fullest still holds 4", () => {
  expect(fewest(16)).toEqual([1, 2, 3, 4, 6, 8, 16]);
  expect(fewest(1)).toEqual([1]);
});

test("replicas go in steps that grow, micro-batches in doublings, and what the scenario has is among them", () => {
  expect(steps(40, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 40]);
  expect(steps(3, 7)).toEqual([1, 2, 3]);
  expect(doublings(11, 3)).toEqual([1, 2, 3, 4, 8, 11]);
  expect(doublings(1, 3)).toEqual([1]);
});

test.prop([drawnScenario], { numRuns: drawnCases(16) })(
  "every choice is a legal plan within the GPUs, and begins with the scenario's own",
  (scenario) => {
    const own = compilePlan(scenario);
    const choices = [...choicesOf(scenario, { maxGpus: 16 })];
    const isAmong = own.ranks <= 16 && own.pipelineStages <= scenario.model.layers;
    if (isAmong) expect(choices[0]).toEqual(choiceOf(scenario, own));
    for (const choice of choices) expect(compilePlan(scenarioWith(scenario, choice)).ranks).toBeLessThanOrEqual(16);
  },
);

test("no two choices run alike: their reports differ in more than what the plan is called", { tags: "long" }, () => {
  const split = like({ serving: { scheduler: { kind: "static", microBatches: 3 }, overlap: { kind: "two-batch", least: 2 } } });
  const outcomes = new Map<string, unknown>();
  for (const choice of choicesOf(split, { maxGpus: 4 })) {
    const { scenario: _, models: __, assumed: ______, plan, ...outcome } = simulate(scenarioWith(split, choice));
    const { pipelineStages: ___, ranksPerPipelineStage: ____, ...facts } = plan;
    const key = JSON.stringify({ ...outcome, facts });
    expect(outcomes.get(key) ?? choice).toEqual(choice);
    outcomes.set(key, choice);
  }
  expect(outcomes.size).toBeGreaterThan(50);
});

test("the parameters of a choice, set in the scenario's file, give the scenario that is run", { tags: "long" }, () => {
  const change = scenarioChanger(base);
  for (const choice of choicesOf(base, { maxGpus: 8 })) expect(change(parametersOf(choice))).toEqual(scenarioWith(base, choice));
});

test("how layers are divided among stages stays as the scenario states it", () => {
  for (const partition of ["count", "cost"] as const) {
    const divided = like({ parallelism: { partition } });
    const choice = { ...choiceOf(divided, compilePlan(divided)), pipeline: 2 };
    expect(scenarioWith(divided, choice)).toEqual(scenarioChanger(divided)(parametersOf(choice)));
    expect(scenarioWith(divided, choice).parallelism.partition).toBe(partition);
  }
  expect(scenarioWith(base, choiceOf(base, compilePlan(base))).parallelism).not.toHaveProperty("partition");
});

test("what a choice states is not assumed, and what follows it is: the same as where its file says so", () => {
  const plain = like({});
  const change = scenarioChanger(plain);
  expect(plain.assumed).toContain("serving.overlap");
  for (const overlap of ["none", "two-batch"] as const) {
    const choice = { ...choiceOf(plain, compilePlan(plain)), overlap };
    expect((change({ "serving.overlap": overlap }) as Scenario).assumed).toEqual(scenarioWith(plain, choice).assumed);
  }
});

test("only the values that are asked for are looked at, legal or not taken", () => {
  const only = { "parallelism.tensor": [2, 5], "parallelism.layers": ["shared-ranks"], "serving.overlap": ["none"] };
  const choices = [...choicesOf(base, { maxGpus: 8, only })];
  expect(new Set(choices.map(({ tensor }) => tensor))).toEqual(new Set([2]));
  expect(new Set(choices.map(({ overlap }) => overlap))).toEqual(new Set(["none"]));
  expect(() => [...choicesOf(base, { maxGpus: 8, only: { "parallelism.tensor": [5] } })]).toThrow(Problems);
});

test("data groups that are asked for are those of each plan, and each of these is there once", () => {
  const split = { "parallelism.attention.data": [1, 4] };
  const all = [...choicesOf(base, { maxGpus: 8 })];
  const wanted = all.filter(({ expert, tensor, attentionTensor }) => [1, 4].includes((expert * tensor) / attentionTensor));
  expect(wanted.length).toBeLessThan(all.length);
  expect([...choicesOf(base, { maxGpus: 8, only: split })]).toEqual(wanted);
});

test("under load only degrees are looked at that the engine is launched with, and the scenario's own", () => {
  const load = { kind: "closed", requests: 8, concurrency: 8, promptTokens: 16, outputTokens: 4 };
  const open = like({ workload: load, serving: { scheduler: { kind: "continuous" } } });
  const degreesUnder = (name: string, parallelism = open.parallelism, of = open) =>
    [...choicesOf({ ...of, parallelism, engine: { name } } as Scenario, { maxGpus: 4 })].map(
      ({ expert, tensor, attentionTensor }) => `${expert}×${tensor}/${attentionTensor}`,
    );
  const [any, vllm, trtllm, sglang] = ["ideal", "vllm", "trtllm", "sglang"].map((name) => new Set(degreesUnder(name)));
  expect(any).toContain("2×2/4");
  expect(sglang).toEqual(any);
  expect(vllm).toEqual(new Set([...any!].filter((each) => /^1×|×1\//.test(each))));
  expect(trtllm).toEqual(new Set(["1×1/1", "1×2/1", "1×2/2", "1×4/1", "1×4/4", "2×1/1", "2×1/2", "2×2/1", "2×2/4", "4×1/1", "4×1/4"]));
  expect(degreesUnder("vllm", { ...open.parallelism, expert: 2, tensor: 2 })[0]).toBe("2×2/2");
  const batch = like({ serving: { scheduler: { kind: "static", microBatches: 1 } } }); // no engine deals out a batch
  expect(degreesUnder("vllm", batch.parallelism, batch)).toContain("2×2/4");
  const only = { "parallelism.expert": [2], "parallelism.tensor": [2] };
  expect(() => [...choicesOf({ ...open, engine: { name: "vllm" } } as Scenario, { maxGpus: 4, only })]).toThrow(/expert: 4, tensor: 1/);
});

test("a scenario whose own plan cannot be still has others to choose among", () => {
  const broken: Scenario = { ...base, parallelism: { ...base.parallelism, tensor: 3 } };
  expect(() => compilePlan(broken)).toThrow(Problems);
  expect([...choicesOf(broken, { maxGpus: 2 })].length).toBeGreaterThan(0);
});

test("expert degrees divide the experts, or the slots where some are spare; a placement may have a degree of its own", () => {
  const degrees = (placement?: { kind: string; [key: string]: unknown }) => {
    const routing = placement === undefined ? {} : { placement };
    const tree = like({ routing, parallelism: { expert: placement?.kind === "map" ? 3 : 1 } });
    return [...new Set([...choicesOf(tree, { maxGpus: 8 })].map(({ expert }) => expert))].sort((a, b) => a - b);
  };
  expect(degrees()).toEqual([1, 2, 4]);
  expect(degrees({ kind: "redundant", spareSlots: 2 })).toEqual([2, 3, 4, 6]); // on one rank no copy helps
  expect(degrees({ kind: "map", layers: [[[0, 1], [2], [3]]] })).toEqual([3]);
});
