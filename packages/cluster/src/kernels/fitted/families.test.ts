import { type AttentionShape, type GroupedLinearShape, kernelBytes } from "@tokenyard/model";
import { describe, expect, test } from "vitest";
import { DecodeFit } from "./decode-fit.ts";
import { ExpertsFit } from "./experts-fit.ts";
import { PrefillFit } from "./prefill-fit.ts";

const common = { computeEfficiency: 0.5, bandwidthEfficiency: 0.8, launch: 3e-6, serial: 0 };
const machine = { flopsPerSecond: 1e12, bytesPerSecond: 1e12, multiprocessors: 10 };

describe("experts", () => {
  const matrix = (rowsPerExpert: readonly number[], inFeatures: number, outFeatures: number): GroupedLinearShape => ({
    kind: "grouped-linear",
    rowsPerExpert,
    first: 0,
    experts: rowsPerExpert.length,
    inFeatures,
    outFeatures,
    weightBytes: 2,
    activationBytes: 2,
    precision: "bf16",
  });
  const fit = new ExpertsFit({ ...common, rows: 0.5, groupRows: 0.25 }, machine);
  const seconds = (rows: readonly number[], groupRows = 0) =>
    fit.seconds(matrix(rows, 1000, 200), matrix(rows, 100, 1000), groupRows, 3e-6);

  test("multiply tiles of padded rows in whole waves, and move the rows in and out", () => {
    // 65 and 1 rows in three tiles of 64; of 200 outputs two columns of 128: one wave of 1,000 inputs · 2·64·128 at 0.05 TFLOPS: 327.68 us
    // of 1,000 outputs eight: 24 tiles, three waves of 100 inputs: 98.304 us; the weights, 1.2 MB at 0.8 TB/s, hide behind that
    // 66 rows of 2·(1000 + 200 + 100 + 1000) bytes at 0.5 and at 0.25 TB/s: 0.6072 + 1.2144 us; launch 3 us
    expect(seconds([65, 0, 1])).toBeCloseTo(3e-6 + 327.68e-6 + 98.304e-6 + 0.6072e-6 + 1.2144e-6, 12);
  });

  test("read the weights of those with rows", () => {
    // two of three experts: 2·(200,000 + 100,000)·2 bytes at 0.8 TB/s: 1.5 us, beside compute that hardly counts
    const quick = new ExpertsFit({ ...common, rows: 0.5, groupRows: 0.25 }, { ...machine, flopsPerSecond: 1e18 });
    expect(of(quick, [65, 0, 1])).toBeCloseTo(3e-6 + 1.5e-6 + 0.6072e-6 + 1.2144e-6, 12);
  });

  test("go over the copies that are not theirs", () => {
    // 1000 − 66 more rows of 4,600 bytes at 0.25 TB/s
    expect(seconds([65, 0, 1], 1000) - seconds([65, 0, 1])).toBeCloseTo((934 * 4600) / 0.25e12, 12);
  });

  test("without rows take no time", () => {
    expect(seconds([0, 0], 1000)).toBe(0);
  });

  const fitted = (more: object) => new ExpertsFit({ ...common, rows: 0.5, groupRows: 0.25, ...more }, machine);
  const of = (fit: ExpertsFit, rows: readonly number[], groupRows = 0, inner = 100) =>
    fit.seconds(matrix(rows, 1000, 2 * inner), matrix(rows, inner, 1000), groupRows, 3e-6);

  test("are padded to the power of two over the copies that come for each, where that is the library's way", () => {
    const moved = (groupRows: number) => (66 * 4600) / 0.5e12 + (Math.max(66, groupRows) * 4600) / 0.25e12;
    const perRow = (2 * 128) / 0.05e12; // seconds of a tile for each of its rows and inputs
    // 66 copies for 3 experts: of 32 rows 3 + 0 + 1 tiles, one wave up and, of 32 tiles, four down
    expect(of(fitted({ tiles: "handed" }), [65, 0, 1])).toBeCloseTo(3e-6 + moved(0) + 32 * perRow * (1000 + 4 * 100), 12);
    // handed 1,000, of 128 rows: 2 tiles, one wave up and two down; or no more than 64: as fixed ones
    expect(of(fitted({ tiles: "handed" }), [65, 0, 1], 1000)).toBeCloseTo(3e-6 + moved(1000) + 128 * perRow * (1000 + 2 * 100), 12);
    expect(of(fitted({ tiles: "handed-64" }), [65, 0, 1], 1000)).toBe(of(fitted({}), [65, 0, 1], 1000));
  });

  test("take so much more for each input of a wave, and fill the tiles of each but the first", () => {
    // one wave of 1,000 inputs and three of 100
    expect(of(fitted({ step: 1e-9 }), [65, 0, 1]) - of(fitted({}), [65, 0, 1])).toBeCloseTo(1.3e-6, 12);
    expect(of(fitted({ tile: 1e-6 }), [65, 0, 1]) - of(fitted({}), [65, 0, 1])).toBeCloseTo(2e-6, 12);
  });

  test("pay for each expert of the rank, where it looks through all of them", () => {
    expect(of(fitted({ perExpert: 1e-6 }), [65, 0, 1]) - of(fitted({}), [65, 0, 1])).toBeCloseTo(3e-6, 12);
  });

  test("read again what the cache does not keep, for each tile but an expert's first", () => {
    // 2 more tiles of the first: matrices of 400,000 and 200,000 bytes, at 1 TB/s; compute that hardly counts
    const quick = { ...machine, flopsPerSecond: 1e18 };
    const free = (more: object) =>
      of(new ExpertsFit({ ...common, bandwidthEfficiency: 1, rows: 1, groupRows: 1, ...more }, quick), [129, 0, 1]);
    expect(free({ kept: 250_000 }) - free({})).toBeCloseTo(0.3e-6, 12);
    expect(free({ kept: 150_000 }) - free({})).toBeCloseTo(0.6e-6, 12); // 250,000 and 50,000 bytes beyond, twice
    expect(free({ kept: 400_000 })).toBe(free({}));
  });

  test("are slower where their inner size is no multiple of 128", () => {
    expect(of(fitted({ unaligned: 0.5 }), [65, 0, 1])).toBeCloseTo(2 * of(fitted({}), [65, 0, 1]), 12); // 100
    expect(of(fitted({ unaligned: 0.5 }), [65, 0, 1], 0, 128)).toBe(of(fitted({}), [65, 0, 1], 0, 128));
  });
});

