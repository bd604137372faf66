import { createTokenRouter, type ExpertPlaces } from "@tokenyard/model";
import { type ExpertSlots, expertSlots } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { oneLayer } from "./one-layer.contract.ts";

/** Experts in a row on ranks, and ranks on nodes. */
interface Size {
  readonly experts: number;
  readonly ranks: number;
  readonly nodes: number;
}

const SMALL: Size = { experts: 32, ranks: 8, nodes: 2 };
/** As DeepSeek-V3's on four nodes. */
const LARGE: Size = { experts: 256, ranks: 32, nodes: 4 };

/** A gate that takes a token's experts from `limit` of `groups`. */
interface Gate {
  readonly groups: number;
  readonly limit: number;
}

const ANY: Gate = { groups: 1, limit: 1 };

/** Slots of experts, and where the first ones are. */
interface Layout {
  readonly size: Size;
  readonly slots: ExpertSlots;
  readonly places: ExpertPlaces;
}

/** `held` by each rank, of which `firstOn` have the first slots: so many experts in a row on each. */
function layout(size: Size, held: (rank: number) => readonly number[], firstOn = size.ranks): Layout {
  const { experts, ranks, nodes } = size;
  const slots = expertSlots(
    experts,
    Array.from({ length: ranks }, (_, rank) => held(rank).filter((x, i, all) => all.indexOf(x) === i)),
  );
  const places = {
    rankOf: Int32Array.from({ length: experts }, (_, x) => Math.floor((x * firstOn) / experts)),
    nodeOf: Int32Array.from({ length: ranks }, (_, rank) => Math.floor((rank * nodes) / ranks)),
    nodes,
    slots: { firstOf: slots.firstOf, rankOfSlot: slots.slotsOf.map((slot) => slots.rankOf[slot]!) },
  };
  return { size, slots, places };
}

const inRow = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
/** Four experts in a row on each rank, and a copy of one of the first eight beside them. */
const few = layout(SMALL, (rank) => [...inRow(4 * rank, 4), (5 * rank + 3) % 8]);
/** All experts on the first node, and once more on the second. */
const twice = layout(SMALL, (rank) => inRow(8 * (rank % 4), 8), SMALL.ranks / 2);

/** Visits of ranks, and of nodes, that follow the copies of `tokens` tokens of one source. */
function followed({ size, slots, places }: Layout, topK: number, tokens: number, limited = ANY) {
  const load = new ExpertLoad(1, { count: size.experts, topK }, size.ranks);
  const gate = limited === ANY ? ({ kind: "uniform" } as const) : ({ kind: "grouped", ...limited, sigma: 0, shared: true } as const);
  const drawn = load.enter(0, slots, places);
  const router = createTokenRouter(oneLayer(size, topK), gate, new Streams(1));
  router.route(0, [tokens], new Streams(1).stream("followed"), load.copies, drawn);
  load.route([tokens]);
  load.settle(0, router.spread?.(0, places));
  return load;
}

