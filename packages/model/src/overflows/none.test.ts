import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import type { Overflow } from "../overflow.ts";
import { NoOverflow } from "./none.ts";
import { overflowContract } from "./overflow.contract.ts";

overflowContract({ kind: "none" });

test("without an overflow policy experts take all copies, whatever the capacity", () => {
  const copies = Float64Array.of(5, 7);
  const overflow: Overflow = new NoOverflow();
  expect(overflow.cut(copies, 1, 2, 1, new Streams(1).stream("overflow"))).toBe(0);
  expect([...copies]).toEqual([5, 7]);
});
