import { describe, expect, test } from "vitest";
import { EXACT, Formats } from "../formats/formats.ts";
import { Wire } from "../wire.ts";
import { Collectives } from "./collectives.ts";

const model = { precision: { weights: "bf16" } } as ConstructorParameters<typeof Formats>[0];
const BF16 = new Formats({ ...model!, layers: 1, hiddenSize: 1 } as typeof model, { compute: {} } as never);
const RANKS = [0, 1, 2];
const rows = (...numbers: number[]) => numbers.map((number) => Float64Array.of(number, 7)); // a number and a digit behind it

/** The sum on each owner, and what is behind it. */
function sums(collectives: Collectives, ...numbers: number[]): number[] {
  return RANKS.map((owner) => collectives.allReduce(RANKS, rows(...numbers), owner, 1)[0]!);
}

// bf16 has steps of 2 from 256 on; halves go to the even one, a multiple of 4.
describe("256 + 1 + 1", () => {
  test("in a ring rounds at each step, in the order that ends at the owner", () => {
    const ring = new Collectives(new Wire(8), "two-shot", BF16);
    // owner 0: 1 + 1 = 2, + 256 = 258; owner 1: 1 + 256 = 257 → 256, + 1 = 257 → 256; owner 2: 256 + 1 → 256, + 1 → 256
    expect(sums(ring, 256, 1, 1)).toEqual([258, 256, 256]);
  });

  test("in one shot rounds once", () => {
    expect(sums(new Collectives(new Wire(8), "one-shot", BF16), 256, 1, 1)).toEqual([258, 258, 258]);
    expect(sums(new Collectives(new Wire(8), "one-shot", BF16), 256, 1, 0)).toEqual([256, 256, 256]);
  });

  test("over two nodes the sums of the nodes are rounded before they are added", () => {
    const two = new Collectives(new Wire(2), "two-shot", BF16); // ranks 0 and 1, and rank 2
    // owner 2: 256 + 1 on the first node → 256, + 1 → 257 → 256; owner 0: 1 (rank 1), + 256 → 257 → 256, + 1 of the other node → 256
    expect(sums(two, 256, 1, 1)).toEqual([256, 256, 256]);
    expect(sums(two, 1, 1, 256)).toEqual([258, 258, 258]);
  });

  test("in double precision is 258, however it is added", () => {
    for (const way of ["two-shot", "one-shot"] as const)
      expect(sums(new Collectives(new Wire(2), way, EXACT), 256, 1, 1)).toEqual([258, 258, 258]);
  });

  test("the digits behind the numbers are not rounded", () => {
    const sum = new Collectives(new Wire(8), "two-shot", BF16).allReduce(
      RANKS,
      [300, 1, 1].map((n) => Float64Array.of(n, 257)),
      0,
      1,
    );
    expect(sum[1]).toBe(771);
  });
});
