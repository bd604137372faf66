import { createOverflow, createTokenRouter, type ExpertPlaces } from "@tokenyard/model";
import { expertSlots } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { oneLayer } from "./one-layer.contract.ts";

const EXPERTS = 32;
const RANKS = 8;
const TOKENS = 40_000;

const slots = expertSlots(
  EXPERTS,
  Array.from({ length: RANKS }, (_, e) => Array.from({ length: 4 }, (_, i) => 4 * e + i)),
);
const places: ExpertPlaces = {
  rankOf: Int32Array.from({ length: EXPERTS }, (_, x) => Math.floor(x / 4)),
  nodeOf: Int32Array.from({ length: RANKS }, (_, rank) => Math.floor(rank / 4)),
  nodes: 2,
};

/** Weights of experts: uneven, so that some are over capacity. */
const weights = Array.from({ length: EXPERTS }, (_, x) => 1 + ((x * 7) % 5) / 2);

/** Copies of tokens of one source, over `capacity` to any other expert, as the simulator counts them. */
function counted(topK: number, capacity: number) {
  const load = new ExpertLoad(1, { count: EXPERTS, topK }, RANKS);
  const gate = { kind: "recorded" as const, file: { path: "copies.csv", sha256: "0", rows: [sharesOf(topK)] } };
  const router = createTokenRouter(oneLayer({ experts: EXPERTS, ranks: RANKS }, topK), gate, new Streams(1));
  router.route(0, [TOKENS], new Streams(1).stream("counted"), load.copies, load.enter(0, slots, places));
  load.route([TOKENS]);
  load.beforeCut(true);
  const crowd = {
    copies: load.copies,
    experts: EXPERTS,
    from: 0,
    end: 1,
    tokens: [TOKENS],
    chances: router.shares!(0),
    regions: undefined,
  };
  createOverflow({ kind: "reroute" }).cut(crowd, capacity, new Streams(1).stream("reroute"), load.fates);
  load.settle();
  return load;
}

/** Sets of `topK` experts by weight, one after another. */
function* choices(topK: number, seed: number) {
  const stream = new Streams(seed).stream("one by one");
  const all = weights.reduce((sum, each) => sum + each, 0);
  const pick = () => {
    let left = stream.next() * all;
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  };
  for (;;) {
    const chosen = new Set<number>();
    while (chosen.size < topK) {
      const next = pick();
      if (chosen.has(next))
        chosen.clear(); // begun again: each set has its chance in proportion to the product of its weights
      else chosen.add(next);
    }
    yield { chosen, pick };
  }
}

function sharesOf(topK: number): number[] {
  const counts = new Array<number>(EXPERTS).fill(0);
  let left = 200_000;
  for (const { chosen } of choices(topK, 3)) {
    for (const x of chosen) counts[x]!++;
    if (--left === 0) return counts;
  }
  return counts;
}

/** The same of tokens one by one, which take no expert twice. */
function oneByOne(topK: number, capacity: number) {
  const totals = new Array<number>(EXPERTS).fill(0);
  const tokens: Set<number>[] = [];
  const homeless: { set: Set<number>; pick: () => number }[] = [];
  for (const { chosen, pick } of choices(topK, 2)) {
    const set = new Set<number>();
    for (const x of chosen) {
      if (totals[x]! < capacity) set.add(x);
      else homeless.push({ set, pick });
      if (totals[x]! < capacity) totals[x]!++;
    }
    tokens.push(set);
    if (tokens.length === TOKENS) break;
  }
  let rerouted = 0;
  for (const { set, pick } of homeless) {
    if (!totals.some((total, x) => total < capacity && !set.has(x))) continue;
    let next = pick();
    while (totals[next]! >= capacity || set.has(next)) next = pick();
    set.add(next);
    totals[next]!++;
    rerouted++;
  }
  const rankOf = (x: number) => places.rankOf[x]!;
  const visits = (place: (x: number) => number) => tokens.reduce((sum, set) => sum + new Set([...set].map(place)).size, 0);
  return { totals, rerouted, ranks: visits(rankOf), nodes: visits((x) => places.nodeOf[rankOf(x)]!) };
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

test.each([1, 2, 4])("copies that are rerouted, and the visits that follow them, are nearly those of tokens one by one: top %s", (topK) => {
  const capacity = Math.ceil((1.2 * TOKENS * topK) / EXPERTS);
  const load = counted(topK, capacity);
  const wanted = oneByOne(topK, capacity);
  expect(load.fates.dropped).toBe(0);
  expect(wanted.rerouted).toBeGreaterThan(0.05 * TOKENS * topK);
  expect(Math.abs(load.fates.rerouted / wanted.rerouted - 1)).toBeLessThan(0.1); // the noise of two draws
  for (const [x, total] of wanted.totals.entries()) expect(Math.abs(load.copies[x]! - total)).toBeLessThan(0.09 * capacity);
  expect(Math.abs(sum(load.visits!.toRanks) / wanted.ranks - 1)).toBeLessThan(0.03);
  expect(Math.abs(sum(load.visits!.toNodes) / wanted.nodes - 1)).toBeLessThan(0.03);
});

test("a rank gets no more visits of a source than it has copies or tokens, wherever they come from", () => {
  for (const topK of [2, 4]) {
    const load = counted(topK, Math.ceil((TOKENS * topK) / EXPERTS));
    for (let rank = 0; rank < RANKS; rank++) {
      expect(load.visits!.toRanks[rank]!).toBeLessThanOrEqual(Math.min(TOKENS, load.rankRows[rank]!));
      expect(load.visits!.toRanks[rank]!).toBeGreaterThanOrEqual(load.rankRows[rank]! / 4);
    }
  }
});
