import fc from "fast-check";
import { expect, test } from "vitest";
import { type LoadPoint, Strands } from "./strands.ts";

const coordinate = fc.integer({ min: 0, max: 3 });
const point: fc.Arbitrary<LoadPoint> = fc.record({
  line: coordinate,
  along: coordinate,
  third: coordinate,
  fourth: coordinate,
  value: fc.constant(0),
  strand: fc.constantFrom("a", "b", "c"),
});
const points = fc.uniqueArray(point, { minLength: 1, maxLength: 12, selector: ({ strand, along }) => `${strand} ${along}` });

test("each point is held, and what lies halfway between two neighbours of a strand", () => {
  fc.assert(
    fc.property(points, (all) => {
      const strands = new Strands(all);
      for (const one of all) {
        expect(strands.holds(one.line, one.along, one.third, one.fourth)).toBe(true);
        const next = all.filter(({ strand, along }) => strand === one.strand && along > one.along).sort((a, b) => a.along - b.along)[0];
        if (next === undefined) continue;
        const [line, along, third, fourth] = (["line", "along", "third", "fourth"] as const).map((key) => (one[key] + next[key]) / 2);
        expect(strands.holds(line!, along!, third!, fourth!)).toBe(true);
      }
    }),
  );
});

test("of one strand nothing is held beyond its ends, nor beside it", () => {
  const at = (along: number) => ({ line: 2 * along, along, third: 1, fourth: along, value: 0, strand: "" });
  const strands = new Strands([at(0), at(4)]);
  expect(strands.holds(2, 1, 1, 1)).toBe(true);
  expect(strands.holds(2, 1, 1.2, 1)).toBe(false);
  expect(strands.holds(10, 5, 1, 5)).toBe(false);
});
