import fc from "fast-check";
import { expect, test } from "vitest";
import { type ExpertSlots, expertSlots } from "./expert-placement.ts";
import { surviving } from "./surviving.ts";
import { withSpares } from "./with-spares.ts";

const anyLayer = fc
  .record({
    ranks: fc.integer({ min: 2, max: 8 }),
    each: fc.integer({ min: 1, max: 3 }),
    gpusPerNode: fc.integer({ min: 1, max: 4 }),
    shares: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 24, maxLength: 24 }),
    perLayer: fc.integer({ min: 1, max: 12 }),
    place: fc.constantFrom("other-node" as const, "any" as const),
    lost: fc.array(fc.nat(7), { minLength: 1, maxLength: 2 }),
  })
  .map(({ ranks, each, lost, ...rest }) => ({ ...rest, experts: ranks * each, ranks, lost: new Set(lost.map((rank) => rank % ranks)) }));

const law = (check: (layer: typeof anyLayer extends fc.Arbitrary<infer T> ? T : never) => void) =>
  fc.assert(fc.property(anyLayer, check), { numRuns: drawnCases(200) });
const plain = (experts: number, ranks: number) =>
  Array.from({ length: ranks }, (_, e) => Array.from({ length: experts / ranks }, (_, i) => (e * experts) / ranks + i));
const missingOf = (slots: ExpertSlots, lost: ReadonlySet<number>, reloads: boolean) => surviving(slots, lost, reloads).slots.missing.length;

test("a copy of an expert lies on a rank that does not hold it, and on another node where one is asked for and there is one", () => {
  law(({ experts, ranks, gpusPerNode, shares, perLayer, place }) => {
    const spares = { kind: "hot-copies", perLayer, place } as const;
    const held = withSpares(plain(experts, ranks), spares, experts, { expert: ranks, ranksPerStage: ranks, gpusPerNode }, shares);
    for (const own of held) expect(new Set(own).size).toBe(own.length);
    const [hottest] = Array.from({ length: experts }, (_, x) => x).sort((a, b) => shares[b]! - shares[a]! || a - b);
    const nodes = held.flatMap((own, rank) => (own.includes(hottest!) ? [Math.floor(rank / gpusPerNode)] : []));
    expect(nodes.length).toBeGreaterThan(1);
    if (place === "other-node" && ranks > gpusPerNode) expect(new Set(nodes).size).toBeGreaterThan(1);
  });
});

test("more spares never leave more experts without a slot, as hot copies nor as empty slots to load into", () => {
  law(({ experts, ranks, gpusPerNode, shares, perLayer, place, lost }) => {
    for (const kind of ["hot-copies", "standby"] as const) {
      const missing = (count: number) => {
        const spares = { kind, perLayer: count, place } as const;
        const held = withSpares(plain(experts, ranks), spares, experts, { expert: ranks, ranksPerStage: ranks, gpusPerNode }, shares);
        return missingOf(expertSlots(experts, held), lost, kind === "standby");
      };
      expect(missing(perLayer + 1)).toBeLessThanOrEqual(missing(perLayer));
    }
  });
});

test("after a loss every expert that had a slot elsewhere has one still, and what is loaded fills empty slots before it takes any copy's place", () => {
  law(({ experts, ranks, gpusPerNode, shares, perLayer, place, lost }) => {
    const spares = { kind: "hot-copies", perLayer, place } as const;
    const ranksOf = { expert: ranks, ranksPerStage: ranks, gpusPerNode };
    const held = withSpares(plain(experts, ranks), spares, experts, ranksOf, shares);
    const withEmpty = withSpares(held, { kind: "standby", perLayer: 3 }, experts, ranksOf, shares);
    const before = expertSlots(experts, withEmpty);
    const alive = new Set(withEmpty.flatMap((own, rank) => (lost.has(rank) ? [] : own.filter((x) => x >= 0))));
    const masked = surviving(before, lost, false);
    expect([...masked.slots.missing]).toEqual(Array.from({ length: experts }, (_, x) => x).filter((x) => !alive.has(x)));
    expect(masked.loads.every((count) => count === 0)).toBe(true);
    const { slots, loads } = surviving(before, lost, true);
    for (const x of alive) expect([...slots.missing]).not.toContain(x);
    const loaded = loads.reduce((sum, count) => sum + count, 0);
    expect(slots.missing.length).toBe(masked.slots.missing.length - loaded);
    const empty = (of: ExpertSlots) => of.expertIn.filter((x) => x < 0).length;
    expect(empty(slots)).toBe(Math.max(0, empty(masked.slots) - loaded));
    for (const rank of lost) expect(slots.offsets[rank + 1]! - slots.offsets[rank]!).toBe(0);
  });
});
