import { Problems, parseScenario, type Scenario, SEARCHED_OVER } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { isImpossible } from "../../points/point.ts";
import { searchedOf, searchPlaceOf } from "./search-place.ts";
import { withSearchedOver } from "./searched-over.ts";

function served(over: readonly string[], more: object = {}, engine = "vllm"): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: "qwen3-30b-a3b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine,
    workload: { kind: "open", rate: "10 requests/s", requests: 8, promptTokens: 64, outputTokens: 8 },
    targets: { "ttft.p99": "1 s" },
    optimize: { over },
    ...more,
  });
}

function placeOf(scenario: Scenario, vary = {}) {
  const { own, vary: varied } = searchedOf(scenario, { vary });
  return searchPlaceOf(own, { vary: varied, maxGpus: 8 });
}

test("each name has values for the engine, the model and the GPU, the scenario's own among them", () => {
  const drafts = { serving: { speculation: { kind: "mtp", tokens: 4, acceptance: { conditional: "70 %" } } } };
  const over = withSearchedOver(served(SEARCHED_OVER.filter((name) => name !== "speculation")));
  expect(Object.keys(over)).toEqual([
    "serving.scheduler.tokenBudget",
    "serving.scheduler.maxSequences",
    "serving.batchSizes",
    "model.precision.weights",
    "model.precision.kvCache",
    "cluster",
    "serving.overlap",
  ]);
  expect(over["serving.scheduler.tokenBudget"]).toEqual([2048, 8192, 16_384]);
  expect(over["model.precision.weights"]).toEqual(["bf16", "fp8"]);
  expect(withSearchedOver(served(["precision"], { cluster: { gpu: "b200", network: "hgx-b200-ndr" } }))).toEqual({
    "model.precision.weights": ["bf16", "fp8", "nvfp4"],
  });
  expect(withSearchedOver(served(["tokenBudget"], { serving: { scheduler: { tokenBudget: 3000 } } }))).toEqual({
    "serving.scheduler.tokenBudget": [2048, 3000, 8192, 16_384],
  });
  expect(withSearchedOver(served(["speculation"], drafts))).toEqual({ "serving.speculation.tokens": [1, 2, 3, 4, 5] });
});

test.each(["vllm", "sglang", "trtllm"])("every value of %s gives a scenario that can be searched, each once, its own first", (engine) => {
  for (const name of ["tokenBudget", "maxSequences", "batchSizes", "precision", "kvCache", "gpu"]) {
    const scenario = served([name], {}, engine);
    const { variants, hasOwn } = placeOf(scenario);
    expect([name, hasOwn]).toEqual([name, true]);
    expect(variants.length).toBeGreaterThan(1);
    expect(variants.some((variant) => isImpossible(variant.scenario))).toBe(false);
    const [first] = variants.map((variant) => variant.scenario as Scenario);
    expect(first!.serving).toEqual(scenario.serving);
    expect(first!.cluster).toEqual(scenario.cluster);
  }
});

test("values that the command line varies win, and equal scenarios are there once", () => {
  expect(placeOf(served(["tokenBudget"]), { "serving.scheduler.tokenBudget": [512] }).variants).toHaveLength(1);
  const twice = placeOf(served([]), { "model.precision.weights": ["bf16", "fp8"], "model.precision.activations": ["bf16", "bf16"] });
  expect(twice.variants.map(({ parameters }) => parameters["model.precision.weights"])).toEqual(["bf16", "fp8"]);
});

test("all that cannot be searched over is refused at once, with what would work", () => {
  const refused = served(["speculation", "overlap", "tokenBudget"], {}, "trtllm");
  expect(() => withSearchedOver(refused)).toThrow(Problems);
  expect(() => withSearchedOver(refused)).toThrow(
    /optimize\.over\.0: speculation given; wanted a scenario with serving\.speculation.*\n?.*optimize\.over\.1: overlap given; wanted an engine that overlaps two batches/s,
  );
  expect(() => served(["tokens"])).toThrow(/optimize\.over\.0: .*tokenBudget/);
});
