import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockIds } from "./block-ids.ts";
import { answerSeed, tokensOfAnswer, tokensOfMessages, tokensOfText } from "./prompt-tokens.ts";
import { wordOf } from "./words.ts";

test("a token is a word between white space; equal words are equal tokens", () => {
  const tokens = tokensOfText("  the cat\nsees the\tcafé ");
  expect(tokens).toHaveLength(5);
  expect(tokens[0]).toBe(tokens[3]);
  expect(new Set(tokens).size).toBe(4);
  expect(tokensOfText(" \n ")).toEqual([]);
});

test("a conversation has a token for each role, its words, and one for who answers", () => {
  const messages = [
    { role: "system", text: "be brief" },
    { role: "user", text: "why" },
  ];
  expect(tokensOfMessages(messages)).toHaveLength(1 + 2 + 1 + 1 + 1);
});

test("an answer has as many words as tokens, is the same for the same prompt, and is known when it comes back", () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(0xffff_ffff), { maxLength: 20 }), fc.integer({ min: 1, max: 60 }), (seed, prompt, count) => {
      const own = answerSeed(seed, prompt);
      const text = Array.from({ length: count }, (_, at) => wordOf(own, at)).join("");
      expect(tokensOfText(text)).toEqual(tokensOfAnswer(answerSeed(seed, prompt), count));
    }),
  );
  expect(answerSeed(1, [5])).not.toBe(answerSeed(2, [5]));
});

test("two prompts have equal ids as far as their whole blocks are equal, and no further", () => {
  const ids = new BlockIds();
  const token = fc.nat(3);
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 80 }),
      fc.array(token, { maxLength: 80 }),
      fc.array(token, { maxLength: 80 }),
      (head, a, b) => {
        const [left, right] = [
          [...head, ...a],
          [...head, ...b],
        ];
        const [ofLeft, ofRight] = [ids.of(left), ids.of(right)];
        expect(ofLeft).toHaveLength(Math.floor(left.length / 16));
        for (let block = 0; block < Math.min(ofLeft.length, ofRight.length); block++) {
          const isSame = left.slice(0, 16 * (block + 1)).join() === right.slice(0, 16 * (block + 1)).join();
          expect(ofLeft[block] === ofRight[block]).toBe(isSame);
        }
      },
    ),
  );
});

test("blocks that were met longest ago are forgotten: they get other ids", () => {
  const ids = new BlockIds(2);
  const block = (token: number) => new Array<number>(16).fill(token);
  const first = ids.of(block(1))[0];
  ids.of(block(2));
  expect(ids.of(block(1))[0]).toBe(first); // met again
  ids.of(block(3)); // in the place of 2
  expect(ids.of(block(1))[0]).toBe(first);
  ids.of(block(4));
  ids.of(block(5));
  expect(ids.of(block(1))[0]).not.toBe(first);
});
