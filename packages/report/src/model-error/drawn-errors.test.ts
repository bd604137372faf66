import { expect, test } from "vitest";
import { DRAWS, deviationAt, drawnErrors } from "./drawn-errors.ts";
import { type Related, relationOf } from "./relation.ts";
import type { ResidualTable } from "./residual.ts";

const PLAN: Related = {
  engine: "vllm",
  version: "0.19",
  gpu: "b200",
  model: "m",
  layout: "x",
  promptTokens: 1000,
  outputTokens: 100,
  users: 8,
};
const each = (share: number) => ({ ttftSeconds: share, tpotSeconds: share, e2eSeconds: share });
const APART: ResidualTable["apart"] = { load: each(0.2), layout: each(0.5), engine: each(0.7), gpu: each(0.8) };

test.each([
  ["load", { users: 16 }],
  ["layout", { users: 17 }],
  ["layout", { layout: "y" }],
  ["layout", { promptTokens: 1200 }],
  ["engine", { version: "0.20" }],
  ["engine", { engine: "sglang", layout: "y" }],
  ["gpu", { gpu: "h100-sxm", engine: "sglang" }],
  [undefined, { model: "n" }],
] as const)("%s is what plans differ in, by %o", (relation, change) => {
  expect(relationOf(PLAN, { ...PLAN, ...change })).toBe(relation);
  expect(relationOf({ ...PLAN, ...change }, PLAN)).toBe(relation);
});

test("prompts that chance made a twentieth longer are the same lengths", () => {
  expect(relationOf(PLAN, { ...PLAN, promptTokens: 1050 })).toBe("load");
});

/** Standard deviation of the difference, over that of two numbers with nothing in common. */
function apart(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let draw = 0; draw < DRAWS; draw++) squares += (a[draw]! - b[draw]!) ** 2;
  return Math.sqrt(squares / DRAWS / 2);
}

test("errors of plans lie as far apart as what they differ in says", () => {
  const places = [
    PLAN,
    { ...PLAN, users: 9 },
    { ...PLAN, layout: "y" },
    { ...PLAN, engine: "sglang" },
    { ...PLAN, gpu: "h100-sxm" },
    { ...PLAN, model: "n" },
  ];
  const drawn = drawnErrors(places, APART);
  const own = drawn.of(0, "ttftSeconds");
  const found = places.map((_, plan) => apart(own, drawn.of(plan, "ttftSeconds")));
  for (const [plan, wanted] of [0, 0.2, 0.5, 0.7, 0.8, 1].entries()) expect(found[plan]!).toBeCloseTo(wanted, 1);
  const variance = own.reduce((sum, z) => sum + z * z, 0) / DRAWS;
  expect(variance).toBeCloseTo(1, 1);
});

test("two plans that differ from a third alike share with one another what they share", () => {
  const [h100, h200] = [
    { ...PLAN, gpu: "h100-sxm" },
    { ...PLAN, gpu: "h100-sxm", layout: "y" },
  ];
  const drawn = drawnErrors([PLAN, h100, h200], APART);
  expect(apart(drawn.of(1, "tpotSeconds"), drawn.of(2, "tpotSeconds"))).toBeCloseTo(0.5, 1);
});

test("TPOT and E2E of a plan err as one, TTFT by itself, and the same plans give the same draws", () => {
  const drawn = drawnErrors([PLAN], APART);
  expect(drawn.of(0, "e2eSeconds")).toEqual(drawn.of(0, "tpotSeconds"));
  expect(apart(drawn.of(0, "ttftSeconds"), drawn.of(0, "tpotSeconds"))).toBeCloseTo(1, 1);
  expect(drawnErrors([PLAN], APART).of(0, "ttftSeconds")).toEqual(drawn.of(0, "ttftSeconds"));
});

test("a relation that is farther apart than a wider one counts as the wider one at least", () => {
  const drawn = drawnErrors([PLAN, { ...PLAN, engine: "sglang" }, { ...PLAN, gpu: "h" }], { ...APART, engine: each(0.9) });
  expect(apart(drawn.of(0, "ttftSeconds"), drawn.of(1, "ttftSeconds"))).toBeCloseTo(0.9, 1);
  expect(apart(drawn.of(0, "ttftSeconds"), drawn.of(2, "ttftSeconds"))).toBeCloseTo(0.9, 1);
});

test("a tenth of the servers lie below the side below, and a tenth above that above", () => {
  const spread = { median: 0.1, below: 0.2, above: 0.4 };
  const deviations = Array.from(drawnErrors([PLAN], APART).of(0, "ttftSeconds"), (z) => deviationAt(spread, z));
  expect(deviations.filter((each) => each < -0.1).length / DRAWS).toBeCloseTo(0.1, 1);
  expect(deviations.filter((each) => each > 0.5).length / DRAWS).toBeCloseTo(0.1, 1);
});
