import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { VisitMasks } from "./visit-masks.ts";

test.prop([fc.integer({ min: 1, max: 32 }), fc.array(fc.integer()), fc.array(fc.integer())])(
  "as many tokens come to a rank as have its bit, each time that it is asked",
  (ranks, before, after) => {
    const masks = new VisitMasks(ranks);
    const all = ranks === 32 ? -1 : 2 ** ranks - 1;
    const out = new Float64Array(ranks + 1);
    for (const sets of [before, after]) {
      for (const set of sets) masks.add(set & all);
      out.fill(1);
      masks.addTo(out, 1);
      expect(out[0]).toBe(1);
      for (let rank = 0; rank < ranks; rank++) expect(out[1 + rank]).toBe(1 + sets.filter((set) => (set >>> rank) & 1).length);
    }
  },
);
