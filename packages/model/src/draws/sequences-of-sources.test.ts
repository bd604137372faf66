import fc from "fast-check";
import { expect, test } from "vitest";
import { createByClass, Pass } from "../layers/pass.ts";
import { SequencesOfSources } from "./sequences-of-sources.ts";
import type { RoutedPass, TokenRouter } from "./token-router.ts";

function reported(pass: Pass, split: number, tokens: readonly number[]): RoutedPass {
  let seen: RoutedPass | undefined;
  const router: TokenRouter = { kind: "asks", draws: true, begin: (given) => (seen = given), route: () => {} };
  new SequencesOfSources(split).inform(router, pass, tokens);
  return seen!;
}

function passOf(rows: number, sequences: number, decoding: number): Pass {
  const pass = new Pass(0, 0, 1);
  pass.newTokens[0] = rows;
  pass.sequences[0] = sequences;
  pass.decoding!.sequences[0] = decoding;
  return pass;
}

test("where each data group is a source the pass itself is reported", () => {
  const pass = passOf(10, 2, 0);
  expect(reported(pass, 1, [10])).toBe(pass);
});

test("of 3 decoding sequences and two prompts of 6 and 5 tokens, two ranks have 3 and 1 and the rest of it, 1", () => {
  const { sequences, decoding } = reported(passOf(14, 5, 3), 2, [7, 7]);
  expect([...sequences]).toEqual([4, 2]); // the first prompt lies on both
  expect([...decoding!.sequences]).toEqual([3, 0]);
});

test("rows beyond the tokens of sequences that all decode are padding: 8 rows of 3 sequences are 3, 3 and 2 of each", () => {
  const { sequences, decoding } = reported(passOf(8, 3, 3), 4, [2, 2, 2, 2]);
  expect([...sequences]).toEqual([1, 2, 1, 1]); // the second two have rows 2, of the first, and 3
  expect([...decoding!.sequences]).toEqual([1, 2, 1, 1]);
});

test("classes follow one another, and their tokens, with the padding, are those of all", () => {
  const drawn = fc.record({
    classes: fc.array(fc.record({ decoding: fc.nat(5), prompts: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    padding: fc.nat(7),
    split: fc.constantFrom(2, 4, 8),
  });
  fc.assert(
    fc.property(drawn, ({ classes, padding, split }) => {
      const byClass = createByClass(1, classes.length);
      for (const [c, { decoding, prompts }] of classes.entries()) {
        byClass.decoding[c] = decoding;
        byClass.sequences[c] = decoding + prompts.length;
        byClass.tokens[c] = decoding + prompts.reduce((sum, tokens) => sum + tokens, 0);
      }
      const computed = byClass.tokens.reduce((sum, tokens) => sum + tokens, 0);
      if (computed === 0) return;
      const rows = computed + padding;
      const pass = passOf(rows, 0, 0);
      pass.byClass = byClass;
      const part = Math.ceil(rows / split);
      const tokens = Array.from({ length: split }, (_, i) => Math.max(0, Math.min(part, rows - i * part)));
      const own = reported(pass, split, tokens).byClass!;
      const sum = (column: Float64Array, from: number, step: number) =>
        column.reduce((all, count, at) => all + (at % step === from ? count : 0), 0);
      for (let s = 0; s < split; s++) expect(sum(own.tokens.subarray(s * classes.length, (s + 1) * classes.length), 0, 1)).toBe(tokens[s]);
      for (let c = 0; c < classes.length; c++) {
        expect(sum(own.tokens, c, classes.length)).toBeGreaterThanOrEqual(byClass.tokens[c]!);
        expect(sum(own.sequences, c, classes.length)).toBeGreaterThanOrEqual(byClass.sequences[c]!);
        expect(sum(own.sequences, c, classes.length)).toBeLessThan(byClass.sequences[c]! + split); // one more for each that is cut
      }
      for (const [at, count] of own.sequences.entries()) {
        expect(count).toBeLessThanOrEqual(own.tokens[at]!);
        expect(own.decoding[at]).toBeLessThanOrEqual(count);
      }
    }),
  );
});
