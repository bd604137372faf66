import { expect, test } from "vitest";
import { contrast } from "../charts/fixtures/seen-colour.ts";
import { between, inkOn, shades } from "./shade.ts";

test("the text of every cell of a heatmap stands out at 4.5 to 1 at least", () => {
  for (let step = 0; step <= 100; step++) {
    const channels = between(step / 100).match(/\d+/g)!;
    const ground = `#${channels.map((each) => Number(each).toString(16).padStart(2, "0")).join("")}`;
    expect(contrast(ground, inkOn(step / 100))).toBeGreaterThanOrEqual(4.5);
  }
});

test("up to eight values have colours of their own, and more lie between blue and orange", () => {
  expect(new Set(shades(8)).size).toBe(8);
  const many = shades(20);
  expect([many[0], many[19]]).toEqual([between(0), between(1)]);
});
