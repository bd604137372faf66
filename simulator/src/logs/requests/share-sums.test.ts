import fc from "fast-check";
import { expect, test } from "vitest";
import { addShare, createShareSums, sharesOf } from "./share-sums.ts";

const shares = fc.array(fc.record({ key: fc.nat(2), ns: fc.nat(1_000_000_000), tokens: fc.integer({ min: 1, max: 5000 }) }), {
  maxLength: 60,
});

test("sums of shares do not depend on the order they are added in", () => {
  fc.assert(
    fc.property(shares, fc.nat(), (given, turn) => {
      const sums = [given, [...given.slice(turn % (given.length + 1)), ...given.slice(0, turn % (given.length + 1))].reverse()].map(
        (all) => {
          const sum = createShareSums(3);
          for (const { key, ns, tokens } of all) addShare(sum, key, ns, 1 / tokens);
          return sharesOf(sum, 3);
        },
      );
      expect(sums[1]).toEqual(sums[0]);
    }),
  );
});

test("of what is added and taken away again nothing is left, and of a nanosecond of many tokens what it is", () => {
  fc.assert(
    fc.property(shares, fc.integer({ min: 3, max: 5000 }), (given, tokens) => {
      const sum = createShareSums(3);
      for (const each of given) addShare(sum, each.key, each.ns, 1 / each.tokens);
      addShare(sum, 1, 1, 1 / tokens);
      for (const each of given) addShare(sum, each.key, each.ns, -1 / each.tokens);
      const [first, small, last] = sharesOf(sum, 3);
      expect([first, last]).toEqual([0, 0]);
      expect(small).toBeCloseTo(1 / tokens, 8);
    }),
  );
});
