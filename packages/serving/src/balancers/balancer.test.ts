import { Streams, uniformInteger } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBalancer } from "../create-balancer.ts";
import type { PrefixMap } from "../prefix/prefix-map.ts";
import { balancerContract, sent } from "./balancer.contract.ts";

const SPECS = [
  { kind: "round-robin" },
  { kind: "random" },
  { kind: "least-outstanding" },
  { kind: "least-kv" },
  { kind: "two-choices" },
  { kind: "prefix-aware", factor: 2 },
] as const;

for (const spec of SPECS) {
  balancerContract(spec.kind, (places, seed, prefixes) => createBalancer(spec, places, new Streams(seed), "test", prefixes));
}

test.each(["least-outstanding", "least-kv"] as const)(
  "by hand: %s takes the lowest number of equals, again when all have as much",
  (kind) => {
    const balancer = createBalancer({ kind }, 3, new Streams(1), "test", undefined);
    const chosen = Array.from({ length: 7 }, (_, slot) => {
      const place = balancer.choose(slot);
      balancer.joined(place, slot, 10, 5);
      return place;
    });
    expect(chosen).toEqual([0, 1, 2, 0, 1, 2, 0]);
  },
);

test("two-choices takes the first that was drawn of equals", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 9 }), (seed, places) => {
      const balancer = createBalancer({ kind: "two-choices" }, places, new Streams(seed), "test", undefined);
      const draws = new Streams(seed).stream("balancer/test");
      for (let slot = 0; slot < 5; slot++) {
        const first = uniformInteger(draws, 0, places - 1);
        uniformInteger(draws, 1, places - 1);
        expect(balancer.choose(slot)).toBe(first);
      }
    }),
  );
});

describe("prefix-aware", () => {
  const create = (factor: number) => (places: number, seed: number, prefixes: PrefixMap) =>
    createBalancer({ kind: "prefix-aware", factor }, places, new Streams(seed), "test", prefixes);
  const request = (...ids: number[]) => ({ promptTokens: 40, outputTokens: 10, ids });
  const eachSeed = (factor: number, requests: readonly ReturnType<typeof request>[], check: (places: number[]) => void) =>
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        check(sent(create(factor), { places: 8, seed, requests, leaves: [undefined] }));
      }),
    );

  test("sends a prompt where most of it is cached", () => {
    const requests = [request(1, 2, 3, 4), request(1, 2, 5, 6), request(7), request(1, 2, 5, 9), request(1, 2, 3, 9)];
    eachSeed(100, requests, (places) => {
      expect(places[1]).toBe(places[0]); // two blocks of it
      expect(places[3]).toBe(places[1]); // three
      expect(places[4]).toBe(places[0]);
    });
  });

  test("sends it elsewhere when that place would have more than so many times the tokens that the least loaded would", () => {
    // 50 tokens each: with a second one the place has 100, twice as many as an empty place with it; with a third, three times as many.
    eachSeed(2, [request(1, 2), request(1, 2), request(1, 2)], (places) => {
      expect(places[1]).toBe(places[0]);
      expect(places[2]).not.toBe(places[0]);
    });
    eachSeed(1, [request(1, 2), request(1, 2)], (places) => {
      expect(places[1]).not.toBe(places[0]);
    });
  });

  test("of two places that keep as much it takes the better", () => {
    // The third is sent away from the first's place and keeps the prompt where it is; the fourth goes there: 100 tokens against 150.
    eachSeed(2, [request(1, 2), request(1, 2), request(1, 2), request(1, 2)], (places) => {
      expect(places[3]).toBe(places[2]);
    });
  });
});
