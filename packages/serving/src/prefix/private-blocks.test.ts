import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { Chains } from "./chains.ts";
import { PrefixCache } from "./prefix-cache.ts";

const BLOCK = 4;

/** Chains that take each request for one that others may share blocks with, so that all blocks have keys. */
class Keyed extends Chains {
  override isPrivate(): boolean {
    return false;
  }
}

const anyStep = fc.record({
  what: fc.constantFrom("comes", "computes", "computes", "computes", "computes", "preempted", "preempted", "finishes"),
  who: fc.nat(20),
  tokens: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(8, 12, 16, 20)), // whole blocks: the last is kept, and computed again
  shared: fc.boolean(),
});

/** A request: of those that wait, `held` is 0. */
interface Running {
  readonly slot: number;
  readonly tokens: number;
  held: number;
  shared: number;
  isRunning: boolean;
}

test.prop([fc.integer({ min: 12, max: 24 }), fc.array(anyStep, { maxLength: 80, size: "max" })], { numRuns: drawnCases(300) })(
  "blocks of a request that shares none are found, counted and evicted as if each had a key, beside those of others",
  (total, steps) => {
    const requests = new RequestSlots();
    const chains = [new Chains(requests, BLOCK), new Keyed(requests, BLOCK)];
    const caches = chains.map((each) => new PrefixCache(total, BLOCK, each));
    const [mine, keyed] = caches as [PrefixCache, PrefixCache];
    const both = <T>(run: (cache: PrefixCache) => T): T => {
      const [a, b] = [run(mine), run(keyed)];
      expect(a).toEqual(b);
      return a;
    };
    const all: Running[] = [];
    const leave = (each: Running) => {
      const full = Math.min(each.held, Math.floor(each.tokens / BLOCK));
      both((cache) => cache.leave(each.slot, each.held, each.shared, full));
      Object.assign(each, { held: 0, shared: 0, isRunning: false });
    };
    for (const { what, who, tokens, shared } of steps) {
      if (what === "comes") {
        const prefix = shared ? { prefix: Int32Array.from([1, 2, 3].slice(0, Math.floor(tokens / BLOCK))), prefixBlockTokens: BLOCK } : {};
        const slot = requests.take({ ...createArrivingRequest(), promptTokens: tokens, outputTokens: 1, ...prefix });
        all.push({ slot, tokens, held: 0, shared: 0, isRunning: false });
        continue;
      }
      const each = all[who % Math.max(1, all.length)];
      if (each === undefined) continue;
      if (what === "computes" && !each.isRunning) {
        const { blocks, unheld } = both((cache) => ({ ...cache.find(each.slot, each.tokens) }));
        if (unheld > mine.free) continue;
        both((cache) => cache.hold(each.slot, blocks));
        Object.assign(each, { held: blocks, shared: blocks, isRunning: true });
      } else if (what === "computes") {
        const more = Math.min(1 + (who % 3), Math.ceil(each.tokens / BLOCK) - each.held, mine.free);
        if (more <= 0) continue;
        both((cache) => cache.take(more));
        each.held += more;
        const full = Math.min(each.held, Math.floor(each.tokens / BLOCK));
        if (full > each.shared && who % 2 === 0) {
          both((cache) => cache.share(each.slot, each.shared, full));
          each.shared = full;
        }
      } else if (each.isRunning) {
        leave(each);
        if (what === "preempted") both((cache) => cache.keepFor(each.slot));
        else {
          requests.leave(each.slot);
          for (const its of chains) its.drop(each.slot);
          all.splice(all.indexOf(each), 1);
        }
      }
      both(({ kept, unheld, free, held, evictions, peak }) => ({ kept, unheld, free, held, evictions, peak }));
    }
    for (const each of all) if (each.isRunning) leave(each);
    both((cache) => cache.forget());
    both(({ kept, unheld, free }) => ({ kept, unheld, free }));
    expect(mine.kept).toBe(0);
  },
);

test("one that was preempted finds its leading blocks again, once the last have given way", () => {
  const requests = new RequestSlots();
  const cache = new PrefixCache(4, BLOCK, new Chains(requests, BLOCK));
  const slot = requests.take({ ...createArrivingRequest(), promptTokens: 17, outputTokens: 1 });
  cache.take(4);
  cache.leave(slot, 4, 0, 4);
  cache.keepFor(slot);
  cache.take(1);
  expect([cache.evictions, cache.kept]).toEqual([1, 3]);
  expect(cache.find(slot, 17)).toMatchObject({ blocks: 3, unheld: 3, onHost: 0 });
  expect(cache.find(slot, 12)).toMatchObject({ blocks: 2, unheld: 2, onHost: 0 }); // 11 tokens are two whole blocks of 4
  const other = requests.take({ ...createArrivingRequest(), promptTokens: 17, outputTokens: 1 });
  expect(cache.find(other, 17).blocks).toBe(0);
});
