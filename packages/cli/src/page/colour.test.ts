import { expect, test } from "vitest";
import { between, colours, inkOn } from "./colour.js";

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

test("values have colours of their own, in order of size", () => {
  const few = colours(["25 GB/s", "100 GB/s", "25 GB/s", null]);
  expect([...few.keys()]).toEqual(["25 GB/s", "100 GB/s", ""]);
  expect(new Set(few.values()).size).toBe(3);
  const many = colours(Array.from({ length: 20 }, (_, i) => i));
  expect([many.get("0"), many.get("19")]).toEqual([between(0), between(1)]);
});
