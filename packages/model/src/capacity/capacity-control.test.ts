import { lognormal, multinomial, Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CapacityControl } from "./capacity-control.ts";

const lost = (dropped: number, masked = 0) => ({ rerouted: 0, dropped, masked });

test("the factor goes up while anything is owed, stays while that is paid back or in credit, and comes down when the credit is full", () => {
  const control = new CapacityControl(1.1, { to: 1.4, dropped: 0.1, step: 0.1 });
  const factors = [200, 200, 200, 200, 0, 0, 0, 0].map((dropped) => {
    control.observe(3, 1000, lost(dropped));
    return control.factor(3);
  });
  expect(factors).toEqual([1.2, 1.3, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4]); // four times 10 % are owed, and paid back by four without loss
  const later = Array.from({ length: 18 }, () => {
    control.observe(3, 1000, lost(0));
    return control.factor(3);
  });
  expect(later.slice(0, 15)).toEqual(new Array(15).fill(1.4)); // 16 times 10 % are the credit that it may have
  expect(later.slice(15)).toEqual([1.3, 1.2, 1.1]);
});

test("each layer of each stage has its own, and one without copies says nothing", () => {
  const control = new CapacityControl(1, { to: 2, dropped: 0.01, step: 0.5 });
  control.observe(1, 100, lost(0, 50)); // masked copies are lost too
  control.observe(2, 0, lost(0));
  expect([control.factor(0), control.factor(1), control.factor(2)]).toEqual([1, 1.5, 1]);
});

test("the factor never leaves its bounds, and reaches both", () => {
  const bounds = fc.record({
    from: fc.constantFrom(0.5, 1, 1.1),
    more: fc.double({ min: 0, max: 3, noNaN: true }),
    step: fc.constantFrom(0.05, 0.3, 1),
  });
  fc.assert(
    fc.property(bounds, fc.array(fc.nat(100), { maxLength: 30 }), ({ from, more, step }, drops) => {
      const to = from + more;
      const control = new CapacityControl(from, { to, dropped: 0.1, step });
      for (const dropped of drops) {
        control.observe(0, 100, lost(dropped));
        expect(control.factor(0)).toBeGreaterThanOrEqual(from);
        expect(control.factor(0)).toBeLessThanOrEqual(to + 1e-9);
      }
      for (let i = 0; i < 200; i++) control.observe(0, 100, lost(100));
      expect(control.factor(0)).toBeCloseTo(to, 8);
      for (let i = 0; i < 200; i++) control.observe(0, 100, lost(0));
      expect(control.factor(0)).toBe(from);
    }),
  );
});

/** The mean share of 8,000 micro-batches of `tokens` on 16 experts as uneven as a lognormal gate of 0.5 has them that is lost where a controller holds it to `dropped`. */
function meanLost(tokens: number, dropped: number, step: number, seed: number): number {
  const streams = new Streams(seed);
  const weights = Float64Array.from({ length: 16 }, () => lognormal(streams.stream("weights"), 0, 0.5));
  const control = new CapacityControl(1, { to: 16, dropped, step });
  const counts = new Float64Array(16);
  let sum = 0;
  for (let batch = 0; batch < 8_000; batch++) {
    multinomial(streams.stream("tokens"), tokens, weights, counts);
    const capacity = Math.ceil((control.factor(0) * tokens) / 16);
    const over = counts.reduce((all, count) => all + Math.max(0, count - capacity), 0);
    control.observe(0, tokens, lost(over));
    if (batch >= 2_000) sum += over / tokens;
  }
  return sum / 6_000;
}

test("the share that is lost in the mean stays under the target and comes near it, in prefills and in small decode steps", () => {
  for (const [tokens, dropped, step] of [
    [16, 0.01, 0.05],
    [64, 0.01, 0.05],
    [64, 0.05, 0.05],
    [512, 0.01, 0.2],
    [10_000, 0.01, 0.05],
  ] as const) {
    const mean = meanLost(tokens, dropped, step, tokens);
    expect(mean).toBeLessThan(dropped * 1.02);
    expect(mean).toBeGreaterThan(dropped * 0.3);
  }
});
