import fc from "fast-check";
import { expect, test } from "vitest";
import { KeptBlocks } from "./kept-blocks.ts";

/** The same in a few slow lines: holders by key, and a Map whose order is that in which blocks were let go. */
class Slow {
  readonly holders = new Map<number, number>();
  readonly unheld = new Map<number, true>();

  hold(key: number): void {
    this.holders.set(key, (this.holders.get(key) ?? 0) + 1);
    this.unheld.delete(key);
  }

  release(key: number): void {
    const left = this.holders.get(key)! - 1;
    this.holders.set(key, left);
    if (left === 0) this.unheld.set(key, true);
  }

  evict(): number {
    const [oldest] = this.unheld.keys();
    this.unheld.delete(oldest!);
    this.holders.delete(oldest!);
    return oldest!;
  }
}

const wordsOf = (key: number) => [key * 7, key % 3] as const; // three low words: the table's places collide

const anyStep = fc.oneof(
  fc.record({ what: fc.constant("hold" as const), key: fc.nat(40) }),
  fc.record({ what: fc.constant("release" as const), key: fc.nat(40) }),
  fc.record({ what: fc.constant("evict" as const), key: fc.constant(0) }),
);

test("keeps, holds, lets go and evicts the same blocks in the same order as a slow list that counts holders by key", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 400 }), (steps) => {
      const kept = new KeptBlocks();
      const slow = new Slow();
      for (const { what, key } of steps) {
        const [high, low] = wordsOf(key);
        const entry = kept.find(high, low);
        expect(entry >= 0).toBe(slow.holders.has(key));
        if (what === "hold") {
          if (entry < 0) kept.add(high, low);
          else expect(kept.hold(entry)).toBe(slow.unheld.has(key));
          slow.hold(key);
        } else if (what === "release" && (slow.holders.get(key) ?? 0) > 0) {
          slow.release(key);
          expect(kept.release(entry)).toBe(slow.unheld.has(key));
        } else if (what === "evict" && slow.unheld.size > 0) {
          const gone = kept.evict();
          expect([kept.highs[gone], kept.lows[gone]]).toEqual(wordsOf(slow.evict()));
        }
        expect([kept.size, kept.unheld]).toEqual([slow.holders.size, slow.unheld.size]);
        for (const [each, holders] of slow.holders) expect(kept.holders[kept.find(...wordsOf(each))]).toBe(holders);
      }
    }),
    { numRuns: drawnCases(150) },
  );
});

test("a block that a sequence holds never gives way", () => {
  const kept = new KeptBlocks();
  kept.add(1, 1);
  expect(() => kept.evict()).toThrow("all are held");
});

test("a block that is not held is not let go", () => {
  const kept = new KeptBlocks();
  kept.add(1, 1);
  kept.release(kept.find(1, 1));
  expect(() => kept.release(kept.find(1, 1))).toThrow("is not held");
});
