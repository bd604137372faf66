import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { fewNumbers } from "./drawn-plan.contract.ts";
import { execute, programsOf } from "./execute.ts";
import { Formats } from "./formats/formats.ts";
import { FP16 } from "./formats/small-float.ts";
import { drawnInputs } from "./load.ts";
import { modelWeights } from "./weights/model-weights.ts";

test("a number that no longer fits is named with the op and the rank that made it", () => {
  const scenario = fewNumbers({ parallelism: { expert: 2, tensor: 1 } });
  const { model, cluster } = scenario;
  const plan = compilePlan(scenario);
  const streams = new Streams(1);
  const prompts = [3, 2];
  const weights = modelWeights(model, streams);
  const load = { prompts, outputs: 1, inputs: drawnInputs(model, prompts, streams) };
  const run = (most: number) => {
    const formats = Object.assign(new Formats(model, cluster.gpu), { float: { ...FP16, most } });
    return execute(programsOf(scenario, plan), { scenario, plan }, weights, load, { formats }).notFinite;
  };
  expect(run(FP16.most)).toBeNull();
  expect(run(2)).toMatch(/^rank [01], stage 0, layer 0, (attention|experts): token \d has (-?Infinity|NaN)$/);
});
