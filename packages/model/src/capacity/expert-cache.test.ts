import fc from "fast-check";
import { expect, test } from "vitest";
import { type CachePolicy, type Eviction, evictionOf } from "./eviction.ts";
import { ExpertCache } from "./expert-cache.ts";

const EXPERTS = 12;
const uses = fc.array(fc.integer({ min: 0, max: EXPERTS - 1 }), { maxLength: 200 });
const policies = fc.constantFrom<CachePolicy>("lru", "lfu", "hottest");

function hits(policy: CachePolicy, room: number, of: readonly number[]): boolean[] {
  const cache = new ExpertCache(EXPERTS, room, evictionOf(policy, EXPERTS), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  return of.map((x) => cache.use(x));
}

test("hits and misses are the lookups, whatever the policy and the room", () => {
  fc.assert(
    fc.property(uses, policies, fc.nat(EXPERTS), (of, policy, room) => {
      const cache = new ExpertCache(EXPERTS, room, evictionOf(policy, EXPERTS));
      const reported = of.map((x) => cache.use(x));
      expect(cache.hits).toBe(reported.filter((hit) => hit).length);
      expect(cache.hits + cache.misses).toBe(of.length);
    }),
  );
});

test("a larger LRU cache hits whenever a smaller one does: a stack", () => {
  fc.assert(
    fc.property(uses, fc.nat(EXPERTS - 1), (of, room) => {
      const [small, large] = [hits("lru", room, of), hits("lru", room + 1, of)];
      for (const [i, hit] of small.entries()) if (hit) expect(large[i]).toBe(true);
    }),
  );
});

test("with room for all experts each is missed at its first use alone", () => {
  fc.assert(
    fc.property(uses, fc.constantFrom<CachePolicy>("lru", "lfu"), (of, policy) => {
      const cache = new ExpertCache(EXPERTS, EXPERTS, evictionOf(policy, EXPERTS));
      for (const x of of) cache.use(x);
      expect(cache.misses).toBe(new Set(of).size);
    }),
  );
});

test("it holds no more than it has room for, and what it was last asked for where it has any", () => {
  fc.assert(
    fc.property(uses, policies, fc.nat(EXPERTS), (of, policy, room) => {
      const cache = new ExpertCache(EXPERTS, room, evictionOf(policy, EXPERTS), [3, 1, 4]);
      for (const x of of) {
        cache.use(x);
        expect(Array.from({ length: EXPERTS }, (_, e) => cache.has(e)).filter((has) => has).length).toBeLessThanOrEqual(room);
        if (policy !== "hottest" && room > 0) expect(cache.has(x)).toBe(true);
      }
    }),
  );
});

test("the hottest stay for good; of LFU the one that was asked for least often gives way", () => {
  expect(hits("hottest", 2, [0, 1, 5, 5, 5, 0])).toEqual([true, true, false, false, false, true]);
  const lfu = new ExpertCache(EXPERTS, 2, evictionOf("lfu", EXPERTS));
  expect([7, 7, 8, 9, 7, 8].map((x) => lfu.use(x))).toEqual([false, true, false, false, true, false]); // 9 drives out 8, and 8 drives out 9
  const lru = new ExpertCache(EXPERTS, 2, evictionOf("lru", EXPERTS));
  expect([7, 7, 8, 9, 7, 8].map((x) => lru.use(x))).toEqual([false, true, false, false, false, false]);
});

test("an expert that is lost is not there, and one that is gained is where there is room: it drives out none", () => {
  fc.assert(
    fc.property(uses, policies, fc.nat(EXPERTS), fc.nat(EXPERTS - 1), fc.nat(EXPERTS - 1), (of, policy, room, lost, gained) => {
      const cache = new ExpertCache(EXPERTS, room, evictionOf(policy, EXPERTS), [3, 1, 4]);
      const held = () => Array.from({ length: EXPERTS }, (_, e) => e).filter((e) => cache.has(e));
      for (const x of of) cache.use(x);
      cache.lose(lost);
      const before = held();
      expect(before).not.toContain(lost);
      cache.gain(gained);
      const hasRoom = before.length < room || before.includes(gained);
      expect(held()).toEqual(hasRoom ? [...new Set([...before, gained])].sort((a, b) => a - b) : before);
    }),
  );
});

test("of experts that were asked for as often, the one that was asked for longest ago gives way, whatever its number", () => {
  for (const [older, newer] of [
    [8, 7],
    [7, 8],
  ] as const) {
    const lfu = new ExpertCache(EXPERTS, 2, evictionOf("lfu", EXPERTS));
    for (const x of [older, newer, 9]) lfu.use(x);
    expect([older, newer, 9].map((x) => lfu.has(x))).toEqual([false, true, true]);
  }
});

/** Most hits that any cache could have that loads an expert only when it is used: it keeps those whose next uses come first (Belady 1966), the one used now or not. */
function mostHits(room: number, of: readonly number[], first: readonly number[]): number {
  const next = (x: number, after: number) => {
    const at = of.indexOf(x, after + 1);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  let kept = first.slice(0, room);
  let found = 0;
  for (const [now, x] of of.entries()) {
    if (kept.includes(x)) found++;
    else kept = [...kept, x].sort((a, b) => next(a, now) - next(b, now)).slice(0, room);
  }
  return found;
}

test("the most hits of two places, by hand: the expert that is not used again gives way, or is not kept", () => {
  expect(mostHits(2, [1, 2, 3, 1, 2, 3], [])).toBe(2); // 1 and 2 stay, 3 is not kept
  expect(mostHits(2, [1, 2, 3, 3, 1, 2], [])).toBe(2); // 3 drives out 2; 3 and 1 are found
  expect(mostHits(2, [4, 4, 5], [5, 6])).toBe(2); // 6 gives way to 4
  expect(mostHits(0, [4, 4], [4])).toBe(0);
});

/** Evicts what it likes, and at times keeps nothing. */
const whim = (choices: readonly number[]): Eviction => {
  let at = 0;
  return {
    used() {},
    entered() {},
    evicted: (kept) => kept[choices[at++ % choices.length]! % (kept.length + 1)],
  };
};

test("no policy, ours or any, finds more experts than the one that knows all later uses", () => {
  const first = [3, 1, 4, 5, 9, 2];
  const evictions = fc.oneof(
    policies.map((policy) => evictionOf(policy, EXPERTS)),
    fc.array(fc.nat(EXPERTS), { minLength: 1, maxLength: 40 }).map(whim),
  );
  fc.assert(
    fc.property(uses, evictions, fc.nat(EXPERTS), (of, eviction, room) => {
      const cache = new ExpertCache(EXPERTS, room, eviction, first);
      for (const x of of) cache.use(x);
      expect(cache.hits).toBeLessThanOrEqual(mostHits(room, of, first));
    }),
  );
});

test("by hand: an expert that moved here counts as used then, and one that was given at the start as used before all others", () => {
  const held = (cache: ExpertCache) => Array.from({ length: 6 }, (_, x) => x).filter((x) => cache.has(x));
  const moved = new ExpertCache(6, 2, evictionOf("lru", 6), [0]);
  moved.use(0);
  moved.gain(1); // later than the use of 0
  moved.use(2);
  expect(held(moved)).toEqual([1, 2]);
  const again = new ExpertCache(6, 2, evictionOf("lru", 6), [0, 1]);
  again.use(0);
  again.lose(0);
  again.gain(0); // once more, after 1 was used
  again.use(1);
  again.use(3);
  expect(held(again)).toEqual([1, 3]);
  again.lose(1);
  again.use(4); // there is room
  again.gain(5); // there is none
  expect(held(again)).toEqual([3, 4]);
});
