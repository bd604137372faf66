import fc from "fast-check";
import { expect, test } from "vitest";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { Chains } from "./chains.ts";
import { PrefixMap } from "./prefix-map.ts";

const BLOCK = 2;

test("names the places that keep the beginning of a prompt, to the deepest of the depths that it notes, as a search of all places would", () => {
  const anyKept = fc.array(
    fc.record({ place: fc.nat(4), blocks: fc.integer({ min: 1, max: 120 }), branch: fc.integer({ min: 0, max: 120 }) }),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(anyKept, fc.integer({ min: 1, max: 120 }), fc.nat(120), fc.array(fc.nat(11)), (kept, blocks, branch, forgets) => {
      const slots = new RequestSlots();
      const chains = new Chains(slots, BLOCK);
      const map = new PrefixMap(chains, slots, BLOCK);
      /** A text of ids 0, 1, 2, … that goes another way after `branch` blocks. */
      const asked = (length: number, from: number, way: number) => {
        const prefix = Int32Array.from({ length }, (_, at) => (at < from ? at : 1000 * way + at));
        return slots.take({ ...createArrivingRequest(), promptTokens: length * BLOCK + 1, prefix, prefixBlockTokens: BLOCK });
      };
      const there = kept.map((each, i) => ({ ...each, keys: chains.of(asked(each.blocks, each.branch, i + 1)) }));
      for (const { keys, place } of there) {
        for (let b = 0; 2 * b < keys.length; b++) map.gained(keys[2 * b]!, keys[2 * b + 1]!, b + 1, place);
      }
      const gone = new Set(forgets.filter((i) => i < there.length));
      for (const i of gone) {
        const { keys, place } = there[i]!;
        for (let b = keys.length / 2 - 1; b >= 0; b--) map.lost(keys[2 * b]!, keys[2 * b + 1]!, place);
      }
      const slot = asked(blocks, branch, 99);
      const deepest = map.deepest(slot);
      const common = there.map((each, i) => (gone.has(i) ? 0 : Math.min(blocks, each.blocks, each.branch, branch)));
      const most = Math.max(0, ...common);
      if (most === 0) expect(deepest).toHaveLength(0);
      else {
        // the depth that is noted: within an eighth of the deepest, and the same places as a search finds there
        const depths = common.filter((depth, i) => deepest.includes(there[i]!.place) && depth > most - Math.ceil(most / 8));
        expect(depths.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: drawnCases(200) },
  );
});