describe("attention of prompts", () => {
  const shape: AttentionShape = {
    kind: "attention-prefill",
    heads: 8,
    kvHeads: 2,
    latent: false,
    keySize: 128,
    valueSize: 128,
    cachedSize: 256,
    sequences: 10,
    newTokens: 2560,
    contextTokens: 2560,
    pairs: (10 * 256 * 257) / 2,
    kvBytes: 2,
    activationBytes: 2,
    precision: "bf16",
  };
  const coefficients = { ...common, item: 1e-6, ramp: 8, narrow: 0.5, packed: false };
  const seconds = (fit: typeof coefficients & { tail?: number; written?: number; writtenRow?: number }, of: AttentionShape) =>
    new PrefillFit(fit, machine).seconds(of, kernelBytes(of));
  const perKey = (4 * 128 * 128) / 0.05e12; // 128 queries, half of a tenth of 1 TFLOPS

  test("is dealt in items of 128 queries of a head, each against the keys before it", () => {
    // 10 · 8 · 2 items on 10 multiprocessors, 128.5 + 63.5 + 8 keys each
    expect(seconds(coefficients, shape)).toBeCloseTo(16 * (200 * perKey + 1e-6), 9);
  });

  test("takes no less than its longest item", () => {
    const one = { ...shape, heads: 1, kvHeads: 1, sequences: 1, newTokens: 256, contextTokens: 256, pairs: (256 * 257) / 2 };
    expect(seconds(coefficients, one)).toBeCloseTo((256 + 8) * perKey + 1e-6, 12); // all 256 keys, not 2 · 128.5
  });

  test("waits for its longest item where that comes last", () => {
    // as above 16 items of the mean on each multiprocessor; one of 256 keys after them
    expect(seconds({ ...coefficients, tail: 1 }, shape)).toBeCloseTo(16 * (200 * perKey + 1e-6) + (256 + 8) * perKey + 1e-6, 9);
    expect(seconds({ ...coefficients, tail: 0 }, shape)).toBeCloseTo(seconds(coefficients, shape), 12);
  });

  test("writes new keys and values to the cache before", () => {
    // 2,560 tokens, 2 KV heads, 256 numbers of 2 bytes, at 0.1 TB/s
    expect(seconds({ ...coefficients, written: 0.1 }, shape) - seconds(coefficients, shape)).toBeCloseTo((2560 * 2 * 256 * 2) / 0.1e12, 12);
  });

  test("writes each of them by as many threads as its keys have numbers, up to 512", () => {
    const more = (kvHeads: number) => {
      const of = { ...shape, kvHeads };
      return seconds({ ...coefficients, writtenRow: 4e-9 }, of) - seconds(coefficients, of);
    };
    expect(more(2)).toBeCloseTo(2560 * 2e-9, 12); // 256 of 512
    expect(more(4)).toBeCloseTo(2560 * 4e-9, 12);
    expect(more(8)).toBeCloseTo(2560 * 4e-9, 12);
  });

  test("looks at the keys of all queries of an item where a window cuts them", () => {
    // 16 keys each but for the first 15; a query cut has half of 127 keys more before its window, which its item looks at for other queries
    const windowed = { ...shape, pairs: 10 * (120 + 241 * 16), cutPairs: (10 * (240 * 241)) / 2 };
    const keys = (120 + 241 * 16) / 256 + 63.5 + (240 / 256) * 63.5 + 8;
    expect(seconds(coefficients, windowed)).toBeCloseTo(16 * (keys * perKey + 1e-6), 9);
  });

  test("with 64 numbers in a head reaches less", () => {
    const narrow = { ...shape, keySize: 64, valueSize: 64, cachedSize: 128 };
    expect(seconds({ ...coefficients, item: 0 }, narrow)).toBeCloseTo(seconds({ ...coefficients, item: 0 }, shape), 9); // half the work at half the rate
  });

  test("of short prompts has fewer items where query heads share them", () => {
    const short = { ...shape, newTokens: 320, contextTokens: 320, pairs: (10 * 32 * 33) / 2 };
    // unpacked 10 · 8 items of 32 queries, packed 10 · 2 of 4 · 32: 2 on each of the multiprocessors
    const item = (16.5 + 63.5 + 8) * perKey + 1e-6;
    expect(seconds(coefficients, short)).toBeCloseTo(8 * item, 9);
    expect(seconds({ ...coefficients, packed: true }, short)).toBeCloseTo(2 * item, 9);
  });
});

