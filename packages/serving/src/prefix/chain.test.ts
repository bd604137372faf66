import fc from "fast-check";
import { expect, test } from "vitest";
import { chainOf, type Text } from "./chain.ts";

/** What block `block` is known to hold with all before it, in words: the ids that begin before its end, or whose it is alone. */
function reported({ ids, idTokens, own }: Text, block: number, blockTokens: number): string {
  const end = (block + 1) * blockTokens;
  const known = ids !== undefined && end <= ids.length * idTokens;
  if (known) return `${idTokens} ${block}: ${[...ids.subarray(0, Math.ceil(end / idTokens))].join()}`;
  return `${own} alone, ${block}`;
}

const keysOf = (text: Text, blocks: number, blockTokens: number) => {
  const chain = chainOf(text, blocks, blockTokens);
  return Array.from({ length: blocks }, (_, block) => `${chain[2 * block]} ${chain[2 * block + 1]}`);
};

test("two blocks have one key where the ids up to their ends are the same, and nowhere else", () => {
  const anyIds = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 6 }).map((ids) => Int32Array.from(ids));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(anyIds, { maxLength: 8 }),
      (b, idTokens, all) => {
        const byKey = new Map<string, string>();
        const byWords = new Map<string, string>();
        for (const [own, ids] of all.entries()) {
          const text = { ids: own % 5 === 4 ? undefined : ids, idTokens, own };
          for (const [block, key] of keysOf(text, 9, b).entries()) {
            const words = reported(text, block, b);
            expect(byKey.get(key) ?? words).toBe(words);
            expect(byWords.get(words) ?? key).toBe(key);
            byKey.set(key, words);
            byWords.set(words, key);
          }
        }
      },
    ),
  );
});

test("a longer piece of the same text has the same keys first", () => {
  const text = { ids: Int32Array.of(7, 8, 9), idTokens: 10, own: 3 };
  expect([...chainOf(text, 9, 4).subarray(0, 10)]).toEqual([...chainOf(text, 5, 4)]);
});

test("half a million blocks of requests that share nothing have as many keys", () => {
  const keys = new Set<string>();
  for (let own = 0; own < 5000; own++) for (const key of keysOf({ ids: undefined, idTokens: 0, own }, 100, 16)) keys.add(key);
  expect(keys.size).toBe(500_000);
});
