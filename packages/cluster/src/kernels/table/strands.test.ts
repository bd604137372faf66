import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LoadPoint, Strands } from "./strands.ts";

const coordinate = fc.integer({ min: 0, max: 3 });
const point: fc.Arbitrary<LoadPoint> = fc.record({
  line: coordinate,
  along: coordinate,
  handed: coordinate,
  spread: coordinate,
  value: fc.integer({ min: -9, max: 9 }),
  strand: fc.constantFrom("a", "b", "c"),
});
const points = fc.uniqueArray(point, { minLength: 1, maxLength: 12, selector: ({ strand, along }) => `${strand} ${along}` });
const place = fc.double({ min: -1, max: 4, noNaN: true });
const load = fc.tuple(place, place, place, place);
const loadOf = ({ line, along, handed, spread }: LoadPoint) => [line, along, handed, spread] as const;

describe("of several strands", () => {
  test("each point comes back as it was measured; of points with the same load in several strands the mean", () => {
    fc.assert(
      fc.property(points, (all) => {
        const strands = new Strands(all);
        for (const one of all) {
          const same = all.filter((other) => String(loadOf(other)) === String(loadOf(one)));
          expect(strands.at(...loadOf(one))).toBeCloseTo(same.reduce((sum, { value }) => sum + value, 0) / same.length, 9);
          expect(strands.gap).toBe(0);
          expect(strands.holds(...loadOf(one))).toBe(true);
        }
      }),
    );
  });

  test("nothing is over all points, or under", () => {
    fc.assert(
      fc.property(points, load, (all, at) => {
        const value = new Strands(all).at(...at);
        expect(value).toBeGreaterThanOrEqual(Math.min(...all.map((one) => one.value)) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...all.map((one) => one.value)) + 1e-9);
      }),
    );
  });

  test("their order does not matter", () => {
    fc.assert(
      fc.property(points, load, (all, at) => {
        expect(new Strands([...all].reverse()).at(...at)).toBeCloseTo(new Strands(all).at(...at), 9);
      }),
    );
  });

  test("the one whose loads are like what is asked for counts more", () => {
    const of = (strand: string, spread: number, value: number) =>
      [0, 8].map((along) => ({ line: 0, along, handed: 0, spread, value, strand }));
    const strands = new Strands([...of("even", 0, 0), ...of("uneven", 2, 1)]);
    let before = 0;
    for (const spread of [0.25, 0.5, 1, 1.5, 1.75]) {
      const value = strands.at(0, 8, 0, spread);
      expect(value).toBeGreaterThan(before);
      before = value;
    }
    expect(strands.at(0, 8, 0, 0.5)).toBeCloseTo(1 / (1 + 1.5 ** 4 / 0.5 ** 4), 12); // weights 16 and 1 / 5.0625
  });
});

test("where no strand was handed such a share, unevenness decides between them as it would if one were", () => {
  const of = (strand: string, spread: number, handed: number, value: number) => [{ line: 0, along: 0, handed, spread, value, strand }];
  const strands = new Strands([...of("even", 0, 2, 0), ...of("uneven", 2, 2, 1), ...of("far", 0, 5, 9)]);
  expect(strands.at(0, 0, 2, 0)).toBe(0);
  expect(strands.at(0, 0, 0, 0)).toBe(0);
  expect(strands.at(0, 0, 0, 2)).toBe(1);
  expect(strands.gap).toBe(2);
});

test("one strand is straight between its points, whatever the load is beside them, and beyond them stays as it is there", () => {
  const at = (along: number, value: number) => ({ line: 2 * along, along, handed: 1, spread: along, value, strand: "" });
  const strands = new Strands([at(0, 1), at(4, 9)]);
  for (const beside of [0, 3]) {
    expect(strands.at(beside, 1, 1, 0)).toBeCloseTo(3, 12);
    expect(strands.at(beside, -7, 1, 0)).toBe(1);
    expect(strands.at(beside, 70, 1, 0)).toBe(9);
  }
  expect(strands.holds(2, 1, 1, 1)).toBe(true);
  expect(strands.holds(2, 1, 1.2, 1)).toBe(false);
  expect(strands.holds(10, 5, 1, 5)).toBe(false);
});
