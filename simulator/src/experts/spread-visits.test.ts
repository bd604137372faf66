import { createTokenRouter, type ExpertPlaces } from "@tokenyard/model";
import { type ExpertSlots, expertSlots } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";

const EXPERTS = 32;
const RANKS = 8;

/** Four experts in a row on each rank, and a copy of one of the first eight beside them. */
const slots: ExpertSlots = expertSlots(
  EXPERTS,
  Array.from({ length: RANKS }, (_, e) =>
    [...Array.from({ length: 4 }, (_, i) => 4 * e + i), (5 * e + 3) % 8].filter((x, i, all) => all.indexOf(x) === i),
  ),
);
const places: ExpertPlaces = {
  rankOf: Int32Array.from({ length: EXPERTS }, (_, x) => Math.floor(x / 4)),
  nodeOf: Int32Array.from({ length: RANKS }, (_, rank) => Math.floor(rank / 4)),
  nodes: 2,
};

function modelOf(topK: number) {
  return parseScenario({
    tokenyard: 1,
    name: "spread",
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: EXPERTS, topK, hiddenSize: 32 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: RANKS },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).model;
}

/** Visits of ranks, and of nodes, that follow the copies of `tokens` tokens of one source. */
function followed(topK: number, tokens: number) {
  const load = new ExpertLoad(1, { count: EXPERTS, topK }, RANKS);
  const drawn = load.enter(0, slots, places);
  createTokenRouter(modelOf(topK), { kind: "uniform" }, new Streams(1)).route(
    0,
    [tokens],
    new Streams(1).stream("followed"),
    load.copies,
    drawn,
  );
  load.route([tokens]);
  load.settle();
  return load;
}

/** The same of tokens one by one, each of whose copies goes to any of its expert's slots alike. */
function oneByOne(topK: number, tokens: number) {
  const stream = new Streams(2).stream("one by one");
  const visits = { ranks: 0, nodes: 0 };
  const rankOfSlot = (slot: number) => slots.offsets.findIndex((end) => end > slot) - 1;
  for (let token = 0; token < tokens; token++) {
    const chosen = new Set<number>();
    while (chosen.size < topK) chosen.add(Math.floor(stream.next() * EXPERTS));
    const ranks = new Set(
      [...chosen].map((x) => {
        const ways = slots.firstOf[x + 1]! - slots.firstOf[x]!;
        return rankOfSlot(slots.slotsOf[slots.firstOf[x]! + Math.floor(stream.next() * ways)]!);
      }),
    );
    visits.ranks += ranks.size;
    visits.nodes += new Set([...ranks].map((rank) => places.nodeOf[rank]!)).size;
  }
  return visits;
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

test.each([2, 4, 8])("visits that follow copies to further slots are, in all, those of tokens one by one nearly: top %s", (topK) => {
  const tokens = 20_000;
  const { visits } = followed(topK, tokens);
  const wanted = oneByOne(topK, tokens);
  expect(Math.abs(sum(visits!.toRanks) / wanted.ranks - 1)).toBeLessThan(0.03);
  expect(Math.abs(sum(visits!.toNodes) / wanted.nodes - 1)).toBeLessThan(0.03);
});

test("where a token has one copy its visits are the copies, wherever they go", () => {
  const load = followed(1, 5000);
  expect([...load.visits!.toRanks]).toEqual([...load.rankRows]);
  expect(sum(load.visits!.toNodes)).toBe(5000);
});