test("decoding takes an item for each sequence and KV head, however short", () => {
  const shape: AttentionShape = {
    kind: "attention-decode",
    heads: 8,
    kvHeads: 2,
    latent: false,
    keySize: 128,
    valueSize: 128,
    cachedSize: 256,
    sequences: 100,
    newTokens: 100,
    contextTokens: 1000,
    pairs: 1000,
    kvBytes: 2,
    activationBytes: 2,
    precision: "bf16",
  };
  const fit = new DecodeFit({ ...common, computeEfficiency: 100, item: 4e-6, ramp: 1e6 }, machine);
  expect(fit.seconds(shape, kernelBytes(shape))).toBeCloseTo(80e-6, 9); // 100 · 2 / 10 · 4 us
  const long = { ...shape, contextTokens: 1e6, pairs: 1e6 };
  // 1,024,000,000 bytes of keys and values, 409,600 in and out, and a ramp of 1,000,000 at 0.8 TB/s
  expect(fit.seconds(long, kernelBytes(long))).toBeCloseTo((1.024e9 + 409_600 + 1e6) / 0.8e12, 9);
  const more = new DecodeFit({ ...common, computeEfficiency: 100, item: 4e-6, ramp: 1e6, head: 0.5e-6, merge: 8e-6 }, machine);
  expect(more.seconds(shape, kernelBytes(shape))).toBeCloseTo(20 * 6e-6 + 8e-6 * Math.sqrt(10 / 4096), 9); // 4 query heads an item; contexts of 10
  expect(more.seconds(long, kernelBytes(long)) - fit.seconds(long, kernelBytes(long))).toBeCloseTo(8e-6 * Math.sqrt(10_000 / 4096), 9);
});
