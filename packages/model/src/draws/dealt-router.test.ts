import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import { modelOf } from "../gates/gate.contract.ts";
import { createTokenRouter } from "../policies.ts";
import { DealtRouter } from "./dealt-router.ts";
import { Lists } from "./lists.ts";
import { createVisits } from "./visits.ts";

const EXPERTS = 16;
const TOP_K = 4;
const PLACES = { rankOf: Int32Array.from({ length: EXPERTS }, (_, x) => x >> 2), nodeOf: Int32Array.of(0, 0, 1, 1), nodes: 2 };

test("copies and visits of all sources are those of one draw of all tokens, in proportion to the tokens of each", () => {
  const tokensOf = fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }).filter((tokens) => tokens.some((own) => own > 0));
  fc.assert(
    fc.property(tokensOf, fc.nat(1000), (tokens, seed) => {
      const exact = createTokenRouter(modelOf(EXPERTS, TOP_K), { kind: "lognormal", sigma: 1, shared: false }, new Streams(seed));
      const stream = (streams: Streams) => streams.stream("routing");
      const sum = tokens.reduce((all, own) => all + own, 0);
      const whole = new Float64Array(EXPERTS);
      const wholeVisits = createVisits(1, PLACES);
      exact.route(0, [sum], stream(new Streams(seed)), whole, wholeVisits, new Lists(1, EXPERTS));
      const out = new Float64Array(tokens.length * EXPERTS);
      const visits = createVisits(tokens.length, PLACES);
      const lists = new Lists(tokens.length, EXPERTS);
      new DealtRouter(exact, EXPERTS).route(0, tokens, stream(new Streams(seed)), out, visits, lists);
      expect(lists.areCurrent).toBe(true);
      for (let x = 0; x < EXPERTS; x++) {
        let copies = 0;
        for (let source = 0; source < tokens.length; source++) {
          copies += out[source * EXPERTS + x]!;
          expect(out[source * EXPERTS + x]!).toBeCloseTo((whole[x]! * tokens[source]!) / sum, 9);
        }
        expect(copies).toBe(whole[x]); // whole, to the last digit
      }
      for (let source = 0; source < tokens.length; source++) {
        for (let rank = 0; rank < 4; rank++)
          expect(visits.toRanks[source * 4 + rank]!).toBeCloseTo((wholeVisits.toRanks[rank]! * tokens[source]!) / sum, 9);
        for (let node = 0; node < 2; node++)
          expect(visits.toNodes[source * 2 + node]!).toBeCloseTo((wholeVisits.toNodes[node]! * tokens[source]!) / sum, 9);
        const listed = lists.places.subarray(source * EXPERTS, source * EXPERTS + lists.lengths[source]!);
        for (let x = 0; x < EXPERTS; x++) expect(listed.includes(x) || out[source * EXPERTS + x] === 0).toBe(true);
      }
    }),
  );
});
