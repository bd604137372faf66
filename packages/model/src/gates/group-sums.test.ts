import fc from "fast-check";
import { expect, test } from "vitest";
import { GroupSums } from "./group-sums.ts";

function* subsets(items: readonly number[], size: number): Generator<number[]> {
  if (size === 0) yield [];
  else for (const [i, item] of items.entries()) for (const rest of subsets(items.slice(i + 1), size - 1)) yield [item, ...rest];
}

const weight = fc.double({ min: 0.01, max: 1, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test("the chance that a token has a copy for a place is that over all sets of groups, and of experts in them, one by one", () => {
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 8, maxLength: 8 }),
      fc.array(share, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 2, max: 4 }), // of four groups of two experts
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 255 }),
      (weights, shares, limit, topK, mask) => {
        const sets = [...subsets([0, 1, 2, 3], limit)];
        const chances = Float64Array.from(sets, (_, i) => (i + 1) / ((sets.length * (sets.length + 1)) / 2));
        const experts = Array.from({ length: 8 }, (_, x) => x).filter((x) => (mask >> x) % 2 === 1);
        const all = weights.reduce((sum, each) => sum + each, 0);
        const own = Float64Array.from(weights, (each) => each / all);
        let elsewhere = 0;
        for (const [s, set] of sets.entries()) {
          let [sum, left] = [0, 0];
          for (const chosen of subsets(
            set.flatMap((group) => [2 * group, 2 * group + 1]),
            topK,
          )) {
            const product = chosen.reduce((value, x) => value * own[x]!, 1);
            sum += product;
            left += chosen.reduce((value, x) => value * (experts.includes(x) ? 1 - shares[x]! : 1), product);
          }
          elsewhere += (chances[s]! * left) / sum;
        }
        const place = { experts: Int32Array.from(experts), shares: Float64Array.from(experts, (x) => shares[x]!) };
        expect(new GroupSums(own, topK, 4, limit, chances).coming(place)).toBeCloseTo(1 - elsewhere, 9);
      },
    ),
  );
});
