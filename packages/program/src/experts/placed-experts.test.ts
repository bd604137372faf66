import { createKernelModel, createNetworkModel } from "@tokenyard/cluster";
import type { Pass } from "@tokenyard/model";
import { compilePlan, type ExpertSlots, expertSlots, type Plan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageLinks } from "../exchanges/stage-links.ts";
import { op, type Work } from "../ops/op.ts";
import { createOpCost } from "../ops/op-cost.ts";
import { OpCosts } from "../ops/op-costs.ts";
import { ExpertLoad } from "./expert-load.ts";

const EXPERTS = 8;
const WORKS: readonly Work[] = ["dispatch", "gather-copies", "experts", "reduce-experts", "scatter-copies", "combine"];

const PLACES: readonly (readonly [expert: number, tensor: number, attention: number])[] = [
  [8, 1, 1],
  [4, 2, 2],
  [4, 1, 2],
  [4, 2, 1],
  [2, 1, 1],
];

function scenarioOf([expert, tensor, attention]: readonly [number, number, number], dispatch: Plan["dispatch"]) {
  return parseScenario({
    tokenyard: 1,
    model: {
      hiddenSize: 64,
      layers: 2,
      attention: { heads: 8, kvHeads: 8, headSize: 8 },
      experts: { count: EXPERTS, topK: 2, hiddenSize: 32, matrices: 3 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 2 },
    parallelism: { pipeline: 1, expert, tensor, attention: { tensor: attention } },
    routing: { gate: "uniform", dispatch },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
}

/** What the ops from dispatch to combine take and do when the sources' copies are `copies` [data groups][experts]. */
function costsOf(plan: Plan, slots: ExpertSlots, copies: readonly (readonly number[])[], padding = 0) {
  const placed = { ...plan, expertPlacement: { mostSlots: slots.most, slots: () => slots } };
  const scenario = scenarioOf([plan.expert, plan.tensor, plan.attentionTensor], plan.dispatch);
  const links = [stageLinks(placed, 0, 0)];
  const { cluster } = scenario;
  const costs = new OpCosts({ scenario, plan: placed, links, kernels: createKernelModel(cluster), network: createNetworkModel(cluster) });
  const load = new ExpertLoad(plan.dataGroups, { count: EXPERTS, topK: 1 }, plan.ranksPerStage); // copies show where each token has one
  load.enter(0, slots, links[0]!.routes?.places(slots));
  load.copies.set(copies.flat());
  load.route(copies.map(() => 1));
  load.settle(padding);
  const pass = { scheduled: { phase: 0 } as Pass, slice: 0, sequences: undefined, load };
  return WORKS.filter((work) => plan.attentionTensor < plan.tensor || !work.endsWith("-copies")).map((work) => {
    const cost = createOpCost(plan.ranksPerStage);
    costs.ask(op(work, 0), pass, { id: 0, firstRank: 0, position: 0 }, cost);
    return { ...cost, durationNs: [...cost.durationNs] };
  });
}

const anyPlace = fc.constantFrom(...PLACES);
const anyCopies = fc.array(fc.array(fc.nat(40), { minLength: EXPERTS, maxLength: EXPERTS }), { minLength: 8, maxLength: 8 });
const anyOrder = fc.shuffledSubarray([...Array(EXPERTS).keys()], { minLength: EXPERTS, maxLength: EXPERTS });

describe("experts cost where they lie", () => {
  test("experts that lie elsewhere cost what those with their copies cost in order, on each rank, in every op, however tokens travel", () => {
    fc.assert(
      fc.property(anyPlace, anyOrder, anyCopies, fc.constantFrom("per-copy", "per-token"), (place, order, rows, dispatch) => {
        const plan = compilePlan(scenarioOf(place, dispatch));
        const copies = rows.slice(0, plan.dataGroups);
        const each = EXPERTS / plan.expert;
        const held = Array.from({ length: plan.expert }, (_, e) => order.slice(e * each, (e + 1) * each));
        const inOrder = plan.expertPlacement!.slots(0);
        const renamed = copies.map((of) => order.map((x) => of[x]!));
        expect(costsOf(plan, expertSlots(EXPERTS, held), copies)).toEqual(costsOf(plan, inOrder, renamed));
      }),
      { numRuns: drawnCases(60) },
    );
  });

  test("an empty slot costs no time", () => {
    fc.assert(
      fc.property(anyPlace, anyCopies, (place, rows) => {
        const plan = compilePlan(scenarioOf(place, "per-copy"));
        const copies = rows.slice(0, plan.dataGroups);
        const each = EXPERTS / plan.expert;
        const held = Array.from({ length: plan.expert }, (_, e) => [-1, ...Array.from({ length: each }, (_, i) => e * each + i)]);
        expect(costsOf(plan, expertSlots(EXPERTS, held), copies)).toEqual(costsOf(plan, plan.expertPlacement!.slots(0), copies));
      }),
      { numRuns: drawnCases(30) },
    );
  });
});

test("padded experts compute what full ones do, and send what they have", () => {
  fc.assert(
    fc.property(anyPlace, anyCopies, (place, rows) => {
      const plan = compilePlan(scenarioOf(place, "per-copy"));
      const copies = rows.slice(0, plan.dataGroups);
      const slots = plan.expertPlacement!.slots(0);
      const capacity = Math.max(1, ...slots.expertIn.map((x) => copies.reduce((sum, of) => sum + of[x]!, 0)));
      const full = copies.map((_, g) => Array.from({ length: EXPERTS }, () => (g === 0 ? capacity : 0)));
      const at = WORKS.filter((work) => plan.attentionTensor < plan.tensor || !work.endsWith("-copies")).indexOf("experts");
      const padded = costsOf(plan, slots, copies, capacity);
      expect(padded[at]).toEqual(costsOf(plan, slots, full)[at]);
      const own = costsOf(plan, slots, copies);
      for (const [i, cost] of padded.entries()) if (i !== at) expect(cost).toEqual(own[i]);
    }),
    { numRuns: drawnCases(40) },
  );
});

/** Ranks that hold what they hold, unevenly, every expert somewhere and some twice or more. */
const anyHeld = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.nat(), { minLength: EXPERTS, maxLength: EXPERTS }),
    fc.array(fc.nat(), { maxLength: 9 }),
  )
  .map(([ranks, homes, more]) => {
    const held = Array.from({ length: ranks }, (): Set<number> => new Set());
    for (const [x, home] of homes.entries()) held[home % ranks]!.add(x);
    for (const [i, home] of more.entries()) held[home % ranks]!.add(i % EXPERTS);
    return held.map((own) => [...own]);
  });

const none: readonly number[] = new Array<number>(EXPERTS).fill(0);
/** Some sources send nothing. */
const someCopies = fc
  .tuple(anyCopies, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
  .map(([copies, sends]) => copies.map((of, g) => (sends[g]! ? of : none)));

test("an expert's copies of tokens are all sent, from each source evenly to its slots, and to no other, layer after layer", () => {
  fc.assert(
    fc.property(anyHeld, fc.array(someCopies, { minLength: 1, maxLength: 3 }), (held, layers) => {
      const slots = expertSlots(EXPERTS, held);
      const load = new ExpertLoad(8, { count: EXPERTS, topK: 2 }, 1);
      for (const [layer, copies] of layers.entries()) {
        load.enter(layer, slots, undefined);
        load.copies.set(copies.flat());
        load.route(copies.map(() => 1));
        load.settle();
        expectSent(load, slots, held, copies);
      }
    }),
    { numRuns: drawnCases(100) },
  );
});

function expectSent(load: ExpertLoad, slots: ExpertSlots, held: readonly (readonly number[])[], copies: readonly (readonly number[])[]) {
  const count = slots.expertIn.length;
  const arrivals = load.arrivals();
  const { places, lengths, columns } = load.arrivalLists();
  for (const [source, of] of copies.entries()) {
    for (const [x, sum] of of.entries()) {
      const own = [...slots.expertIn.keys()].filter((slot) => slots.expertIn[slot] === x);
      const given = own.map((slot) => (slots.inOrder ? load.copies : load.sent)[source * count + slot]!);
      expect(given.reduce((all, each) => all + each, 0)).toBe(sum);
      expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
    }
    const toRanks = held.map((own, e) => own.reduce((all, _, i) => all + load.sent[source * count + slots.offsets[e]! + i]!, 0));
    expect([...arrivals.subarray(source * held.length, (source + 1) * held.length)]).toEqual(toRanks);
    const listed = [...places.subarray(source * columns, source * columns + lengths[source]!)].sort((a, b) => a - b);
    expect(listed).toEqual([...toRanks.keys()].filter((e) => toRanks[e]! > 0));
    expect(load.sentBySource()?.[source]).toBe(of.reduce((all, each) => all + each, 0));
  }
  const all = copies.flat().reduce((sum, each) => sum + each, 0);
  expect(held.reduce((sum, _, e) => sum + load.rankRows[e]!, 0)).toBe(all);
}
