import { fc, test } from "@fast-check/vitest";
import { expect, test as once } from "vitest";
import { LawMoments } from "../law-moments.ts";
import { fillTokens, strideOf, turnOf } from "./draw-order.ts";

const LAYERS = fc.integer({ min: 1, max: 200 });
const rising = (a: number, b: number) => a - b;

test.prop([LAYERS])(
  "the first turn draws all layers, the next two together all again, and some twelve of many layers in the second",
  (layers) => {
    const all = Array.from({ length: layers }, (_, at) => at);
    expect(turnOf(layers, 0)).toEqual(all);
    expect([...turnOf(layers, 1), ...turnOf(layers, 2)].sort(rising)).toEqual(all);
    expect(turnOf(layers, 1).length).toBeGreaterThanOrEqual(Math.min(layers, 12));
    expect(turnOf(layers, 3)).toEqual(all);
  },
);

once("of 94 unlike layers 24 are drawn twice at first", () => {
  expect(turnOf(94, 1)).toHaveLength(24); // 0, 4, …, 92
});

test.prop([LAYERS])("steps meet each layer once before any again", (layers) => {
  const met = Array.from({ length: layers }, (_, i) => (i * strideOf(layers)) % layers);
  expect(met.sort(rising)).toEqual(Array.from({ length: layers }, (_, at) => at));
});

test.prop([fc.integer({ min: 1, max: 64 }), fc.nat(63), fc.nat(5000), fc.double({ min: 0, max: 1, noNaN: true })])(
  "tokens add up, and none has more than the fullest",
  (groups, turn, tokens, share) => {
    const even = Math.ceil(tokens / groups);
    const fullest = even + Math.floor(share * (tokens - even));
    const out = new Float64Array(groups);
    fillTokens(out, tokens, fullest, turn % groups);
    expect(out.reduce((sum, own) => sum + own, 0)).toBe(tokens);
    expect(out[turn % groups]).toBe(fullest);
    expect(Math.max(...out)).toBe(fullest);
  },
);

once("layers that were drawn once vary as those that were drawn twice do in the mean", () => {
  const moments = new LawMoments(3, 1);
  for (const [layer, ns] of [
    [0, 10],
    [1, 20],
    [2, 30],
    [0, 14],
    [1, 26],
  ] as const)
    moments.add(layer, ns);
  expect(moments.mean).toBe(12 + 23 + 30);
  expect(moments.variance).toBeCloseTo(((8 + 18) / 2) * 3, 12); // (10, 14): 2 · 2² / 1; (20, 26): 2 · 3² / 1
  expect(moments.error).toBeCloseTo(Math.sqrt(8 / 2 + 18 / 2 + 13 / 1), 12);
});
