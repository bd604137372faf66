import { test } from "@fast-check/vitest";
import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { ExpertChoice } from "./expert-choice.ts";
import { PopularityRouter } from "./popularity-router.ts";
import { SampledRouter } from "./sampled-router.ts";
import { createVisits } from "./visits.ts";

const EXPERTS = 16;
const PLACES = { rankOf: Int32Array.from({ length: EXPERTS }, (_, e) => e >> 2), nodeOf: Int32Array.of(0, 0, 1, 1), nodes: 2 };
const WEIGHTS = Float64Array.from({ length: EXPERTS }, (_, e) => (e + 1) / 136);

function exactRouter(topK = 3) {
  return new PopularityRouter("weighted", [new ExpertChoice(WEIGHTS, topK), new ExpertChoice(WEIGHTS, topK)]);
}

function routed(router: PopularityRouter | SampledRouter, layer: number, tokens: readonly number[], stream = new Streams(1).stream("s")) {
  const out = new Float64Array(tokens.length * EXPERTS);
  const visits = createVisits(tokens.length, PLACES);
  router.route(layer, tokens, stream, out, visits);
  return { out, visits };
}

describe("sampled routing", () => {
  test.prop([fc.array(fc.constantFrom(0, 1, 5, 31, 32, 40, 200), { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(1)])(
    "sends whole copies of every token, and tells visits that they can make",
    (tokens, seed, layer) => {
      const { out, visits } = routed(new SampledRouter(exactRouter(), EXPERTS, new Streams(seed)), layer, tokens);
      for (const [source, own] of tokens.entries()) {
        const copies = out.subarray(source * EXPERTS, (source + 1) * EXPERTS);
        expect(copies.reduce((sum, n) => sum + n, 0)).toBe(3 * own);
        expect(Math.max(...copies)).toBeLessThanOrEqual(own);
        const toNodes = visits.toNodes.subarray(2 * source, 2 * source + 2);
        for (let rank = 0; rank < 4; rank++) {
          const ofRank = copies.subarray(4 * rank, 4 * rank + 4);
          const most = Math.min(
            own,
            ofRank.reduce((sum, n) => sum + n, 0),
          );
          const visiting = visits.toRanks[4 * source + rank]!;
          expect(visiting >= Math.max(...ofRank) && visiting <= most && visiting <= toNodes[rank >> 1]!).toBe(true);
        }
      }
    },
  );

  test.prop([fc.array(fc.constantFrom(1, 40, 200), { minLength: 1, maxLength: 30 }), fc.nat()])(
    "keeps vectors that do not depend on who needs them first",
    (sizes, seed) => {
      const [used, fresh] = [0, 1].map(() => new SampledRouter(exactRouter(), EXPERTS, new Streams(seed)));
      for (const size of sizes) routed(used!, 0, [size], new Streams(seed).stream(`other/${size}`));
      expect(routed(used!, 0, [40, 200, 7])).toEqual(routed(fresh!, 0, [40, 200, 7]));
    },
  );

  test("lets the counts of as many tokens come again, of no others, and each as often as any", () => {
    const router = new SampledRouter(exactRouter(), EXPERTS, new Streams(5));
    const stream = new Streams(5).stream("draws");
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 6400; draw++) {
      const key = routed(router, 0, [500], stream).out.join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(64); // of 500 tokens no two vectors are alike
    for (const times of seen.values()) expect(Math.abs(times - 100)).toBeLessThan(45); // 4.5 standard deviations
    expect(seen.has(routed(router, 1, [500], stream).out.join())).toBe(false);
  });

  test("gives experts their shares of the copies within what 64 exact draws scatter", () => {
    const router = new SampledRouter(exactRouter(), EXPERTS, new Streams(6));
    const stream = new Streams(6).stream("draws");
    const sums = new Float64Array(EXPERTS);
    const draws = 3000;
    for (let draw = 0; draw < draws; draw++) {
      const { out } = routed(router, 0, [200], stream);
      for (let e = 0; e < EXPERTS; e++) sums[e]! += out[e]!;
    }
    exactRouter()
      .shares(0)!
      .forEach((share, e) => {
        const chance = 3 * share; // of a token to choose the expert
        const deviation = Math.sqrt((chance * (1 - chance)) / (64 * 200));
        expect(Math.abs(sums[e]! / (200 * draws) - chance)).toBeLessThan(4.5 * deviation);
      });
  });
});
