import { fc, test as law } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { TokenNumbers } from "./token-numbers.ts";

test("tokens are numbered prompt by prompt, and then output by output over all sequences", () => {
  const numbers = new TokenNumbers([2, 3]);
  const places = Array.from({ length: 9 }, (_, token) => numbers.placeOf(token));
  expect(places.map(({ sequence, position }) => `${sequence}/${position}`)).toEqual([
    "0/0",
    "0/1",
    "1/0",
    "1/1",
    "1/2",
    "0/2",
    "1/3",
    "0/3",
    "1/4",
  ]);
});

law.prop([fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), fc.nat(200)])(
  "the place of a number has that number",
  (prompts, token) => {
    const numbers = new TokenNumbers(prompts);
    const { sequence, position } = numbers.placeOf(token);
    expect(numbers.of(sequence, position)).toBe(token);
  },
);
