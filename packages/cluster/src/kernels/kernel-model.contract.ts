import { type KernelShape, kernelBytes, kernelFlops, kernelRows } from "@tokenyard/model";
import type { ClusterSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growingSeconds } from "../kernel-model.ts";
import { peaksOf } from "../peaks.ts";
import { createKernelModel } from "../policies.ts";

const size = fc.integer({ min: 1, max: 8192 });
const rows = fc.integer({ min: 1, max: 100_000 });
const stored = { weightBytes: 2, activationBytes: 2, kvBytes: 2, precision: "fp16" } as const;

const linear = fc
  .record({ rows, inFeatures: size, outFeatures: size })
  .map((sizes) => ({ kind: "linear" as const, parts: 1, ...sizes, ...stored }));
const grouped = fc
  .record({ rowsPerExpert: fc.array(fc.nat(5000), { minLength: 1, maxLength: 8 }), inFeatures: size, outFeatures: size })
  .map((sizes) => ({ kind: "grouped-linear" as const, first: 0, experts: sizes.rowsPerExpert.length, ...sizes, ...stored }));
const attention = fc
  .record({
    kind: fc.constantFrom("attention-prefill" as const, "attention-decode" as const),
    kvHeads: fc.integer({ min: 1, max: 8 }),
    queries: fc.integer({ min: 1, max: 8 }),
    headSize: fc.constantFrom(32, 64, 128),
    fresh: fc.integer({ min: 1, max: 10_000 }),
    past: fc.nat(100_000),
    sparse: fc.option(
      fc.record({
        block: fc.constantFrom("tokens" as const, "entries" as const, "history" as const, "blocks" as const),
        part: fc.constantFrom("core" as const, "history" as const, "scores" as const),
        most: fc.constantFrom(512, 2048, Number.POSITIVE_INFINITY),
        products: fc.constantFrom("fp16" as const, "fp8" as const),
        heads: fc.integer({ min: 1, max: 128 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ kind, kvHeads, queries, headSize, fresh, past, sparse }) => ({
    ...(sparse === undefined ? {} : { sparse }),
    kind,
    heads: kvHeads * queries,
    latent: false,
    kvHeads,
    keySize: headSize,
    valueSize: headSize,
    cachedSize: 2 * headSize,
    sequences: 1,
    newTokens: fresh,
    contextTokens: past + fresh,
    pairs: fresh * past + (fresh * (fresh + 1)) / 2,
    ...stored,
  }));
const elementwise = fc
  .record({ rows, features: size, reads: fc.integer({ min: 0, max: 3 }), writes: fc.constant(1) })
  .map((sizes) => ({ kind: "elementwise" as const, ...sizes, activationBytes: 2 }));
const experts = fc
  .record({ rowsPerExpert: fc.array(fc.nat(5000), { minLength: 1, maxLength: 8 }), inFeatures: size, inner: size, others: fc.nat(20_000) })
  .map(({ rowsPerExpert, inFeatures, inner, others }) => {
    const same = { kind: "grouped-linear" as const, first: 0, experts: rowsPerExpert.length, rowsPerExpert, ...stored };
    const up = { ...same, inFeatures, outFeatures: 2 * inner };
    const down = { ...same, inFeatures: inner, outFeatures: inFeatures };
    return { kind: "experts" as const, up, down, groupRows: rowsPerExpert.reduce((sum, n) => sum + n, others) };
  });
const scan = fc
  .record({
    sequences: fc.integer({ min: 1, max: 64 }),
    each: fc.integer({ min: 1, max: 4096 }),
    heads: fc.integer({ min: 1, max: 64 }),
    rule: fc.constantFrom("gated-delta" as const, "kda" as const, "mamba-2" as const),
    part: fc.constantFrom("convolution" as const, "scan" as const),
    phase: fc.constantFrom("prompt" as const, "decode" as const),
  })
  .map(({ sequences, each, heads, rule, part, phase }) => ({
    kind: "scan" as const,
    rule,
    part,
    phase,
    items: heads,
    sequences,
    newTokens: sequences * each,
    tokenFlops: heads * 100_000,
    tokenBytes: heads * 1_024,
    sequenceBytes: heads * 131_072,
    chunkBytes: heads * 65_536,
    chunkTokens: 64,
    precision: "fp16" as const,
  }));
const shapes: fc.Arbitrary<KernelShape> = fc.oneof(linear, grouped, experts, attention, scan, elementwise);

/** The same work on twice the rows: for attention, twice the sequences. */
function doubled<Shape extends KernelShape>(shape: Shape): Shape;
function doubled(shape: KernelShape): KernelShape {
  switch (shape.kind) {
    case "experts":
      return { ...shape, up: doubled(shape.up), down: doubled(shape.down), groupRows: 2 * shape.groupRows };
    case "linear":
    case "elementwise":
      return { ...shape, rows: 2 * shape.rows };
    case "grouped-linear":
      return { ...shape, rowsPerExpert: Array.from(shape.rowsPerExpert, (n) => 2 * n) };
    case "attention-prefill":
    case "attention-decode": {
      const { sequences, newTokens, contextTokens, pairs } = shape;
      return { ...shape, sequences: 2 * sequences, newTokens: 2 * newTokens, contextTokens: 2 * contextTokens, pairs: 2 * pairs };
    }
    case "scan":
      return { ...shape, sequences: 2 * shape.sequences, newTokens: 2 * shape.newTokens };
  }
}

/** The same kernel with nothing to do. */
function emptied<Shape extends KernelShape>(shape: Shape): Shape;
function emptied(shape: KernelShape): KernelShape {
  switch (shape.kind) {
    case "experts":
      return { ...shape, up: emptied(shape.up), down: emptied(shape.down), groupRows: 0 };
    case "linear":
    case "elementwise":
      return { ...shape, rows: 0 };
    case "grouped-linear":
      return { ...shape, rowsPerExpert: Array.from(shape.rowsPerExpert, () => 0) };
    case "attention-prefill":
    case "attention-decode":
      return { ...shape, sequences: 0, newTokens: 0, contextTokens: 0, pairs: 0 };
    case "scan":
      return { ...shape, sequences: 0, newTokens: 0 };
  }
}

/** What every kernel model owes, on a cluster of its kind. */
export function kernelModelContract(name: string, cluster: ClusterSpec): void {
  const model = createKernelModel(cluster);
  const peaks = peaksOf(cluster);

  describe(`the ${name} kernel model`, () => {
    test("asks of experts with few rows each only how many have any, and rows in all", () => {
      const { fewRows } = model;
      if (fewRows === undefined) return;
      const few = fc.integer({ min: 1, max: Math.min(fewRows, 100) });
      fc.assert(
        fc.property(experts, fc.array(fc.tuple(few, few), { minLength: 1, maxLength: 8 }), ({ up, down, groupRows }, pairs) => {
          // of each pair of experts the two have their rows, or as many as both together may have otherwise
          const seconds = (rowsPerExpert: number[]) => {
            const rows = rowsPerExpert.reduce((sum, own) => sum + own, 0);
            const own = {
              rowsPerExpert,
              experts: rowsPerExpert.length,
              rows,
              active: rowsPerExpert.length,
              most: Math.max(...rowsPerExpert),
            };
            return model.seconds({ kind: "experts", up: { ...up, ...own }, down: { ...down, ...own }, groupRows });
          };
          const evened = pairs.flatMap(([a, b]) => [Math.ceil((a + b) / 2), Math.floor((a + b) / 2)]);
          expect(seconds(pairs.flat())).toBe(seconds(evened));
        }),
      );
    });

    test("says of attentions whose contexts grow, all at once, to the bit what it says one by one", () => {
      const places = fc.record({ at: fc.nat(3), stride: fc.integer({ min: 1, max: 3 }) });
      fc.assert(
        fc.property(attention, fc.nat(512), fc.integer({ min: 1, max: 40 }), places, (shape, more, count, { at, stride }) => {
          const before = { ...shape };
          const out = new Float64Array(at + count * stride);
          growingSeconds(model, shape, more, count, out, at, stride);
          expect(shape).toEqual(before);
          const oneByOne = new Float64Array(out.length);
          growingSeconds({ name, seconds: (grown) => model.seconds(grown) }, shape, more, count, oneByOne, at, stride);
          expect(oneByOne).toEqual(out);
          expect(shape).toEqual(before);
          for (let i = 0; i < count; i++) {
            const grown = { ...shape, contextTokens: shape.contextTokens + i * more, pairs: shape.pairs + i * more };
            expect(out[at + i * stride]).toBe(model.seconds(grown));
          }
        }),
      );
    });

    test("lets no kernel beat the GPU's peaks", () => {
      fc.assert(
        fc.property(shapes, (shape) => {
          const seconds = model.seconds(shape) * (1 + 1e-12);
          expect(seconds).toBeGreaterThanOrEqual(kernelBytes(shape) / peaks.memoryBytesPerSecond);
          expect(seconds).toBeGreaterThanOrEqual(kernelFlops(shape) / peaks.flopsPerSecond("fp16"));
          expect(seconds).toBeLessThan(Number.POSITIVE_INFINITY);
        }),
      );
    });

    test("lets no kernel beat the roofline at the GPU's peaks", () => {
      const gpu = { ...cluster.gpu, computeEfficiency: 1, bandwidthEfficiency: 1, launch: 0 };
      const ideal = createKernelModel({ ...cluster, gpu, kernels: { kind: "roofline" } });
      fc.assert(
        fc.property(shapes, (shape) => {
          expect(model.seconds(shape)).toBeGreaterThanOrEqual(ideal.seconds(shape) * (1 - 1e-12));
        }),
      );
    });

    test("never makes a kernel faster by doubling its rows", () => {
      fc.assert(
        fc.property(shapes, (shape) => {
          expect(model.seconds(doubled(shape))).toBeGreaterThanOrEqual(model.seconds(shape));
        }),
      );
    });

    test("gives a kernel without rows no time, and one with rows some", () => {
      fc.assert(
        fc.property(shapes, (shape) => {
          expect(model.seconds(emptied(shape))).toBe(0);
          if (kernelRows(shape) > 0) expect(model.seconds(shape)).toBeGreaterThan(0);
        }),
      );
    });

    test("keeps nothing of a shape that is filled again", () => {
      fc.assert(
        fc.property(rows, rows, (first, second) => {
          const shape = { kind: "linear" as const, parts: 1, rows: first, inFeatures: 512, outFeatures: 512, ...stored };
          model.seconds(shape);
          shape.rows = second;
          expect(model.seconds(shape)).toBe(createKernelModel(cluster).seconds({ ...shape }));
        }),
      );
    });

    test("allocates no object for a kernel", () => {
      const samples = fc.sample(shapes, { numRuns: drawnCases(16), seed: 1 });
      const calls = 100_000;
      const heapGrowth = () => {
        const before = process.memoryUsage().heapUsed;
        for (let call = 0; call < calls; call++) model.seconds(samples[call % samples.length]!);
        return process.memoryUsage().heapUsed - before;
      };
      // a number returned may be boxed (16 bytes); an object of three fields would be 40 or more; the quietest of five tries counts
      expect(Math.min(...Array.from({ length: 5 }, heapGrowth))).toBeLessThan(calls * 32);
    });
  });
}
