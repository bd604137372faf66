import { expect, test } from "vitest";
import { between, inkOn, shades } from "./shade.ts";

/** Contrast of two colours, from 1 to 21. Source: WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const luminance = (rgb: readonly number[]) => {
    const [r, g, bl] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

test("the text of every cell of a heatmap stands out at 4.5 to 1 at least", () => {
  for (let step = 0; step <= 100; step++) {
    const ground = between(step / 100)
      .match(/\d+/g)!
      .map(Number);
    const ink = inkOn(step / 100) === "#000000" ? [0, 0, 0] : [255, 255, 255];
    expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5);
  }
});

test("up to eight values have colours of their own, and more lie between blue and orange", () => {
  expect(new Set(shades(8)).size).toBe(8);
  const many = shades(20);
  expect([many[0], many[19]]).toEqual([between(0), between(1)]);
});
