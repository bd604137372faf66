import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Balancer } from "../balancer.ts";
import { Chains } from "../prefix/chains.ts";
import { PrefixMap } from "../prefix/prefix-map.ts";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";

const BLOCK = 4;

/** What a balancer chooses among, and for whom; the prompts begin with ids of one block each. */
export interface Crowd {
  readonly places: number;
  readonly seed: number;
  readonly requests: readonly { readonly promptTokens: number; readonly outputTokens: number; readonly ids: readonly number[] }[];
  /** After each request, whether one of those there leaves, and which. */
  readonly leaves: readonly (number | undefined)[];
}

export const anyCrowd: fc.Arbitrary<Crowd> = fc.record({
  places: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
  requests: fc.array(
    fc.record({
      promptTokens: fc.integer({ min: 21, max: 60 }),
      outputTokens: fc.integer({ min: 1, max: 30 }),
      ids: fc.array(fc.nat(1), { maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  leaves: fc.array(fc.option(fc.nat(40), { nil: undefined }), { minLength: 1, maxLength: 10 }),
});

/** Sends all of them; each that goes to a place leaves its blocks there. Returns the places. */
export function sent(create: (places: number, seed: number, prefixes: PrefixMap) => Balancer, crowd: Crowd): number[] {
  const slots = new RequestSlots();
  const chains = new Chains(slots, BLOCK);
  const prefixes = new PrefixMap(chains, slots, BLOCK);
  const balancer = create(crowd.places, crowd.seed, prefixes);
  const kept = new Set<string>();
  const there: { slot: number; place: number }[] = [];
  return crowd.requests.map(({ promptTokens, outputTokens, ids }, i) => {
    const prefix = Int32Array.from(ids);
    const slot = slots.take({ ...createArrivingRequest(), promptTokens, outputTokens, prefix, prefixBlockTokens: BLOCK });
    const place = balancer.choose(slot);
    balancer.joined(place, slot, promptTokens, outputTokens);
    const keys = chains.of(slot);
    for (let block = 0; 2 * block < keys.length; block++) {
      const [high, low] = [keys[2 * block]!, keys[2 * block + 1]!];
      if (kept.has(`${place} ${high} ${low}`)) continue;
      kept.add(`${place} ${high} ${low}`);
      prefixes.gained(high, low, block + 1, place);
    }
    there.push({ slot, place });
    const leaving = crowd.leaves[i % crowd.leaves.length];
    if (leaving !== undefined) {
      const [gone] = there.splice(leaving % there.length, 1);
      balancer.left(gone!.place, gone!.slot, slots.promptTokens[gone!.slot]!, slots.outputTokens[gone!.slot]!);
      chains.drop(gone!.slot);
      slots.leave(gone!.slot);
    }
    return place;
  });
}

/** What every balancer owes, whatever it knows. */
export function balancerContract(name: string, create: (places: number, seed: number, prefixes: PrefixMap) => Balancer): void {
  const law = (check: (crowd: Crowd) => void) => fc.assert(fc.property(anyCrowd, check), { numRuns: drawnCases(60) });

  describe(`${name}, as every balancer,`, () => {
    test("names a place that there is", () => {
      law((crowd) => {
        for (const place of sent(create, crowd)) expect(Number.isInteger(place) && place >= 0 && place < crowd.places).toBe(true);
      });
    });

    test("chooses the same for the same crowd and seed", () => {
      law((crowd) => {
        expect(sent(create, crowd)).toEqual(sent(create, crowd));
      });
    });

    test("sends none where it is closed, unless it is closed everywhere", () => {
      fc.assert(
        fc.property(anyCrowd, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), (crowd, isOpen) => {
          const open = isOpen.slice(0, crowd.places);
          const closing = (places: number, seed: number, prefixes: PrefixMap) => {
            const balancer = create(places, seed, prefixes);
            for (const [place, each] of open.entries()) balancer.open(place, each);
            return balancer;
          };
          const any = open.every((each) => !each);
          for (const place of sent(closing, crowd)) expect(any || open[place]).toBe(true);
        }),
        { numRuns: drawnCases(60) },
      );
    });

    test("chooses as ever once all places are open again", () => {
      const reopening = (places: number, seed: number, prefixes: PrefixMap) => {
        const balancer = create(places, seed, prefixes);
        for (let place = 0; place < places; place++) balancer.open(place, false);
        for (let place = places - 1; place >= 0; place--) balancer.open(place, true);
        return balancer;
      };
      law((crowd) => {
        expect(sent(reopening, crowd)).toEqual(sent(create, crowd));
      });
    });

    test("leaves no place without requests for ever", () => {
      const alike = { promptTokens: 30, outputTokens: 10 };
      const requests = Array.from({ length: 200 }, (_, i) => ({ ...alike, ids: [i, i] }));
      const places = new Set(sent(create, { places: 5, seed: 1, requests, leaves: [undefined] }));
      expect(places.size).toBe(5);
    });
  });
}
