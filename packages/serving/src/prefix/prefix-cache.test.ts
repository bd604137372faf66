import fc from "fast-check";
import { expect, test } from "vitest";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { Chains } from "./chains.ts";
import { HostTier } from "./host-tier.ts";
import { PrefixCache } from "./prefix-cache.ts";

const BLOCK = 4;

/** A cache by keys as text: blocks with their holders, in a Map whose order is that in which they were let go last. */
class SlowCache {
  readonly total: number;
  readonly holders = new Map<string, number>();
  unheld: string[] = [];
  /** Blocks that sequences hold and no other knows. */
  own = 0;

  constructor(total: number) {
    this.total = total;
  }

  get free(): number {
    return this.total - this.own - (this.holders.size - this.unheld.length);
  }

  makeRoom(): void {
    while (this.holders.size + this.own > this.total) this.holders.delete(this.unheld.shift()!);
  }

  hold(key: string): void {
    this.holders.set(key, (this.holders.get(key) ?? 0) + 1);
    this.unheld = this.unheld.filter((each) => each !== key);
  }

  release(key: string): void {
    this.holders.set(key, this.holders.get(key)! - 1);
    if (this.holders.get(key) === 0) this.unheld.push(key);
  }
}

/** Sequences come with texts out of few ids, compute some blocks, and leave; `ids` 9 is no other's. */
const anyStep = fc.record({
  comes: fc.boolean(),
  who: fc.nat(20),
  ids: fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 5 }),
  tokens: fc.integer({ min: 1, max: 26 }),
  computes: fc.integer({ min: 1, max: 4 }),
});

test("conserves blocks, counts holders and evicts as a slow cache with keys in text does", () => {
  fc.assert(
    fc.property(fc.integer({ min: 7, max: 20 }), fc.array(anyStep, { maxLength: 60, size: "max" }), (total, steps) => {
      const requests = new RequestSlots();
      const chains = new Chains(requests, BLOCK);
      const cache = new PrefixCache(total, BLOCK, chains);
      const slow = new SlowCache(total);
      const running: { slot: number; blocks: number; shared: number; keys: string[] }[] = [];
      const request = createArrivingRequest();
      for (const { comes, who, ids, tokens, computes } of steps) {
        if (comes) {
          const prefix = Int32Array.from(ids.slice(0, Math.floor(tokens / BLOCK)));
          const slot = requests.take(Object.assign(request, { promptTokens: tokens, outputTokens: 1, prefix, prefixBlockTokens: BLOCK }));
          const number = requests.number[slot]!;
          const keys = Array.from({ length: Math.floor(tokens / BLOCK) }, (_, block) =>
            block < prefix.length ? prefix.subarray(0, block + 1).join() : `${number}: ${block}`,
          );
          const found = cache.find(slot, tokens);
          let expected = 0;
          while (expected < Math.floor((tokens - 1) / BLOCK) && slow.holders.has(keys[expected]!)) expected++;
          expect(found.blocks).toBe(expected);
          const fresh = Math.min(computes, Math.ceil(tokens / BLOCK) - expected);
          expect(found.unheld).toBe(keys.slice(0, expected).filter((key) => slow.unheld.includes(key)).length);
          if (fresh + found.unheld > cache.free) {
            requests.leave(slot);
            chains.drop(slot);
            continue;
          }
          cache.hold(slot, expected);
          for (const key of keys.slice(0, expected)) slow.hold(key);
          cache.take(fresh);
          slow.own += fresh;
          slow.makeRoom();
          running.push({ slot, blocks: expected + fresh, shared: expected, keys });
        } else if (running.length > 0) {
          const [{ slot, blocks, shared, keys }] = running.splice(who % running.length, 1) as [(typeof running)[0]];
          const full = Math.min(blocks, keys.length);
          cache.leave(slot, blocks, shared, full);
          slow.own -= blocks - shared;
          for (const key of keys.slice(shared, full)) slow.hold(key);
          for (const key of keys.slice(0, full).reverse()) slow.release(key);
          requests.leave(slot);
          chains.drop(slot);
        }
        expect(cache.kept).toBe(slow.holders.size);
        expect(cache.unheld).toBe(slow.unheld.length);
        expect(cache.free).toBe(slow.free);
        expect(cache.held + cache.unheld).toBeLessThanOrEqual(total);
      }
      for (const { slot, blocks, shared, keys } of running) cache.leave(slot, blocks, shared, Math.min(blocks, keys.length));
      expect(cache.held).toBe(0);
    }),
    { numRuns: drawnCases(200) },
  );
});

/** One request whose prompt has those ids of a block each. */
function asked(requests: RequestSlots, ids: readonly number[], promptTokens = ids.length * BLOCK): number {
  const prefix = Int32Array.from(ids);
  return requests.take({ ...createArrivingRequest(), promptTokens, prefix, prefixBlockTokens: BLOCK });
}

test("of a prompt that is all kept, the last block is computed again: its last token must be", () => {
  const requests = new RequestSlots();
  const cache = new PrefixCache(10, BLOCK, new Chains(requests, BLOCK));
  const first = asked(requests, [1, 2, 3], 13);
  cache.take(3);
  cache.leave(first, 3, 0, 3);
  const again = asked(requests, [1, 2, 3], 12);
  expect(cache.find(again, 12)).toMatchObject({ blocks: 2, unheld: 2, onHost: 0 }); // 11 tokens are two whole blocks of 4
  const longer = asked(requests, [1, 2, 3], 13);
  expect(cache.find(longer, 13)).toMatchObject({ blocks: 3, unheld: 3, onHost: 0 });
});

test("the end of a text gives way before its beginning", () => {
  const requests = new RequestSlots();
  const cache = new PrefixCache(4, BLOCK, new Chains(requests, BLOCK));
  const slot = asked(requests, [1, 2, 3, 4], 17);
  cache.take(4);
  cache.leave(slot, 4, 0, 4);
  for (const left of [3, 2, 1, 0]) {
    cache.take(1);
    expect(cache.find(asked(requests, [1, 2, 3, 4], 17), 17).blocks).toBe(left);
  }
});

test("what gives way is found on the host, which keeps the latest; loads go over its link one after another", () => {
  const requests = new RequestSlots();
  const host = new HostTier({ blocks: 3, transferNs: (blocks) => 100 * blocks, latencyNs: 7 });
  const cache = new PrefixCache(4, BLOCK, new Chains(requests, BLOCK), host);
  const slot = asked(requests, [1, 2, 3, 4], 17);
  cache.take(4);
  cache.leave(slot, 4, 0, 4);
  cache.take(4); // evicts 4, 3, 2, then 1: the host has room for three, and 4 came first
  const again = asked(requests, [1, 2, 3, 4], 17);
  expect(cache.find(again, 17)).toMatchObject({ blocks: 0, unheld: 0, onHost: 3 });
  expect(cache.load(again, 0, 3, 1000)).toBe(1000 + 300 + 7);
  expect(cache.load(again, 0, 1, 1100)).toBe(1300 + 100 + 7); // the link is taken until 1300
  expect([host.loads, host.loadNs, host.evictions, host.kept]).toEqual([2, 307 + 307, 1, 3]);
});
