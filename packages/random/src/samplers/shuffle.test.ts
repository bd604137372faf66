import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { expectLaw } from "./goodness-of-fit.contract.ts";
import { shuffle } from "./shuffle.ts";

describe("shuffle", () => {
  test("gives each of the 24 orders of four as often", () => {
    const stream = new Streams(1).stream("orders");
    const orders = new Map<string, number>();
    const draw = () => {
      const items = ["a", "b", "c", "d"];
      shuffle(stream, items);
      const order = items.join("");
      if (!orders.has(order)) orders.set(order, orders.size);
      return orders.get(order)!;
    };
    expectLaw(draw, 0, new Array<number>(24).fill(1 / 24));
  });

  test.prop([fc.array(fc.integer()), fc.nat()])("keeps every item, in typed arrays, too", (items, seed) => {
    const list = [...items];
    shuffle(new Streams(seed).stream("items"), list);
    const columns = Float64Array.from(items);
    shuffle(new Streams(seed).stream("items"), columns);
    expect([...columns]).toEqual(list);
    expect(list.sort((a, b) => a - b)).toEqual(items.sort((a, b) => a - b));
  });
});
