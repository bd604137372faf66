import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eplb } from "./eplb.ts";
import { type ExpertSlots, expertSlots } from "./expert-placement.ts";
import { movesBetween } from "./moves.ts";
import { heldIn, maxOverMeanOf, rankLoads } from "./rank-loads.ts";
import { rebalanced } from "./rebalanced.ts";
import { surviving } from "./surviving.ts";

const EXPERTS = 12;

/** Slots of ranks that hold as many each, every expert once and some again; and loads of experts. */
const anyWindow = fc
  .record({
    ranks: fc.constantFrom(2, 3, 4),
    spare: fc.nat(6),
    order: fc.shuffledSubarray([...Array(EXPERTS).keys()], { minLength: EXPERTS, maxLength: EXPERTS }),
    more: fc.array(fc.nat(EXPERTS - 1), { minLength: 6, maxLength: 6 }),
    loads: fc.array(fc.oneof(fc.nat(20), fc.nat(2000)), { minLength: EXPERTS, maxLength: EXPERTS }),
  })
  .map(({ ranks, spare, order, more, loads }) => {
    const all = [...order, ...more.slice(0, spare)];
    const held = Array.from({ length: ranks }, (_, e) => all.filter((_, i) => i % ranks === e));
    return { slots: expertSlots(EXPERTS, held), loads, ranks };
  });

const places = (ranks: number) => ({ expert: ranks, ranksPerStage: ranks, gpusPerNode: 2 });

function scenarioOf(kind: "eplb" | "greedy", ranks: number) {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 8, kvHeads: 8, headSize: 8 },
      experts: { count: EXPERTS, topK: 1, hiddenSize: 32 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: ranks },
    rebalance: { kind },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
}

function after(kind: "eplb" | "greedy", { slots, loads, ranks }: { slots: ExpertSlots; loads: number[]; ranks: number }): ExpertSlots {
  const scenario = scenarioOf(kind, ranks);
  return rebalanced(loads, slots, scenario, scenario.rebalance!, places(ranks));
}

describe.each(["eplb", "greedy"] as const)("rebalancing by %s", (kind) => {
  test("never makes the window that it looked at worse, and leaves experts where they are if it cannot make it better", () => {
    fc.assert(
      fc.property(anyWindow, (window) => {
        const found = after(kind, window);
        const balance = (slots: ExpertSlots) => maxOverMeanOf(rankLoads(window.loads, slots));
        if (found === window.slots) return;
        expect(balance(found)).toBeLessThan(balance(window.slots));
        expect(found.expertIn.length).toBe(window.slots.expertIn.length);
      }),
    );
  });

  test("finds nothing better where it has just been", () => {
    fc.assert(
      fc.property(anyWindow, (window) => {
        const found = after(kind, window);
        if (kind === "eplb" || found === window.slots) expect(after(kind, { ...window, slots: found })).toBe(found);
      }),
    );
  });
});

test("greedy swaps the fullest rank's experts, and no more than it must: 8 and 6 against 1 and 1 become 8 and 1 against 6 and 1", () => {
  const slots = expertSlots(4, [
    [0, 1],
    [2, 3],
  ]);
  const scenario = scenarioOf("greedy", 2);
  const found = rebalanced([8, 6, 1, 1], slots, scenario, { ...scenario.rebalance!, kind: "greedy", swaps: 16 } as never, places(2));
  expect([...rankLoads([8, 6, 1, 1], found)].sort()).toEqual([7, 9]);
  expect(movesBetween(slots, found, [0, 0]).count).toBe(2);
});

describe("moves", () => {
  test("bring each rank what it lacks, once each, from ranks that held it; nothing moves where nothing changes", () => {
    fc.assert(
      fc.property(anyWindow, (window) => {
        const found = after("eplb", window);
        const { matrix, count } = movesBetween(window.slots, found, Array(window.ranks).fill(0));
        const [before, now] = [heldIn(window.slots), heldIn(found)];
        for (let to = 0; to < window.ranks; to++) {
          const lacks = [...new Set(now[to])].filter((x) => !before[to]!.includes(x));
          let got = 0;
          for (let from = 0; from < window.ranks; from++) {
            const sent = matrix[from * window.ranks + to]!;
            expect(sent).toBeLessThanOrEqual(lacks.filter((x) => before[from]!.includes(x)).length);
            got += sent;
          }
          expect(got).toBe(lacks.length);
        }
        expect(matrix.reduce((sum, n) => sum + n, 0)).toBe(count);
        expect(movesBetween(found, found, Array(window.ranks).fill(0)).count).toBe(0);
      }),
    );
  });

  test("come from the own node where it has the expert, and else from the rank that has sent least", () => {
    const before = expertSlots(3, [[0], [0, 1], [2], [1, 0]]);
    const wanted = expertSlots(3, [
      [0, 1],
      [0, 1],
      [2, 0],
      [1, 0],
    ]);
    expect([...movesBetween(before, wanted, [0, 0, 1, 1]).matrix]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    expect([...movesBetween(before, wanted, [0, 1, 2, 3]).matrix]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("once a rank is lost", () => {
  test("EPLB places the experts that have a slot left as if the ranks that are left were all, and moves come from ranks that hold them", () => {
    let moved = 0;
    fc.assert(
      fc.property(anyWindow, fc.nat(3), ({ slots, loads, ranks }, lost) => {
        const left = surviving(slots, new Set([lost % ranks]), false).slots;
        const found = after("eplb", { slots: left, loads, ranks });
        const held = heldIn(found);
        expect(held[lost % ranks]).toEqual([]);
        expect(found.missing).toEqual(left.missing);
        if (found === left) return;
        const here = [...Array(EXPERTS).keys()].filter((x) => !left.missing.includes(x));
        const others = heldIn(left).filter((_, e) => e !== lost % ranks);
        const alone = eplb(
          here.map((x) => loads[x]!),
          { slots: left.expertIn.length, ranks: others.length, groups: 1, nodes: 1 },
        );
        if (others.every((own, e) => own.length === alone[e]!.length))
          // ranks that had more slots come in another order
          expect(held.filter((_, e) => e !== lost % ranks)).toEqual(alone.map((own) => own.map((i) => here[i]!)));
        const { matrix, count } = movesBetween(left, found, Array(ranks).fill(0));
        expect(matrix.reduce((sum, each) => sum + each, 0)).toBe(count);
        for (let e = 0; e < ranks; e++) expect(matrix[(lost % ranks) * ranks + e]).toBe(0);
        moved += count;
      }),
    );
    expect(moved).toBeGreaterThan(0);
  });
});

test("the page's exchange of two experts lowers the fullest rank from 40 copies to 34", () => {
  const slots = expertSlots(4, [
    [0, 1],
    [2, 3],
  ]);
  const after = rebalanced(
    [30, 10, 6, 4],
    slots,
    scenarioOf("greedy", 2),
    { ...scenarioOf("greedy", 2).rebalance!, kind: "greedy", swaps: 1 },
    places(2),
  );
  expect([...rankLoads([30, 10, 6, 4], slots)]).toEqual([40, 10]);
  expect([...rankLoads([30, 10, 6, 4], after)]).toEqual([16, 34]);
});
