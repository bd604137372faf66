import fc from "fast-check";
import { expect, test } from "vitest";
import { contiguous } from "./contiguous.ts";
import { dealOrder } from "./deal-order.ts";
import { expertSlots } from "./expert-placement.ts";
import { roundRobin } from "./round-robin.ts";

test("it goes from rank to rank, and has each expert once: further copies, and empty slots, are passed over", () => {
  const slots = expertSlots(5, [
    [0, 1],
    [2, 0],
    [3, -1, 4],
  ]);
  expect([...dealOrder([{ mostSlots: 3, slots: () => slots }], 0)!]).toEqual([0, 2, 3, 1, 4]);
});

test("of two placements the one on more ranks counts; no placement gives no order", () => {
  expect([...dealOrder([contiguous(4, 2), undefined, contiguous(4, 4)], 0)!]).toEqual([0, 1, 2, 3]);
  expect([...dealOrder([contiguous(4, 2)], 0)!]).toEqual([0, 2, 1, 3]);
  expect(dealOrder([undefined], 0)).toBeUndefined();
});

test("any experts in a row of it lie on all ranks alike, within one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 1, max: 16 }),
      fc.boolean(),
      fc.nat(),
      fc.nat(),
      (ranks, each, inRows, first, count) => {
        const experts = ranks * each;
        const placement = inRows ? contiguous(experts, ranks) : roundRobin(experts, ranks);
        const order = dealOrder([placement], 0)!;
        expect(new Set(order).size).toBe(experts);
        const { rankOf, firstOf, slotsOf } = placement.slots(0);
        const copies = new Array<number>(ranks).fill(0);
        for (let i = 0; i < count % (2 * experts); i++) copies[rankOf[slotsOf[firstOf[order[(first + i) % experts]!]!]!]!]!++;
        expect(Math.max(...copies) - Math.min(...copies)).toBeLessThanOrEqual(1);
      },
    ),
  );
});
