import type { Decoding, Pass } from "@tokenyard/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HalfPass } from "./half-pass.ts";

const group = fc.record({
  decodes: fc.nat(9),
  decodeContext: fc.nat(5000),
  prompts: fc.nat(4),
  promptTokens: fc.nat(300),
  past: fc.nat(1000),
  yields: fc.nat(4),
});

/** A pass of groups that decode and compute prompts. */
const step = fc.array(group, { minLength: 1, maxLength: 4 }).map((groups): Pass & { readonly decoding: Decoding } => {
  const drawn = groups.map((g) => {
    const prompts = Math.min(g.prompts, g.promptTokens);
    const tokens = prompts === 0 ? 0 : g.promptTokens;
    return { ...g, prompts, tokens, context: g.decodes + (g.decodes === 0 ? 0 : g.decodeContext), yields: Math.min(g.yields, prompts) };
  });
  const column = (of: (g: (typeof drawn)[number]) => number) => Float64Array.from(drawn, of);
  const promptContext = (g: (typeof drawn)[number]) => (g.tokens === 0 ? 0 : g.past + g.tokens);
  const pairs = (g: (typeof drawn)[number]) => g.tokens * g.past + (g.tokens * (g.tokens + 1)) / 2;
  return {
    replica: 0,
    microBatch: 0,
    index: 3,
    phase: drawn.some((g) => g.tokens > 0) ? 0 : 1,
    sequences: column((g) => g.decodes + g.prompts),
    newTokens: column((g) => g.decodes + g.tokens),
    rows: column((g) => g.decodes + g.tokens),
    contextTokens: column((g) => g.context + promptContext(g)),
    pairs: column((g) => g.context + pairs(g)),
    windowedContextTokens: column((g) => g.context + promptContext(g)),
    windowedPairs: column((g) => g.context + pairs(g)),
    outputs: column((g) => g.decodes + g.yields),
    decoding: {
      sequences: column((g) => g.decodes),
      newTokens: column((g) => g.decodes),
      contextTokens: column((g) => g.context),
      pairs: column((g) => g.context),
      windowedContextTokens: column((g) => g.context),
      windowedPairs: column((g) => g.context),
    },
  };
});

const halvesOf = (whole: Pass) => {
  const halves = [0, 1].map((half) => new HalfPass(0, half, whole.newTokens.length, half as 0 | 1));
  for (const half of halves) half.take(whole);
  return { first: halves[0]!, second: halves[1]! };
};

const ADDED = ["newTokens", "contextTokens", "pairs", "windowedContextTokens", "windowedPairs", "outputs"] as const;

test("the halves of a step add up to it, group by group, and differ by a decode and a token of a prompt at most", () => {
  fc.assert(
    fc.property(step, (whole) => {
      const { first, second } = halvesOf(whole);
      const sums = (key: (typeof ADDED)[number]) => first[key].map((value, g) => value + second[key][g]!);
      for (const key of ADDED) expect(sums(key)).toEqual(whole[key]);
      for (const key of ["sequences", "contextTokens", "windowedContextTokens"] as const)
        expect(first.decoding[key].map((value, g) => value + second.decoding[key][g]!)).toEqual(whole.decoding[key]);
      first.newTokens.forEach((value, g) => {
        expect(value - second.newTokens[g]!).toBeGreaterThanOrEqual(0);
        expect(value - second.newTokens[g]!).toBeLessThanOrEqual(2);
      });
      expect(first.phase).toBe(whole.phase);
    }),
  );
});

test("each half attends to at least its own tokens, and has a sequence where it has tokens", () => {
  fc.assert(
    fc.property(step, (whole) => {
      const { first, second } = halvesOf(whole);
      for (const half of [first, second]) {
        half.newTokens.forEach((tokens, g) => {
          expect(half.contextTokens[g]).toBeGreaterThanOrEqual(tokens);
          expect(half.pairs[g]).toBeGreaterThanOrEqual(tokens);
          expect(half.sequences[g]! > 0).toBe(tokens > 0);
        });
      }
    }),
  );
});

test("a pass that is all prompts, or all decodes, need not keep them apart", () => {
  fc.assert(
    fc.property(step, (whole) => {
      const { decoding, ...reported } = whole;
      const prompts = reported.newTokens.map((tokens, g) => tokens - decoding.sequences[g]!);
      fc.pre(whole.phase === 1 || decoding.sequences.every((count) => count === 0));
      const unreported = halvesOf({ ...reported, decoding: undefined } as Pass);
      const same = halvesOf(whole);
      for (const half of ["first", "second"] as const) for (const key of ADDED) expect(unreported[half][key]).toEqual(same[half][key]);
      for (const half of ["first", "second"] as const) expect(unreported[half].sequences).toEqual(same[half].sequences);
      expect(prompts.every((tokens) => tokens === 0)).toBe(whole.phase === 1);
    }),
  );
});
