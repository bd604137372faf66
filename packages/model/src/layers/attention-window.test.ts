import type { ModelSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attendedPairs, attentionWindow, windowedLayers } from "./attention-window.ts";

function model(layers: number, window?: { tokens: number; fullEvery?: number }): ModelSpec {
  return {
    layers,
    hiddenSize: 8,
    attention: { heads: 1, kvHeads: 1, headSize: 8, ...(window === undefined ? {} : { window }) },
    dense: { hiddenSize: 8, matrices: 2 },
    precision: { weights: "fp16", activations: "fp16" },
  };
}

describe("windowed layers", () => {
  test("alternate with full ones when every second is full, a windowed one first", () => {
    expect(windowedLayers(model(5, { tokens: 128, fullEvery: 2 }))).toEqual([true, false, true, false, true]);
  });

  test("are five of six when every sixth is full", () => {
    expect(windowedLayers(model(7, { tokens: 1024, fullEvery: 6 }))).toEqual([true, true, true, true, true, false, true]);
  });

  test("are all layers when none is said to be full, and none without a window", () => {
    expect(windowedLayers(model(3, { tokens: 4096 }))).toEqual([true, true, true]);
    expect(windowedLayers(model(3))).toEqual([false, false, false]);
  });

  test("see as many tokens as the window has", () => {
    expect(attentionWindow(model(2, { tokens: 128 }))).toBe(128);
    expect(attentionWindow(model(2))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("through a window", () => {
  test("a prompt of 5 scores 12 pairs in a window of 3", () => {
    expect(attendedPairs(0, 5, 3)).toBe(12); // 1 + 2 + 3 + 3 + 3
  });

  test("a decoding token scores itself and those before it, as many as the window has", () => {
    expect([1, 2, 9].map((past) => attendedPairs(past, 1, 3))).toEqual([2, 3, 3]);
  });

  const size = fc.integer({ min: 0, max: 300 });
  const window = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constant(Number.POSITIVE_INFINITY));

  test("pairs are those of a walk over all tokens", () => {
    fc.assert(
      fc.property(size, size, window, (past, fresh, w) => {
        let pairs = 0;
        for (let token = past + 1; token <= past + fresh; token++) {
          for (let other = Math.max(1, token - w + 1); other <= token; other++) pairs++;
        }
        expect(attendedPairs(past, fresh, w)).toBe(pairs);
      }),
    );
  });

  test("a prompt in two chunks scores the same pairs as in one", () => {
    fc.assert(
      fc.property(size, size, window, (first, second, w) => {
        expect(attendedPairs(0, first, w) + attendedPairs(first, second, w)).toBe(attendedPairs(0, first + second, w));
      }),
    );
  });
});
