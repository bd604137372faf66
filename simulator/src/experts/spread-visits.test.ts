import { createTokenRouter, type ExpertPlaces } from "@tokenyard/model";
import { type ExpertSlots, expertSlots } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";

const EXPERTS = 32;
const RANKS = 8;

/** Slots of experts, and where the first ones are. */
interface Layout {
  readonly slots: ExpertSlots;
  readonly places: ExpertPlaces;
}

/** `held` by each rank, of which `firstOn` have the first slots: so many experts in a row on each. */
function layout(held: (rank: number) => readonly number[], firstOn: number): Layout {
  const slots = expertSlots(
    EXPERTS,
    Array.from({ length: RANKS }, (_, rank) => held(rank).filter((x, i, all) => all.indexOf(x) === i)),
  );
  const places = {
    rankOf: Int32Array.from({ length: EXPERTS }, (_, x) => Math.floor((x * firstOn) / EXPERTS)),
    nodeOf: Int32Array.from({ length: RANKS }, (_, rank) => Math.floor(rank / 4)),
    nodes: 2,
  };
  return { slots, places };
}

const inRow = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
/** Four experts in a row on each rank, and a copy of one of the first eight beside them. */
const few = layout((rank) => [...inRow(4 * rank, 4), (5 * rank + 3) % 8], RANKS);
/** All experts on the first node, and once more on the second. */
const twice = layout((rank) => inRow(8 * (rank % 4), 8), RANKS / 2);

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
function followed({ slots, places }: Layout, topK: number, tokens: number) {
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
function oneByOne({ slots, places }: Layout, topK: number, tokens: number) {
  const stream = new Streams(2).stream("one by one");
  const visits = { ranks: 0, nodes: new Float64Array(places.nodes) };
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

test("where a token has one copy its visits are the copies, wherever they go", () => {
  const load = followed(few, 1, 5000);
  expect([...load.visits!.toRanks]).toEqual([...load.rankRows]);
  expect(sum(load.visits!.toNodes)).toBe(5000);
});
