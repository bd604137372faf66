import fc from "fast-check";
import { expect, test } from "vitest";
import { CapacityControl } from "./capacity-control.ts";

const lost = (dropped: number, masked = 0) => ({ rerouted: 0, dropped, masked });

test("the factor goes a step up after too much was lost, a step down after little, and stays in between", () => {
  const control = new CapacityControl(1.1, { to: 1.4, dropped: 0.1, step: 0.1 });
  const factors = [200, 200, 200, 200, 80, 40, 0].map((dropped) => {
    control.tell(3, 1000, lost(dropped));
    return control.factor(3);
  });
  expect(factors).toEqual([1.2, 1.3, 1.4, 1.4, 1.4, 1.3, 1.2]); // 8 % is neither over 10 % nor under 5 %
});

test("each layer of each stage has its own, and one without copies tells nothing", () => {
  const control = new CapacityControl(1, { to: 2, dropped: 0.01, step: 0.5 });
  control.tell(1, 100, lost(0, 50)); // masked copies are lost too
  control.tell(2, 0, lost(0));
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
        control.tell(0, 100, lost(dropped));
        expect(control.factor(0)).toBeGreaterThanOrEqual(from);
        expect(control.factor(0)).toBeLessThanOrEqual(to + 1e-9);
      }
      for (let i = 0; i < 100; i++) control.tell(0, 100, lost(100));
      expect(control.factor(0)).toBeCloseTo(to, 8);
      for (let i = 0; i < 100; i++) control.tell(0, 100, lost(0));
      expect(control.factor(0)).toBe(from);
    }),
  );
});
