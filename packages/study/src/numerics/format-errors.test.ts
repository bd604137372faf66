import { drawnPlan, fewNumbers } from "@tokenyard/numerics/drawn-plan.contract.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Compared } from "./comparison.ts";
import { divergenceOf } from "./logits.ts";
import { verify } from "./verify.ts";

const SHAPE = { expert: 4, tensor: 2, attention: { tensor: 2, data: 4 } };

function errorsIn(precision: object, parallelism: object = SHAPE, more: object = {}) {
  return verify(fewNumbers({ model: { precision, vocabulary: 64, ...more }, parallelism }), { full: true, formats: true }).formats!;
}

const largest = ({ rows }: Compared) => Math.max(...rows.map((row) => row.largest));
const mean = ({ rows }: Compared) => rows.reduce((sum, row) => sum + row.mean, 0) / rows.length;

test("narrower formats are further off, each by about the bits that they lack", { tags: "long" }, () => {
  const [fp32, fp16, bf16] = ["fp32", "fp16", "bf16"].map((format) => errorsIn({ weights: format, activations: format }));
  expect(largest(fp32!.rounded)).toBeLessThan(1e-6);
  expect(mean(fp16!.rounded) / mean(fp32!.rounded)).toBeGreaterThan(2 ** 12); // 13 bits
  expect(mean(fp16!.rounded) / mean(fp32!.rounded)).toBeLessThan(2 ** 14);
  expect(mean(bf16!.rounded) / mean(fp16!.rounded)).toBeGreaterThan(2 ** 2); // 3 bits
  expect(mean(bf16!.rounded) / mean(fp16!.rounded)).toBeLessThan(2 ** 4);
});

test("what one device has in common with the plan is no error of the plan: weights in four bits, but an exchange in eight", () => {
  const wide = errorsIn({ weights: "bf16" });
  const narrow = errorsIn({ weights: "int4", activations: "bf16" });
  expect(mean(narrow.rounded)).toBeGreaterThan(5 * mean(wide.rounded));
  expect(mean(narrow.divided)).toBeLessThan(3 * mean(wide.divided));
  const exchanged = errorsIn({ weights: "bf16", dispatch: "fp8" });
  expect(mean(exchanged.rounded)).toBe(mean(wide.rounded)); // one device exchanges nothing
  expect(mean(exchanged.divided)).toBeGreaterThan(3 * mean(wide.divided));
});

test("a plan of one rank is one device, and copies of it are", () => {
  for (const parallelism of [{}, { data: 2 }]) {
    const { divided } = errorsIn({ weights: "fp8", activations: "bf16", kvCache: "fp8" }, parallelism);
    expect(largest(divided)).toBe(0);
    expect(divided.routings.same).toBe(divided.routings.all);
    expect(divided.outputs.same).toBe(divided.outputs.all);
    expect(divided.divergence!.most).toBe(0);
  }
});

test("choices that a rounding decides are counted apart", () => {
  const { rounded } = errorsIn({ weights: "bf16" }, SHAPE, { layers: 4, experts: { count: 64, topK: 4, hiddenSize: 8 } });
  const { same, all, near, first } = rounded.routings;
  expect(all - same).toBeGreaterThan(0);
  expect(near).toBeLessThanOrEqual(all - same);
  expect(first).toMatch(/^layer \d+, token \d+$/);
});

test("the divergence of logits by hand", () => {
  const [even, odds] = [Float64Array.of(0, 0), Float64Array.of(Math.log(3), 0)];
  expect(divergenceOf(even, odds)).toBeCloseTo(0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25), 12);
  expect(divergenceOf(odds, odds)).toBe(0);
  expect(divergenceOf(even, Float64Array.of(5, 5))).toBe(0); // a constant changes nothing
});

test("whatever the plan, its rounding stays near one device's, and its verdict is that of double precision", () => {
  fc.assert(
    fc.property(drawnPlan, ({ scenario }) => {
      const { verdict, formats } = verify(
        { ...scenario, model: { ...scenario.model, precision: { weights: "fp32", activations: "fp32" } } },
        { full: true, formats: true },
      );
      expect(verdict).toBe("passed");
      if (formats!.divided.routings.same === formats!.divided.routings.all) expect(largest(formats!.divided)).toBeLessThan(1e-5);
      expect(formats!.notFinite).toBeNull();
    }),
    { numRuns: 3 },
  );
});
