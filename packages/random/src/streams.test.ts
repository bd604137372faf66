import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Stream } from "./stream.ts";
import { Streams } from "./streams.ts";

function taken(stream: Stream, count: number): number[] {
  return Array.from({ length: count }, () => stream.next());
}

const seed = fc.integer({ min: 0, max: 2 ** 32 });
const name = fc.string({ minLength: 1, maxLength: 20 });

describe("a stream", () => {
  test("gives the numbers that it has always given", () => {
    expect(taken(new Streams(1).stream("workload/arrivals"), 3)).toEqual([0.8421015374614352, 0.7431066693779554, 0.06000259842043221]);
    expect(taken(new Streams(1).stream("routing/popularity"), 3)).toEqual([0.5830491948221423, 0.7072728740598112, 0.5713081572966567]);
    expect(taken(new Streams(2).stream("workload/arrivals"), 3)).toEqual([0.8692861092660259, 0.4480467552152305, 0.7071385386089694]);
  });

  test.prop([seed, name, fc.array(fc.tuple(name, fc.nat(5)))])(
    "gives the same numbers whichever others are asked for or drawn from",
    (seed, name, others) => {
      const alone = taken(new Streams(seed).stream(name), 20);
      const streams = new Streams(seed);
      const among: number[] = [];
      for (let i = 0; i < 20; i++) {
        among.push(streams.stream(name).next());
        const [other, draws] = others[i % Math.max(1, others.length)] ?? ["none", 0];
        if (other !== name) taken(streams.stream(other), draws);
      }
      expect(among).toEqual(alone);
    },
  );

  test.prop([seed, name])("is the same object for the same name, and goes on where it was", (seed, name) => {
    const streams = new Streams(seed);
    const stream = streams.stream(name);
    const first = stream.next();
    expect(streams.stream(name)).toBe(stream);
    expect(streams.stream(name).next()).not.toBe(first);
  });

  test.prop([seed, name, name])("differs from that of another name and another seed", (seed, a, b) => {
    fc.pre(a !== b);
    const numbers = taken(new Streams(seed).stream(a), 4);
    expect(taken(new Streams(seed).stream(b), 4)).not.toEqual(numbers);
    expect(taken(new Streams(seed + 1).stream(a), 4)).not.toEqual(numbers);
  });

  test.prop([seed, name])("gives multiples of 2⁻⁵³ in [0, 1)", (seed, name) => {
    for (const u of taken(new Streams(seed).stream(name), 50)) {
      expect(u).toBeGreaterThanOrEqual(0);
      expect(u).toBeLessThan(1);
      expect(Number.isInteger(u * 2 ** 53)).toBe(true);
    }
  });

  test("uses its last bits, too", () => {
    const odd = taken(new Streams(1).stream("bits"), 10_000).filter((u) => (u * 2 ** 53) % 2 === 1).length;
    expect(Math.abs(odd - 5000)).toBeLessThan(200); // 4 standard deviations of √(10 000/4) = 50
  });
});
