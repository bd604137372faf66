import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { sweepPoints } from "../sweep/sweep.ts";
import { baseOf, changedPoint } from "./changed-point.ts";
import { isImpossible } from "./point.ts";
import { scenarioChanger } from "./scenario-changer.ts";

test("a point makes its scenario once, when first asked, and then gives no base", () => {
  const change = scenarioChanger(tiny);
  let made = 0;
  const point = changedPoint(3, { seed: 7 }, tiny, (parameters) => {
    made++;
    return change(parameters);
  });
  expect(made).toBe(0);
  expect(baseOf(point)).toBe(tiny);
  expect(point.scenario).toEqual(change({ seed: 7 }));
  expect(point.scenario).toBe(point.scenario);
  expect(made).toBe(1);
  expect(baseOf(point)).toBeUndefined();
});

test("a copy of a point has its scenario, and no base", () => {
  const copy = { ...changedPoint(0, { seed: 7 }, tiny, scenarioChanger(tiny)), index: 1 };
  expect(!isImpossible(copy.scenario) && copy.scenario.seed).toBe(7);
  expect(baseOf(copy)).toBeUndefined();
});

test("a sweep leaves its scenarios to the runner, unless a condition must see them", () => {
  const vary = { "workload.sequences": [1, 2] };
  expect([...sweepPoints(tiny, { vary })].every((point) => baseOf(point) !== undefined)).toBe(true);
  expect([...sweepPoints(tiny, { vary, where: ["ranks >= 1"] })].some((point) => baseOf(point) !== undefined)).toBe(false);
});

test("points with other values that the scenario's own follow are made here, where it is known what its file states", () => {
  const followed = { "cluster.gpu.compute": ["2 TFLOPS"], "cluster.network.preset": ["nvl72"], "routing.gate": ["uniform"] };
  for (const [path, values] of Object.entries(followed))
    expect([...sweepPoints(tiny, { vary: { [path]: values } })].map(baseOf), path).toEqual([undefined]);
  expect([...sweepPoints(tiny, { vary: { "parallelism.data": [1], seed: [3] } })].map(baseOf)).not.toContain(undefined);
});
