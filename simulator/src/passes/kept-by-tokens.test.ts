import fc from "fast-check";
import { expect, test } from "vitest";
import { KeptByTokens } from "./kept-by-tokens.ts";

const batch = fc.array(fc.nat(3), { minLength: 2, maxLength: 2 });

const create = () => ({ tokens: new Float64Array(2).fill(-1), reported: -1 });

test("facts that are known are of the tokens that were asked for, however many others had their place", () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 60 }), fc.constantFrom(1, 200_000), (asked, numbers) => {
      const left: number[] = [];
      const facts = new KeptByTokens(1, numbers, create, (each) => void left.push(each.reported)); // with so many numbers there are few places
      for (const tokens of asked) {
        const found = facts.find(Float64Array.from(tokens));
        const reported = 10 * tokens[0]! + tokens[1]!;
        if (facts.known) expect(found.reported).toBe(reported);
        else expect(left.at(-1)).toBe(found.reported);
        found.reported = reported;
      }
      const kept = facts.kept.map(({ reported }) => reported);
      expect(new Set([...left, ...kept])).toEqual(new Set([...left, ...asked.map(([a, b]) => 10 * a! + b!)])); // none is lost
    }),
    { numRuns: drawnCases(20) },
  );
});

test("what was just asked for is known", () => {
  const facts = new KeptByTokens(1, 100, create);
  facts.find(Float64Array.of(5, 0));
  expect(facts.known).toBe(false);
  facts.find(Float64Array.of(5, 0));
  expect(facts.known).toBe(true);
  facts.find(Float64Array.of(0, 5));
  expect(facts.known).toBe(false);
});

test("many tables keep no more between them than a few would", () => {
  const keptBy = (tables: number) => {
    const facts = new KeptByTokens(tables, 1, create);
    for (let tokens = 0; tokens < 10_000; tokens++) facts.find(Float64Array.of(tokens, 0));
    return tables * facts.kept.length;
  };
  expect(keptBy(512)).toBeLessThanOrEqual(64 * 4096);
  expect(keptBy(4)).toBeGreaterThan(4 * 3000);
});
