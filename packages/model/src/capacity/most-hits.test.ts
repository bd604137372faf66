import fc from "fast-check";
import { expect, test } from "vitest";
import { evictionOf } from "./eviction.ts";
import { ExpertCache } from "./expert-cache.ts";
import { mostHits } from "./most-hits.ts";

const uses = fc.record({
  room: fc.integer({ min: 0, max: 3 }),
  first: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  experts: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 9 }),
});

/** The most hits of all choices of what gives way, one by one. */
function best(room: number, kept: readonly number[], experts: readonly number[]): number {
  const [expert, ...later] = experts;
  if (expert === undefined) return 0;
  if (kept.includes(expert)) return 1 + best(room, kept, later);
  const choices = [kept, ...(kept.length < room ? [[...kept, expert]] : kept.map((_, i) => kept.with(i, expert)))];
  return Math.max(...choices.filter((each) => each.length <= room).map((each) => best(room, each, later)));
}

test("three experts in turn with room for two: of six uses two are found, where the least recent rule finds none", () => {
  const experts = [0, 1, 2, 0, 1, 2];
  expect(mostHits({ room: 2, first: [], experts, changedAt: [] })).toBe(2); // 0, 1, or 0 and 2
  const cache = new ExpertCache(3, 2, evictionOf("lru", 3));
  for (const expert of experts) cache.use(expert);
  expect(cache.hits).toBe(0);
});

test("no choice of what gives way finds more, and one finds as many", () => {
  fc.assert(
    fc.property(uses, ({ room, first, experts }) => {
      expect(mostHits({ room, first, experts, changedAt: [] })).toBe(best(room, first.slice(0, room), experts));
    }),
    { numRuns: drawnCases(200) },
  );
});

test("a change from outside lowers no bound", () => {
  fc.assert(
    fc.property(uses, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }), ({ room, first, experts }, at) => {
      const changedAt = [...new Set(at)].filter((each) => each < experts.length).sort((a, b) => a - b);
      expect(mostHits({ room, first, experts, changedAt })).toBeGreaterThanOrEqual(mostHits({ room, first, experts, changedAt: [] }));
    }),
    { numRuns: drawnCases(100) },
  );
});
