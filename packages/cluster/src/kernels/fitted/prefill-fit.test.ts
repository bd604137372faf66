import type { AttentionShape } from "@tokenyard/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PrefillFit } from "./prefill-fit.ts";

const MACHINE = { flopsPerSecond: 100e12, bytesPerSecond: 1e15, multiprocessors: 100 };
const FIT = { computeEfficiency: 0.5, bandwidthEfficiency: 0.9, launch: 0, serial: 0, item: 0, ramp: 0, narrow: 1, packed: false };

/** A piece of one prompt, after what its cache holds. */
function piece(newTokens: number, past: number): AttentionShape {
  const contextTokens = past + newTokens;
  const sizes = { heads: 8, kvHeads: 8, keySize: 128, valueSize: 128, cachedSize: 256, kvBytes: 2, activationBytes: 2, latent: false };
  const pairs = newTokens * past + (newTokens * (newTokens + 1)) / 2;
  return { kind: "attention-prefill", ...sizes, sequences: 1, newTokens, contextTokens, pairs, precision: "bf16" } as AttentionShape;
}

function secondsOf(rows: number | undefined, shape: AttentionShape): number {
  return new PrefillFit(rows === undefined ? FIT : { ...FIT, rows }, MACHINE as never).seconds(shape, 0);
}

test("a short piece after much context takes as long as its longest item, whose queries are as many as the kernel's, however few it has", () => {
  // 64 queries after 4,032 keys: an item of 128 rows against 4,096 keys, 2 · 128 · 256 FLOPs each, at 0.5 TFLOPS of a multiprocessor
  expect(secondsOf(undefined, piece(64, 4032)) * 1e6).toBeCloseTo((4096 * 2 * 128 * 256) / 0.5e6, 6);
  expect(secondsOf(64, piece(64, 4032)) * 1e6).toBeCloseTo((4096 * 2 * 64 * 256) / 0.5e6, 6);
  expect(secondsOf(64, piece(8, 4088))).toBe(secondsOf(64, piece(64, 4032)));
});

test("shorter items never take longer, as they round fewer queries up", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 50_000 }), (queries, past) => {
      expect(secondsOf(64, piece(queries, past))).toBeLessThanOrEqual(secondsOf(128, piece(queries, past)) * (1 + 1e-12));
      expect(secondsOf(128, piece(queries, past))).toBe(secondsOf(undefined, piece(queries, past)));
    }),
  );
});

const SPLIT = 3e-6;

function splitSecondsOf(shape: AttentionShape): number {
  return new PrefillFit({ ...FIT, split: SPLIT }, MACHINE as never).seconds(shape, 0);
}

test("where items can be split by keys, a short piece after much context keeps all multiprocessors busy", () => {
  // 8 items against 4,032 + 32.5 + 63.5 keys each over 100 multiprocessors, as 330.24 keys on each; parts of 4,096/13 = 315 keys hide behind that
  const perKey = (2 * 128 * 256) / 0.5e12;
  const added = SPLIT + (13 * 8 * 64 * 8 * 128) / 0.9e15; // 13 partial results of 64 queries, 8 heads and 128 numbers, written and read in 4 bytes
  expect(splitSecondsOf(piece(64, 4032)) * 1e6).toBeCloseTo((330.24 * perKey + added) * 1e6, 6);
});

test("splitting never makes a piece slower, nor faster than all multiprocessors together are; more context never makes it faster", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(50_000), fc.nat(500), (queries, past, more) => {
      const seconds = splitSecondsOf(piece(queries, past));
      const whole = secondsOf(undefined, piece(queries, past));
      const { pairs } = piece(queries, past);
      expect(seconds).toBeLessThanOrEqual(whole);
      expect(seconds).toBeGreaterThanOrEqual((8 * pairs * 2 * 256) / 50e12);
      expect(splitSecondsOf(piece(queries, past + more))).toBeGreaterThanOrEqual(seconds * (1 - 1e-12));
    }),
  );
});

test("a narrower window never makes a prompt slower", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5000 }), fc.nat(5000), fc.nat(500), (queries, window, less) => {
      const windowed = (wide: number) => {
        const near = Math.min(queries, Math.max(1, wide)); // queries that see everything before them
        const pairs = (near * (near + 1)) / 2 + (queries - near) * near;
        const whole = piece(queries, 0);
        return { ...whole, pairs, cutPairs: whole.pairs - pairs };
      };
      const [wider, narrower] = [secondsOf(undefined, windowed(window)), secondsOf(undefined, windowed(window - less))];
      expect(narrower).toBeLessThanOrEqual(wider * (1 + 1e-12));
      expect(wider).toBeLessThanOrEqual(secondsOf(undefined, piece(queries, 0)) * (1 + 1e-12));
    }),
  );
});
