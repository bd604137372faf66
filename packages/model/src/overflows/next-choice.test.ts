import { type Stream, Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Crowd } from "../capacity/overflow.ts";
import { chiSquare, tallied } from "../draws/token-by-token.contract.ts";
import { DealtChoices, DrawnChoices, EvenChoices, type NextChoices } from "./next-choice.ts";

interface Lossy {
  readonly crowd: Crowd & { readonly closed: Int32Array };
  readonly topK: number;
  readonly seed: number;
}

/** Copies of tokens that have `topK` different experts each, dealt out from some first expert, and experts that are lost. */
const lossy: fc.Arbitrary<Lossy> = fc
  .record({
    tokens: fc.array(fc.constantFrom(0, 1, 2, 7, 1000), { minLength: 1, maxLength: 5 }),
    experts: fc.integer({ min: 1, max: 9 }),
    topK: fc.integer({ min: 1, max: 4 }),
    lost: fc.uniqueArray(fc.nat(8), { minLength: 1, maxLength: 6 }),
    first: fc.nat(8),
    chances: fc.option(fc.array(fc.constantFrom(0, 0.1, 1, 3), { minLength: 9, maxLength: 9 }), { nil: undefined }),
    seed: fc.nat(),
  })
  .map(({ tokens, experts, topK: most, lost, first, chances, seed }) => {
    const topK = Math.min(most, experts);
    const copies = new Float64Array(tokens.length * experts);
    for (const [s, own] of tokens.entries()) {
      for (let i = 0; i < own * topK; i++) copies[s * experts + ((first + i) % experts)]!++;
    }
    const closed = Int32Array.from([...new Set(lost.map((x) => x % experts))].sort((a, b) => a - b));
    const crowd = { copies, experts, from: 0, end: tokens.length, tokens, chances: chances?.slice(0, experts), regions: undefined, closed };
    return { crowd, topK, seed };
  });

const ways: readonly (readonly [string, (experts: number) => NextChoices])[] = [
  ["drawn", () => new DrawnChoices()],
  ["even", (experts) => new EvenChoices(Int32Array.from({ length: experts }, (_, x) => experts - 1 - x))],
];

for (const [name, make] of ways) {
  test(`copies leave lost experts, and no expert gets more of a source than it has tokens: ${name}`, () => {
    fc.assert(
      fc.property(lossy, ({ crowd, topK, seed }) => {
        const { copies, experts, tokens, closed } = crowd;
        const before = copies.slice();
        const moved = make(experts).leave(crowd, new Streams(seed).stream("elsewhere"));
        const left = experts - closed.length;
        let came = 0;
        for (let s = 0; s < tokens.length; s++) {
          const row = copies.subarray(s * experts, (s + 1) * experts);
          const sum = (of: Float64Array) => of.reduce((all, each) => all + each, 0);
          expect(sum(row)).toBe(sum(before.subarray(s * experts, (s + 1) * experts)));
          const stuck = [...closed].reduce((all, x) => all + row[x]!, 0);
          expect(stuck).toBe(tokens[s]! * Math.max(0, topK - left)); // a token has each expert once at most
          for (let x = 0; x < experts; x++) {
            if (closed.includes(x)) continue;
            expect(row[x]!).toBeGreaterThanOrEqual(before[s * experts + x]!);
            expect(row[x]!).toBeLessThanOrEqual(tokens[s]!);
            came += row[x]! - before[s * experts + x]!;
          }
        }
        expect(moved).toBe(came);
      }),
      { numRuns: drawnCases(300) },
    );
  });
}

test("without draws they go round the experts that are left, each source where the one before stopped", () => {
  // experts 0 and 2 are lost; 5 copies go to 3, 1, 4, 3 and 1, and the next 2 to 4 and 3
  const copies = Float64Array.of(3, 3, 2, 3, 3, /**/ 1, 1, 1, 1, 1);
  const crowd = { copies, experts: 5, from: 0, end: 2, tokens: [14, 5], chances: undefined, regions: undefined };
  expect(new EvenChoices([0, 3, 2, 1, 4]).leave({ ...crowd, closed: Int32Array.of(0, 2) })).toBe(7);
  expect([...copies]).toEqual([0, 5, 0, 5, 4, /**/ 0, 1, 0, 2, 2]);
});

/** Each token ranks all experts by chance, and takes its first `topK` of those that are left: experts that it has are never drawn again. */
function byPreference(tokens: readonly number[], chances: readonly number[], topK: number, closed: readonly number[], stream: Stream) {
  const out = new Array<number>(tokens.length * chances.length).fill(0);
  for (const [source, own] of tokens.entries()) {
    for (let token = 0; token < own; token++) {
      const order: number[] = [];
      while (order.length < chances.length) {
        const open = chances.flatMap((_, x) => (order.includes(x) ? [] : [x]));
        let at = stream.next() * open.reduce((sum, x) => sum + chances[x]!, 0);
        order.push(
          open.find((x) => {
            at -= chances[x]!;
            return at < 0;
          }) ?? open.at(-1)!,
        );
      }
      for (const x of order.filter((each) => !closed.includes(each)).slice(0, topK)) out[source * chances.length + x]!++;
    }
  }
  return out;
}

test("what a router dealt out goes as if all sources were one, each in proportion to its tokens", () => {
  // two sources with 1/4 and 3/4 of 4 tokens; expert 0 is lost, and its 2 copies go to expert 1, the only one that is chosen
  const copies = Float64Array.of(0.5, 0.25, 0.25, /**/ 1.5, 0.75, 0.75);
  const crowd = { copies, experts: 3, from: 0, end: 2, tokens: [1, 3], chances: [1, 1, 0], regions: undefined };
  expect(new DealtChoices().leave({ ...crowd, closed: Int32Array.of(0) }, new Streams(1).stream("elsewhere"))).toBe(2);
  expect([...copies]).toEqual([0, 0.75, 0.25, /**/ 0, 2.25, 0.75]);
});

describe("tokens with one expert each go where their own order of preference says", () => {
  for (const [name, tokens, chances, closed] of [
    ["one lost of three", [4, 2], [0.5, 0.3, 0.2], [0]],
    ["two lost of four", [5], [0.1, 0.4, 0.3, 0.2], [1, 2]],
  ] as const) {
    test(name, () => {
      const slow = new Streams(3).stream("slow");
      const first = new Streams(4).stream("first");
      const stream = new Streams(5).stream("elsewhere");
      const choices = new DrawnChoices();
      const { statistic, freedom } = chiSquare(
        tallied(2_000, () => {
          const copies = Float64Array.from(byPreference(tokens, chances, 1, [], first));
          const crowd = { copies, experts: chances.length, from: 0, end: tokens.length, tokens, chances, regions: undefined };
          choices.leave({ ...crowd, closed: Int32Array.from(closed) }, stream);
          return copies;
        }),
        tallied(2_000, () => byPreference(tokens, chances, 1, closed, slow)),
      );
      expect(freedom).toBeGreaterThan(3);
      expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
    });
  }
});
