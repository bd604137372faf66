import { Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CachePolicy, ExpertCache } from "./expert-cache.ts";
import { modelOf } from "./gates/gate.contract.ts";
import { createTokenRouter } from "./policies.ts";

const EXPERTS = 12;
const uses = fc.array(fc.integer({ min: 0, max: EXPERTS - 1 }), { maxLength: 200 });
const policies = fc.constantFrom<CachePolicy>("lru", "lfu", "hottest");

function hits(policy: CachePolicy, room: number, of: readonly number[]): boolean[] {
  const cache = new ExpertCache(EXPERTS, room, policy, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  return of.map((x) => cache.use(x));
}

test("hits and misses are the lookups, whatever the policy and the room", () => {
  fc.assert(
    fc.property(uses, policies, fc.nat(EXPERTS), (of, policy, room) => {
      const cache = new ExpertCache(EXPERTS, room, policy);
      const told = of.map((x) => cache.use(x));
      expect(cache.hits).toBe(told.filter((hit) => hit).length);
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
      const cache = new ExpertCache(EXPERTS, EXPERTS, policy);
      for (const x of of) cache.use(x);
      expect(cache.misses).toBe(new Set(of).size);
    }),
  );
});

test("it holds no more than it has room for, and what it was last asked for where it has any", () => {
  fc.assert(
    fc.property(uses, policies, fc.nat(EXPERTS), (of, policy, room) => {
      const cache = new ExpertCache(EXPERTS, room, policy, [3, 1, 4]);
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
  const lfu = new ExpertCache(EXPERTS, 2, "lfu");
  expect([7, 7, 8, 9, 7, 8].map((x) => lfu.use(x))).toEqual([false, true, false, false, true, false]); // 9 drives out 8, and 8 drives out 9
  const lru = new ExpertCache(EXPERTS, 2, "lru");
  expect([7, 7, 8, 9, 7, 8].map((x) => lru.use(x))).toEqual([false, true, false, false, false, false]);
});

test("LRU hits of one sequence of Qwen3-30B-A3B come out within 3 points of what was published, under a correlated gate that was fitted to them", () => {
  const published = [
    [0.15, 60],
    [0.25, 74.2],
    [0.35, 84.5],
    [0.4, 86.4],
    [0.45, 88.5],
  ] as const; // SeqMoE, 2609.12978
  const layers = 8;
  const gate: GateSpec = { kind: "correlated", sigma: 1.6, mixes: 1, common: 0, repeat: 0.25, shared: false };
  const router = createTokenRouter(modelOf(128, 8, layers), gate, new Streams(1));
  const stream = new Streams(2).stream("sequence");
  const caches = Array.from({ length: layers }, () => published.map(([share]) => new ExpertCache(128, Math.round(share * 128), "lru")));
  const hits = published.map(() => 0);
  let lookups = 0;
  for (let token = 0; token < 700; token++) {
    for (let layer = 0; layer < layers; layer++) {
      const chosen = new Float64Array(128);
      router.begin!([1]);
      router.route(layer, [1], stream, chosen);
      for (let x = 0; x < 128; x++) {
        if (chosen[x] === 0) continue;
        const found = caches[layer]!.map((cache) => cache.use(x));
        if (token < 100) continue;
        lookups++;
        for (const [i, hit] of found.entries()) hits[i]! += Number(hit);
      }
    }
  }
  for (const [i, [, percent]] of published.entries()) expect(Math.abs((hits[i]! / lookups) * 100 - percent)).toBeLessThan(3);
});
