import { fc, test } from "@fast-check/vitest";
import { attendedPairs, createByClass, createDecoding } from "@tokenyard/model";
import { expect } from "vitest";
import { Share, type WholePass } from "./share.ts";

/** A pass of one data group. */
function emptyPass(verifies = false): WholePass {
  const column = () => new Float64Array(1);
  return {
    replica: 0,
    microBatch: 0,
    index: 0,
    phase: 0,
    sequences: column(),
    rows: column(),
    newTokens: column(),
    contextTokens: column(),
    pairs: column(),
    windowedContextTokens: column(),
    windowedPairs: column(),
    reprojectedTokens: column(),
    outputs: column(),
    decoding: createDecoding(1, verifies),
    byClass: createByClass(1, 2),
  };
}

const WINDOW = 100;
const limits = {
  tokenBudget: 1000,
  maxSequences: 100,
  blockTokens: 16,
  window: WINDOW,
  attentionChunk: 64,
  batchSizes: undefined,
  promptsOnly: false,
  lookahead: 0,
  passes: Number.POSITIVE_INFINITY,
  admission: "prompt" as const,
};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const contexts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 10 });

test.prop([contexts, fc.nat(1000), fc.integer({ min: 1, max: 500 }), fc.boolean()])(
  "what is taken back of a pass leaves no trace in it",
  (decodes, past, chunk, yields) => {
    const begun = (of: readonly number[]) => {
      const pass = emptyPass();
      const share = new Share(pass, 0, limits);
      share.begin(of.length, sum(of), sum(of.map((context) => Math.min(context, WINDOW))), Int32Array.of(of.length, 0));
      return { pass, share };
    };
    const { pass, share } = begun(decodes);
    share.addPrompt(past, chunk, yields, 1, 1);
    share.forgetDecode(decodes[0]!, 0);
    share.addPrompt(past, chunk, yields, -1, 1);
    expect(pass).toEqual(begun(decodes.slice(1)).pass);
  },
);

test.prop([contexts, fc.nat(1000), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 8 })])(
  "what is taken back of a step that verifies drafts leaves no trace in it",
  (pasts, past, chunk, each) => {
    const begun = (of: readonly number[]) => {
      const pass = emptyPass(true);
      const share = new Share(pass, 0, limits);
      share.beginVerifying({
        size: of.length,
        each,
        contextTokens: sum(of.map((tokens) => tokens + each)),
        pairs: sum(of.map((tokens) => attendedPairs(tokens, each, Number.POSITIVE_INFINITY))),
        windowedTokens: sum(of.map((tokens) => Math.min(tokens + each, each + WINDOW - 1))),
        windowedPairs: sum(of.map((tokens) => attendedPairs(tokens, each, WINDOW))),
        ofClass: Int32Array.of(of.length, 0),
      });
      return { pass, share };
    };
    const { pass, share } = begun(pasts);
    share.addPrompt(past, chunk, true, 1, 1);
    share.forgetVerified(pasts[0]!, each, 0);
    share.addPrompt(past, chunk, true, -1, 1);
    expect(pass).toEqual(begun(pasts.slice(1)).pass);
    expect(share.decodingTokens).toBe((pasts.length - 1) * each);
  },
);
