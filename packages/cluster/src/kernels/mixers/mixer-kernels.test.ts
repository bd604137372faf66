import type { AttentionShape, ScanShape } from "@tokenyard/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MixerFit, SparseFit } from "./mixer-fit.ts";
import { mixerFitsOf } from "./mixer-fits.ts";
import { MixerKernels } from "./mixer-kernels.ts";

const machine = { flopsPerSecond: 1e15, bytesPerSecond: 1e12, multiprocessors: 100 };
const origin = { library: "vllm", error: 0.05 } as const;
const us = 1e-6;

const scan: ScanShape = {
  kind: "scan",
  rule: "gated-delta",
  part: "scan",
  phase: "prompt",
  items: 150,
  sequences: 1,
  newTokens: 256,
  tokenFlops: 0,
  tokenBytes: 0,
  sequenceBytes: 0,
  chunkBytes: 0,
  chunkTokens: 64,
  precision: "bf16",
};

const scanFit: MixerFit = {
  ...origin,
  kind: "scan-prompt",
  rule: "gated-delta",
  launch: 10 * us,
  serial: 0,
  bandwidthEfficiency: 0.5,
  walk: 0.1 * us,
  step: 3 * us,
  item: 2 * us,
  token: 0.01 * us,
  waves: "whole",
};

test("a scan of a prompt walks through the chunks of a head, heads in waves, beside its bytes", () => {
  const kernels = new MixerKernels([scanFit], "vllm", machine, 0.5);
  // 150 heads on 100 multiprocessors: 2 waves of 4 chunks; 256 tokens of 150 heads on 100; 64 tokens walked through; half of a launch
  const worked = 2 * (4 * 3 + 2) + (256 * 150 * 0.01) / 100;
  expect(kernels.scanSeconds({ ...scan }, 0)! / us).toBeCloseTo(5 + 6.4 + worked, 6);
  expect(kernels.scanSeconds({ ...scan }, 1e9)! / us).toBeCloseTo(5 + 6.4 + 2000, 6); // 1 GB at half of 1 TB/s hides the rest
});

test("an update reads what a cache keeps at its rate, and twice as much at that of the memory", () => {
  const fit: MixerFit = {
    ...origin,
    kind: "scan-decode",
    rule: "gated-delta",
    launch: 4 * us,
    bandwidthEfficiency: 0.8,
    cache: 2,
    kept: 40e6,
  };
  const kernels = new MixerKernels([fit], "vllm", machine, 1);
  const seconds = (bytes: number) => kernels.scanSeconds({ ...scan, phase: "decode", sequences: 256 }, bytes)!;
  expect(seconds(40e6) / us).toBeCloseTo(4 + 20, 6);
  expect(seconds(60e6) / us).toBeCloseTo(4 + (30 + 75) / 2, 6); // half of the way
  expect(seconds(80e6) / us).toBeCloseTo(4 + 100, 6);
});

const block: SparseFit = {
  ...origin,
  kind: "sparse-prompt",
  block: "tokens",
  precision: "bf16",
  products: "bf16",
  launch: 50 * us,
  row: 0.1 * us,
  sequence: 1 * us,
  serial: 0,
  computeEfficiency: 0.5,
  bandwidthEfficiency: 0.5,
  scores: "chained",
  scoresLaunch: 5 * us,
  scoresEfficiency: 0.5,
  scoresBandwidth: 0.5,
  select: 2 * us,
  selectEntry: 1e-9,
  host: 1,
};

const core: AttentionShape = {
  kind: "attention-prefill",
  latent: true,
  heads: 64,
  kvHeads: 1,
  keySize: 576,
  valueSize: 512,
  cachedSize: 576,
  sequences: 2,
  newTokens: 200,
  contextTokens: 8192,
  pairs: 200 * 2048,
  kvBytes: 2,
  activationBytes: 2,
  precision: "bf16",
  sparse: { block: "tokens", part: "core", most: 2048, products: "bf16", heads: 64 },
};

test("a block has its launch, rows and sequences once, with its first core", () => {
  const kernels = new MixerKernels([block], "vllm", machine, 0.5);
  const computed = (2 * 64 * 1088 * 200 * 2048) / 0.5e15;
  expect(kernels.sparseSeconds({ ...core }, 0)! / us).toBeCloseTo(50 + 20 + 2 + computed / us, 6);
  const history = { ...core, sparse: { ...core.sparse!, part: "history" as const } };
  expect(kernels.sparseSeconds(history, 0)! / us).toBeCloseTo(computed / us, 6);
});

