import { expect, test } from "vitest";
import { ExchangeMoments, LEAST_OF_EXCHANGE } from "./exchange-moments.ts";

/** Draws until what `nsOf` gives is known to `mostNs`. */
function drawsOf(layers: number, mostNs: number, nsOf: (layer: number, draw: number) => number): number {
  const moments = new ExchangeMoments(layers, mostNs);
  while (!moments.isKnown) moments.add(moments.count % layers, nsOf(moments.count % layers, moments.count));
  return moments.count;
}

test("a few layers stand for all if they are alike", () => {
  expect(drawsOf(75, 1, () => 100)).toBe(LEAST_OF_EXCHANGE);
});

test("layers that differ, each of which always takes the same, are known when all were drawn twice", () => {
  expect(drawsOf(75, 1, (layer) => 100 * layer)).toBe(150);
});

test("draws of one layer go on until the standard error of their mean is small: of 99 and 101 in turn", () => {
  expect(drawsOf(1, 0.1, (_, draw) => 99 + 2 * (draw % 2))).toBe(101); // of 100 it is √(100/99)/10 = 0.1005, of 101 √((101 − 1/101)/100/101) = 0.09999
});

test("layers that vary, too, are drawn in whole rounds until what varies within them is known", () => {
  const count = drawsOf(10, 0.2, (layer, draw) => 100 + 20 * layer + (Math.floor(draw / 10) % 2 === 0 ? -1 : 1));
  expect(count).toBe(40); // variances 2, 4/3 and 4/3 of two, three and four draws of a layer: errors √(10 · 2/2)/10 = 0.316, √(10 · 4/9)/10 = 0.211, √(10/3)/10 = 0.183
});
