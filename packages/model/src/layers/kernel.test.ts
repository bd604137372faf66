import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AttentionShape,
  cachedTokenBytes,
  type GroupedLinearShape,
  kernelBytes,
  kernelFlops,
  kernelRows,
  type LinearShape,
  newTokenBytes,
  pairFlops,
} from "./kernel.ts";

const half = { weightBytes: 2, activationBytes: 2, precision: "fp16" } as const;

function linear(rows: number, inFeatures: number, outFeatures: number): LinearShape {
  return { kind: "linear", parts: 1, rows, inFeatures, outFeatures, ...half };
}

function grouped(rowsPerExpert: number[], inFeatures: number, outFeatures: number): GroupedLinearShape {
  return { kind: "grouped-linear", rowsPerExpert, first: 0, experts: rowsPerExpert.length, inFeatures, outFeatures, ...half };
}

/** The attention of `sequences` of (past, new) on 2 query heads of 4 numbers that share a KV head. */
function attention(sequences: readonly (readonly [past: number, fresh: number])[]): AttentionShape {
  const sum = (value: (past: number, fresh: number) => number) => sequences.reduce((all, [past, fresh]) => all + value(past, fresh), 0);
  return {
    kind: "attention-prefill",
    heads: 2,
    kvHeads: 1,
    latent: false,
    keySize: 4,
    valueSize: 4,
    cachedSize: 8,
    sequences: sequences.length,
    newTokens: sum((_, fresh) => fresh),
    contextTokens: sum((past, fresh) => past + fresh),
    pairs: sum((past, fresh) => fresh * past + (fresh * (fresh + 1)) / 2),
    kvBytes: 1,
    activationBytes: 2,
    precision: "fp16",
  };
}

const size = fc.integer({ min: 1, max: 4096 });
const rows = fc.integer({ min: 0, max: 100_000 });

test("FLOPs of attention grow with each pair, and bytes with each token in the cache and each new one", () => {
  const sequence = fc.tuple(fc.integer({ min: 0, max: 1 << 20 }), fc.integer({ min: 0, max: 4096 }));
  fc.assert(
    fc.property(fc.array(sequence, { minLength: 1 }), (sequences) => {
      const shape = attention(sequences);
      expect(kernelFlops(shape)).toBe(pairFlops(shape) * shape.pairs);
      expect(kernelBytes(shape)).toBe(cachedTokenBytes(shape) * shape.contextTokens + newTokenBytes(shape) * shape.newTokens);
    }),
  );
});

test("a linear kernel does 2nab FLOPs and moves its matrix, its inputs and its outputs once", () => {
  const shape = linear(3, 5, 7);
  expect(kernelFlops(shape)).toBe(210); // 2·3·5·7
  expect(kernelBytes(shape)).toBe(142); // 2·5·7 + 2·3·(5 + 7)
});

test("a grouped linear kernel reads the matrices of the experts that have rows", () => {
  const shape = grouped([3, 0, 1], 5, 7);
  expect(kernelRows(shape)).toBe(4);
  expect(kernelFlops(shape)).toBe(280); // 2·4·5·7
  expect(kernelBytes(shape)).toBe(236); // 2·5·7·2 experts + 2·4·(5 + 7)
});

test("a rank's grouped kernel is about its own experts only", () => {
  const shape = { ...grouped([9, 3, 0, 1, 9], 5, 7), first: 1, experts: 3 };
  expect([kernelRows(shape), kernelFlops(shape), kernelBytes(shape)]).toEqual([4, 280, 236]); // as [3, 0, 1] above
});

test("a grouped kernel is the sum of a linear kernel for each expert", () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 9 }), size, size, (rowsPerExpert, a, b) => {
      const shape = grouped(rowsPerExpert, a, b);
      const each = rowsPerExpert.map((n) => linear(n, a, b));
      expect(kernelFlops(shape)).toBe(each.reduce((sum, one) => sum + kernelFlops(one), 0));
      expect(kernelBytes(shape)).toBe(each.reduce((sum, one) => sum + kernelBytes(one), 0));
    }),
  );
});

test("a prompt of 3 scores 6 pairs, and reads its own 3 keys and values", () => {
  const shape = attention([[0, 3]]);
  expect(kernelFlops(shape)).toBe(192); // 4·2 heads·4·(1 + 2 + 3)
  expect(kernelBytes(shape)).toBe(120); // 1·2·1 KV head·4·3 + 2·2·3·2 heads·4
});

test("a decoding token with 9 before it scores 10 pairs, and reads 10 keys and values", () => {
  const shape = attention([[9, 1]]);
  expect(kernelFlops(shape)).toBe(320); // 4·2·4·10
  expect(kernelBytes(shape)).toBe(112); // 1·2·1·4·10 + 2·2·1·2·4
});

test("a prompt in two chunks scores the same pairs as in one", () => {
  fc.assert(
    fc.property(size, size, (first, second) => {
      const whole = kernelFlops(attention([[0, first + second]]));
      expect(kernelFlops(attention([[0, first]])) + kernelFlops(attention([[first, second]]))).toBe(whole);
    }),
  );
});

test("an elementwise kernel is all memory", () => {
  const shape = { kind: "elementwise", rows: 3, features: 5, reads: 2, writes: 1, activationBytes: 2 } as const;
  expect(kernelFlops(shape)).toBe(0);
  expect(kernelBytes(shape)).toBe(90); // 2·3·5·(2 + 1)
});

test("a kernel without rows does nothing and moves nothing", () => {
  const none = [linear(0, 5, 7), grouped([0, 0], 5, 7), attention([]), { ...linear(0, 5, 7), weightBytes: 4 }];
  for (const shape of none) expect([kernelRows(shape), kernelFlops(shape), kernelBytes(shape)]).toEqual([0, 0, 0]);
});
