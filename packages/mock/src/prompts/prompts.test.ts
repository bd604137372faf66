import fc from "fast-check";
import { expect, test } from "vitest";
import { blockWords } from "./block-words.ts";
import { answerSeed, tokensOfMessages, tokensOfText, withAnswer } from "./prompt-tokens.ts";
import { wordOf } from "./words.ts";

test("a token is a word between white space; equal words are equal tokens", () => {
  const tokens = tokensOfText("  the cat\nsees the\tcafé ");
  expect(tokens).toHaveLength(5);
  expect(tokens[0]).toBe(tokens[3]);
  expect(new Set(tokens).size).toBe(4);
  expect(tokensOfText(" \n ")).toHaveLength(0);
});

test("tokens are separated as by a regular expression, whatever white space there is", () => {
  const unit = fc.oneof(fc.constantFrom(" ", "\t", "\n", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u0007", "a", "é"), fc.string());
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
      const text = units.join("");
      const words = text.split(/\s+/).filter((word) => word !== "");
      expect([...tokensOfText(text)]).toEqual(words.flatMap((word) => [...tokensOfText(word)]));
      for (const word of words) expect(tokensOfText(word)).toHaveLength(1);
    }),
  );
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
    fc.property(fc.nat(), fc.array(fc.nat(0xffff_ffff), { maxLength: 20 }), fc.integer({ min: 1, max: 60 }), (seed, words, count) => {
      const prompt = Uint32Array.from(words);
      const own = answerSeed(seed, prompt);
      const text = Array.from({ length: count }, (_, at) => wordOf(own, at)).join("");
      expect([...words, ...tokensOfText(text)]).toEqual([...withAnswer(prompt, own, count)]);
    }),
  );
  expect(answerSeed(1, Uint32Array.of(5))).not.toBe(answerSeed(2, Uint32Array.of(5)));
});

test("two prompts have equal words as far as their whole blocks are equal, and no further", () => {
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
        const [ofLeft, ofRight] = [left, right].map((tokens) => blockWords(Uint32Array.from(tokens))) as [Int32Array, Int32Array];
        expect(ofLeft).toHaveLength(2 * Math.floor(left.length / 16));
        for (let word = 0; word < Math.min(ofLeft.length, ofRight.length); word++) {
          const end = 16 * (Math.floor(word / 2) + 1);
          expect(ofLeft[word] === ofRight[word]).toBe(left.slice(0, end).join() === right.slice(0, end).join());
        }
      },
    ),
  );
});
