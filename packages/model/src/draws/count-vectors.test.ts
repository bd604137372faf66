import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { CountVectors, placeVector } from "./count-vectors.ts";
import { Lists } from "./lists.ts";
import { createVisits } from "./visits.ts";

const EXPERTS = 3_000; // a block has room for some tens of full rows
const PLACES = { rankOf: new Int32Array(EXPERTS), nodeOf: Int32Array.of(0, 0, 1), nodes: 2 };

const cells = fc.array(fc.tuple(fc.nat(EXPERTS - 1), fc.integer({ min: 1, max: 99 })), { maxLength: 9 });
const row = fc.record({
  cells,
  isFull: fc.boolean(),
  ranks: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
  isKept: fc.boolean(),
  withVisits: fc.boolean(),
});

test.prop([fc.array(row, { minLength: 20, maxLength: 40 })], { numRuns: 12 })(
  "vectors that are kept give back the rows that they were made of, whatever is made after them, and that which was made last does",
  (rows) => {
    const vectors = new CountVectors();
    const made = rows.map(({ cells, isFull, ranks, isKept, withVisits }, r) => {
      const out = new Float64Array(EXPERTS).fill(isFull ? 7 : 0);
      for (const [expert, copies] of cells) out[expert] = copies;
      const visits = withVisits ? createVisits(1, PLACES) : undefined;
      visits?.toRanks.set(ranks);
      visits?.toNodes.set([ranks[0] + ranks[1], ranks[2]]);
      const vector = vectors.make(out, visits);
      if (isKept) vectors.keep(vector);
      return { out, visits, vector, isKept: isKept || r === rows.length - 1 };
    });
    for (const { out, visits, vector, isKept } of made) {
      if (!isKept) continue;
      const into = new Float64Array(2 * EXPERTS);
      const lists = new Lists(2, EXPERTS);
      const visited = visits && createVisits(2, PLACES);
      placeVector(vector, 1, into, EXPERTS, visited, lists);
      expect(into.subarray(EXPERTS)).toEqual(out);
      expect(into.subarray(0, EXPERTS).every((copies) => copies === 0)).toBe(true);
      expect([...lists.places.subarray(EXPERTS, EXPERTS + lists.lengths[1]!)]).toEqual([...out.keys()].filter((e) => out[e]! > 0));
      expect(visited?.toRanks.subarray(3)).toEqual(visits?.toRanks);
      expect(visited?.toNodes.subarray(2)).toEqual(visits?.toNodes);
      const ranks = visited && [...visited.ranks.places.subarray(3, 3 + visited.ranks.lengths[1]!)];
      expect(ranks).toEqual(visits && [0, 1, 2].filter((rank) => visits.toRanks[rank]! > 0));
    }
  },
);