test("scores wait for one key after another where queries are few, and choose where there is a choice", () => {
  const kernels = new MixerKernels([block], "vllm", machine, 1);
  const part = { ...core.sparse!, part: "scores" as const };
  const scores = { ...core, heads: 32, keySize: 128, valueSize: 0, contextTokens: 200_000, pairs: 200 * 100_000, sparse: part };
  const perKey = (2 * 64 * 32 * 128 * 100) / 0.5e15; // 64 queries of 32 heads on a hundredth of half the peak
  const chosen = 2 * (2e-6 + 100_000 * 1e-9); // 200 queries on 100 multiprocessors
  expect(kernels.sparseSeconds(scores, 0)).toBeCloseTo(5e-6 + 100_000 * perKey + chosen, 9);
  const alone = { ...scores, sequences: 1, newTokens: 1, contextTokens: 100_000, pairs: 100_000 };
  expect(kernels.sparseSeconds(alone, 0)).toBeCloseTo(5e-6 + 100_000 * perKey + chosen / 2, 9); // one query takes a multiprocessor as long
  const short = { ...scores, contextTokens: 4000, pairs: 200 * 2000 };
  expect(kernels.sparseSeconds(short, 0)).toBeCloseTo(5e-6 + 2000 * perKey, 9); // all are seen
});

test("fits are chosen by library, then format; few heads have their own", () => {
  const fits = [
    { ...block, launch: 1 },
    { ...block, launch: 2, products: "fp8" as const },
    { ...block, launch: 3, library: "sglang" as const },
    { ...block, launch: 4, mostHeads: 31 },
  ];
  const launchOf = (library: "vllm" | "sglang" | "trtllm", products: "bf16" | "fp8", heads: number) =>
    Math.floor(new MixerKernels(fits, library, machine, 1).sparseSeconds({ ...core, sparse: { ...core.sparse!, products, heads } }, 0)!);
  expect(launchOf("vllm", "bf16", 64)).toBe(1);
  expect(launchOf("vllm", "fp8", 64)).toBe(2);
  expect(launchOf("sglang", "fp8", 64)).toBe(3);
  expect(launchOf("vllm", "bf16", 16)).toBe(4);
});

test("what was not measured stands on what is nearest: Mamba-2's update on that of gated delta nets, none on nothing", () => {
  const fit: MixerFit = {
    ...origin,
    kind: "scan-decode",
    rule: "gated-delta",
    launch: 4 * us,
    bandwidthEfficiency: 1,
    cache: 1,
    kept: 1e12,
  };
  const update = { ...scan, rule: "mamba-2" as const, phase: "decode" as const };
  expect(new MixerKernels([fit], "trtllm", machine, 1).scanSeconds(update, 1e6)! / us).toBeCloseTo(5, 9);
  expect(new MixerKernels([fit], "trtllm", machine, 1).scanSeconds({ ...scan }, 1e6)).toBeUndefined();
  expect(new MixerKernels([], "vllm", machine, 1).sparseSeconds({ ...core }, 1e6)).toBeUndefined();
});

describe.each(["h100-sxm", "h200-sxm", "b200"])("the fits of %s", (on) => {
  const fits = mixerFitsOf([{ on } as never]);
  const kernels = new MixerKernels(fits, "vllm", machine, 1);

  test("have no numbers below zero", () => {
    expect(fits.length).toBeGreaterThan(20);
    for (const fit of fits) {
      for (const value of Object.values(fit)) if (typeof value === "number") expect(value).toBeGreaterThanOrEqual(0);
    }
  });

  test("never make a scan or a block faster with more sequences, tokens or context", () => {
    const rule = fc.constantFrom("gated-delta" as const, "kda" as const, "mamba-2" as const);
    const phase = fc.constantFrom("prompt" as const, "decode" as const);
    fc.assert(
      fc.property(rule, phase, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 5000 }), (of, at, sequences, tokens) => {
        const shape = (b: number, n: number) => ({ ...scan, rule: of, phase: at, sequences: b, newTokens: b * n });
        const seconds = (b: number, n: number) => kernels.scanSeconds(shape(b, n), b * (100_000 + 1000 * n))!;
        expect(seconds(sequences + 1, tokens)).toBeGreaterThanOrEqual(seconds(sequences, tokens) * (1 - 1e-12));
        expect(seconds(sequences, tokens + 64)).toBeGreaterThanOrEqual(seconds(sequences, tokens) * (1 - 1e-12));
      }),
    );
    const part = fc.constantFrom("core" as const, "history" as const, "scores" as const);
    const kinds = fc.constantFrom("tokens" as const, "entries" as const, "history" as const, "blocks" as const);
    fc.assert(
      fc.property(
        part,
        kinds,
        phase,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200_000 }),
        (of, kind, at, b, context) => {
          const sparse = { ...core.sparse!, part: of, block: kind };
          const shape = (sequences: number, keys: number): AttentionShape => ({
            ...core,
            kind: at === "prompt" ? "attention-prefill" : "attention-decode",
            sparse,
            sequences,
            newTokens: sequences,
            contextTokens: sequences * keys,
            pairs: sequences * keys,
          });
          const seconds = (sequences: number, keys: number) => kernels.sparseSeconds(shape(sequences, keys), sequences * keys * 1152)!;
          expect(seconds(b + 1, context)).toBeGreaterThanOrEqual(seconds(b, context) * (1 - 1e-12));
          expect(seconds(b, context + 128)).toBeGreaterThanOrEqual(seconds(b, context) * (1 - 1e-12));
        },
      ),
    );
  });
});
