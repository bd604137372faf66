import { drawnInputs, modelWeights, toEnd } from "@tokenyard/numerics";
import { fewNumbers } from "@tokenyard/numerics/drawn-plan.contract.ts";
import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { OneDevice } from "./one-device.ts";

test("a row with a number that is none differs, wherever it is", () => {
  const scenario = fewNumbers({});
  const { model, seed } = scenario;
  const streams = new Streams(seed);
  const load = { prompts: [2], outputs: 1, inputs: drawnInputs(model, [2], streams) };
  const device = toEnd(OneDevice.executing(scenario, modelWeights(model, streams), load));
  for (let place = 0; place < model.hiddenSize; place++) {
    const row = new Float64Array(model.hiddenSize);
    row[place] = Number.NaN;
    expect(device.differenceOf(0, 0, 0, row, 0)).toBeNaN();
  }
  expect(device.differenceOf(0, 0, 0, new Float64Array(model.hiddenSize), 0)).toBeGreaterThan(0);
});