/** The same of tokens one by one, each of whose copies goes to any of its expert's slots alike. */
function oneByOne({ size, slots, places }: Layout, topK: number, tokens: number, { groups, limit } = ANY) {
  const stream = new Streams(2).stream("one by one");
  const visits = { ranks: 0, nodes: new Float64Array(places.nodes) };
  const rankOfSlot = (slot: number) => slots.offsets.findIndex((end) => end > slot) - 1;
  for (let token = 0; token < tokens; token++) {
    const among = new Set<number>();
    while (among.size < limit) among.add(Math.floor(stream.next() * groups));
    const chosen = new Set<number>();
    while (chosen.size < topK) {
      const x = Math.floor(stream.next() * size.experts);
      if (among.has(Math.floor((x * groups) / size.experts))) chosen.add(x);
    }
    const ranks = new Set(
      [...chosen].map((x) => {
        const ways = slots.firstOf[x + 1]! - slots.firstOf[x]!;
        return rankOfSlot(slots.slotsOf[slots.firstOf[x]! + Math.floor(stream.next() * ways)]!);
      }),
    );
    visits.ranks += ranks.size;
    for (const node of new Set([...ranks].map((rank) => places.nodeOf[rank]!))) visits.nodes[node]!++;
  }
  return visits;
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe.each([
  ["a few", few],
  ["all", twice],
])("where %s of the experts have copies", (_, placed) => {
  test.each([2, 4, 8])(
    "visits follow them as if tokens chose slots one by one, nearly, on all ranks together and on each node: top %s",
    (topK) => {
      const tokens = 20_000;
      const { visits } = followed(placed, topK, tokens);
      const wanted = oneByOne(placed, topK, tokens);
      expect(Math.abs(sum(visits!.toRanks) / wanted.ranks - 1)).toBeLessThan(0.03);
      for (const [node, tokensThere] of wanted.nodes.entries())
        expect(Math.abs(visits!.toNodes[node]! / tokensThere - 1)).toBeLessThan(0.03);
      for (const tokensThere of [...visits!.toRanks, ...visits!.toNodes]) expect(tokensThere).toBeLessThanOrEqual(tokens); // one is sent there once
    },
  );
});

describe("where a gate is limited to groups, and each node has two of them", () => {
  const own = (rank: number) => inRow(8 * rank, 8);
  const next = (rank: number) => own(8 * Math.floor(rank / 8) + ((rank + 1) % 8));
  test.each([
    ["32 of the experts have copies anywhere", layout(LARGE, (rank) => [...own(rank), rank])],
    ["all have copies on another node", layout(LARGE, (rank) => [...own(rank), ...own((rank + 8) % 32)])],
    ["all have copies on their group's node", layout(LARGE, (rank) => [...own(rank), ...next(rank)])],
  ])("visits are those of tokens one by one, as copies of a token that came together part: %s", (_, placed) => {
    const [tokens, gate] = [20_000, { groups: 8, limit: 4 }];
    const { visits } = followed(placed, 8, tokens, gate);
    const wanted = oneByOne(placed, 8, tokens, gate);
    expect(Math.abs(sum(visits!.toRanks) / wanted.ranks - 1)).toBeLessThan(0.005);
    expect(Math.abs(sum(visits!.toNodes) / sum(wanted.nodes) - 1)).toBeLessThan(0.005);
    for (const [node, tokensThere] of wanted.nodes.entries()) expect(Math.abs(visits!.toNodes[node]! / tokensThere - 1)).toBeLessThan(0.02);
  });
});

test("where a token has one copy its visits are the copies, wherever they go", () => {
  const load = followed(few, 1, 5000);
  expect([...load.visits!.toRanks]).toEqual([...load.rankRows]);
  expect(sum(load.visits!.toNodes)).toBe(5000);
});

test("tokens of a group whose experts lie on both nodes cross to the other one with the chance that any of their copies does", () => {
  // Two groups of two experts, both of a group for each token, and each expert on both nodes: 1 − 1/4 of the tokens of a data group cross.
  const tokens = 40_000;
  const hiddenSize = 64;
  const scenario = parseScenario({
    tokenyard: 1,
    name: "parted",
    model: {
      layers: 1,
      hiddenSize,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: 4, topK: 2, hiddenSize: 32 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 2 },
    parallelism: { expert: 4, tensor: 1, attention: { tensor: 1, data: 4 } },
    routing: {
      gate: { kind: "grouped", groups: 2, limit: 1, sigma: 0 },
      dispatch: "per-token",
      placement: {
        kind: "map",
        layers: [
          [
            [0, 1],
            [2, 3],
            [0, 1],
            [2, 3],
          ],
        ], // rank by rank
      },
    },
    workload: { kind: "batch", sequences: 4, promptTokens: tokens, outputTokens: 1 },
  });
  const { fabricBytes } = summarize(run(prepare(scenario))).balance.traffic!;
  const crossing = fabricBytes / (2 * 2 * hiddenSize); // 16 bits, there and back
  expect(crossing / (4 * tokens * (3 / 4))).toBeCloseTo(1, 2);
});
