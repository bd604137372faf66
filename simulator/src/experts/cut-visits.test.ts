import { createOverflow, createTokenRouter, type ExpertPlaces, type TokenRouter } from "@tokenyard/model";
import { expertSlots } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import { type Stream, Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { oneLayer } from "./one-layer.contract.ts";

const EXPERTS = 64;
const RANKS = 16;
const TOKENS = 20_000;
const OF_RANK = EXPERTS / RANKS;

const slots = expertSlots(
  EXPERTS,
  Array.from({ length: RANKS }, (_, rank) => Array.from({ length: OF_RANK }, (_, i) => rank * OF_RANK + i)),
);
const places: ExpertPlaces = {
  rankOf: Int32Array.from({ length: EXPERTS }, (_, x) => Math.floor(x / OF_RANK)),
  nodeOf: Int32Array.from({ length: RANKS }, (_, rank) => Math.floor(rank / 4)),
  nodes: 4,
};

function routerOf(topK: number, gate: GateSpec): TokenRouter {
  return createTokenRouter(oneLayer({ experts: EXPERTS, ranks: RANKS }, topK), gate, new Streams(1));
}

type Kind = "drop" | "reroute";

/** As the simulator counts them. */
function counted(kind: Kind, router: TokenRouter, topK: number, capacity: number): ExpertLoad {
  const load = new ExpertLoad(1, { count: EXPERTS, topK }, RANKS);
  router.route(0, [TOKENS], new Streams(1).stream("counted"), load.copies, load.enter(0, slots, places));
  load.route([TOKENS]);
  load.beforeCut(kind === "reroute");
  const { copies } = load;
  const crowd = { copies, experts: EXPERTS, from: 0, end: 1, tokens: [TOKENS], chances: router.shares!(0), regions: undefined };
  createOverflow({ kind }).cut(crowd, capacity, new Streams(1).stream("overflow"), load.fates);
  load.settle();
  return load;
}

/** The same of tokens one by one: any copies over the capacity leave, and look one after another for an expert with room. */
function oneByOne(kind: Kind, router: TokenRouter, topK: number, capacity: number) {
  const stream = new Streams(2).stream("one by one");
  const tokens: Set<number>[] = [];
  const totals = new Float64Array(EXPERTS);
  const copies = new Float64Array(EXPERTS);
  for (let token = 0; token < TOKENS; token++) {
    router.route(0, [1], stream, copies);
    tokens.push(new Set([...copies.keys()].filter((x) => copies[x]! > 0)));
    for (const x of tokens[token]!) totals[x]!++;
  }
  const over = totals.map((total) => Math.max(0, total - capacity));
  const seen = totals.slice();
  const homeless: Set<number>[] = [];
  for (const own of tokens) {
    for (const x of [...own]) {
      if (stream.next() < over[x]! / seen[x]!) {
        over[x]!--;
        own.delete(x);
        homeless.push(own);
      }
      seen[x]!--;
    }
  }
  if (kind === "reroute") for (const own of homeless) reroute(own, totals, router.shares!(0)!, capacity, stream);
  const visits = (placeOf: (x: number) => number) => tokens.reduce((sum, own) => sum + new Set([...own].map(placeOf)).size, 0);
  return { left: homeless.length / (TOKENS * topK), ranks: visits(rankOf), nodes: visits((x) => places.nodeOf[rankOf(x)]!) };
}

const rankOf = (x: number) => places.rankOf[x]!;

function reroute(own: Set<number>, totals: Float64Array, shares: Float64Array, capacity: number, stream: Stream): void {
  const open = [...totals.keys()].filter((x) => totals[x]! < capacity && !own.has(x));
  let left = stream.next() * open.reduce((sum, x) => sum + shares[x]!, 0);
  const next = open.find((x) => {
    left -= shares[x]!;
    return left < 0;
  });
  if (next === undefined) return;
  own.add(next);
  totals[next]!++;
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe.each(["drop", "reroute"] as const)("%s", (kind) => {
  test.each([
    ["uniform", 4, 0.9, { kind: "uniform" }],
    ["lognormal", 2, 1.2, { kind: "lognormal", sigma: 1, shared: true }],
    ["lognormal", 8, 1.2, { kind: "lognormal", sigma: 1, shared: true }],
    ["grouped", 8, 1.2, { kind: "grouped", groups: 8, limit: 4, sigma: 0.7, shared: true }],
  ] as const)("of copies over the capacity leaves ranks and nodes as many tokens as one by one: %s, top %s", (_, topK, factor, gate) => {
    const router = routerOf(topK, gate);
    const capacity = Math.ceil((factor * TOKENS * topK) / EXPERTS);
    const { visits, rankRows } = counted(kind, router, topK, capacity);
    const wanted = oneByOne(kind, router, topK, capacity);
    expect(wanted.left).toBeGreaterThan(0.09);
    expect(Math.abs(sum(visits!.toRanks) / wanted.ranks - 1)).toBeLessThan(0.015);
    expect(Math.abs(sum(visits!.toNodes) / wanted.nodes - 1)).toBeLessThan(0.015);
    for (const [rank, tokens] of visits!.toRanks.entries()) {
      expect(tokens).toBeLessThanOrEqual(Math.min(TOKENS, rankRows[rank]!) * (1 + 1e-12));
      expect(tokens).toBeLessThanOrEqual(visits!.toNodes[places.nodeOf[rank]!]! * (1 + 1e-12));
    }
  });
});
