import fc from "fast-check";
import { expect, test } from "vitest";
import { FactsByTokens } from "./facts-by-tokens.ts";

const batch = fc.array(fc.nat(3), { minLength: 2, maxLength: 2 });

test("facts that are known tell of the tokens that were asked for, however many others had their place", () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 60 }), fc.constantFrom(1, 200_000), (asked, ranks) => {
      const facts = new FactsByTokens(2, ranks, 1, 0); // with so many ranks there are few places
      for (const tokens of asked) {
        const found = facts.find(Float64Array.from(tokens));
        const told = 10 * tokens[0]! + tokens[1]!;
        if (facts.known) expect(found.dropped).toBe(told);
        else found.dropped = told;
      }
    }),
    { numRuns: 50 },
  );
});

test("what was just asked for is known", () => {
  const facts = new FactsByTokens(2, 8, 3, 128);
  facts.find(Float64Array.of(5, 0));
  expect(facts.known).toBe(false);
  facts.find(Float64Array.of(5, 0));
  expect(facts.known).toBe(true);
  facts.find(Float64Array.of(0, 5));
  expect(facts.known).toBe(false);
});
