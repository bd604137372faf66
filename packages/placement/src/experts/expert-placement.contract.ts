import { describe, expect, test } from "vitest";
import type { ExpertPlacement } from "./expert-placement.ts";

/** What a placement is made for. */
export interface PlacedExperts {
  readonly experts: number;
  /** Experts' ranks. */
  readonly ranks: number;
  readonly layers: number;
}

/** The laws of every placement of experts: `made` gives one for whatever of `cases` it is asked. */
export function expertPlacementContract(name: string, cases: readonly PlacedExperts[], made: (of: PlacedExperts) => ExpertPlacement): void {
  describe(`placement of experts: ${name}`, () => {
    const each = (law: (of: PlacedExperts, placement: ExpertPlacement, layer: number) => void) => {
      for (const of of cases) for (let layer = 0; layer < of.layers; layer++) law(of, made(of), layer);
    };

    test("every rank has its own slots, in a row, and every slot is on one rank", () => {
      each(({ ranks }, placement, layer) => {
        const { offsets, expertIn } = placement.slots(layer);
        expect(offsets.length).toBe(ranks + 1);
        expect([offsets[0], offsets[ranks]]).toEqual([0, expertIn.length]);
        for (let e = 0; e < ranks; e++) expect(offsets[e + 1]).toBeGreaterThanOrEqual(offsets[e]!);
      });
    });

    test("every expert has a slot, and its slots are those that hold it", () => {
      each(({ experts }, placement, layer) => {
        const { expertIn, firstOf, slotsOf, experts: held } = placement.slots(layer);
        expect(held).toBe(experts);
        for (let x = 0; x < experts; x++) {
          const holding = [...expertIn.keys()].filter((slot) => expertIn[slot] === x);
          expect(holding.length).toBeGreaterThan(0);
          expect([...slotsOf.slice(firstOf[x], firstOf[x + 1])]).toEqual(holding);
        }
        for (const x of expertIn) expect(x >= -1 && x < experts).toBe(true);
      });
    });

    test("the most slots of a rank are given for each layer, and for all", () => {
      for (const of of cases) {
        const placement = made(of);
        let most = 0;
        for (let layer = 0; layer < of.layers; layer++) {
          const { offsets, most: ofLayer } = placement.slots(layer);
          const counts = Array.from({ length: of.ranks }, (_, e) => offsets[e + 1]! - offsets[e]!);
          expect(ofLayer).toBe(Math.max(...counts));
          most = Math.max(most, ofLayer);
        }
        expect(placement.mostSlots).toBe(most);
      }
    });

    test("slots are in order where they are the experts themselves, and layers that are alike share theirs", () => {
      for (const of of cases) {
        const placement = made(of);
        const known = new Map<string, unknown>();
        for (let layer = 0; layer < of.layers; layer++) {
          const slots = placement.slots(layer);
          const { expertIn, offsets, inOrder } = slots;
          expect(inOrder).toBe(expertIn.join() === Array.from({ length: of.experts }, (_, x) => x).join());
          const key = `${offsets.join()};${expertIn.join()}`;
          expect(slots).toBe(known.get(key) ?? slots);
          known.set(key, slots);
        }
      }
    });
  });
}
