import { drawnInputs, modelWeights } from "@tokenyard/numerics";
import { fewNumbers } from "@tokenyard/numerics/drawn-plan.contract.ts";
import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { OneDevice } from "./one-device.ts";

test("a row with a number that is none differs, wherever it is", () => {
  const scenario = fewNumbers({});
  const { model, seed } = scenario;
  const streams = new Streams(seed);
  const load = { prompts: [2], outputs: 1, inputs: drawnInputs(model, [2], streams) };
  const device = new OneDevice(scenario, modelWeights(model, streams), load);
  for (let place = 0; place < model.hiddenSize; place++) {
    const row = new Float64Array(model.hiddenSize);
    row[place] = Number.NaN;
    expect(device.differenceOf(0, 0, 0, row, 0)).toBeNaN();
  }
  expect(device.differenceOf(0, 0, 0, new Float64Array(model.hiddenSize), 0)).toBeGreaterThan(0);
});

test("tokens are numbered prompt by prompt, and then output by output over all sequences", () => {
  const scenario = fewNumbers({});
  const { model, seed } = scenario;
  const streams = new Streams(seed);
  const load = { prompts: [2, 3], outputs: 3, inputs: drawnInputs(model, [2, 3], streams) };
  const device = new OneDevice(scenario, modelWeights(model, streams), load);
  const places = Array.from({ length: 9 }, (_, token) => device.placeOf(token));
  expect(places.map(({ sequence, position }) => `${sequence}/${position}`)).toEqual([
    "0/0",
    "0/1",
    "1/0",
    "1/1",
    "1/2",
    "0/2",
    "1/3",
    "0/3",
    "1/4",
  ]);
  expect(places.map(({ sequence, position }) => device.idOf(sequence, position))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
