import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DealKind } from "../batches/deal.ts";
import { dealBatch } from "../batches/deal-batch.ts";
import { createScheduler } from "../create-scheduler.ts";
import { SILENT } from "../requests/silent-observer.ts";
import type { ServingContext } from "../scheduler.ts";
import { anyContext, anyOrder, columnsOf, contextOf, membersOf, played, recounted, schedulerContract, sum } from "./scheduler.contract.ts";

const serving = (microBatches: number, deal: DealKind) =>
  ({ scheduler: { kind: "static", microBatches, deal }, overlap: { kind: "none" } }) as const;

/** `lengths` are [prompt, output] of each request. */
function batch(
  lengths: readonly (readonly [number, number])[],
  { microBatches = 1, dataGroups = 1, replicas = 1, window = Number.POSITIVE_INFINITY } = {},
) {
  const context = { ...contextOf(lengths), dataGroups, replicas, window };
  return { context, scheduler: createScheduler(serving(microBatches, "in-order"), context) };
}

for (const [deal, microBatches] of [
  ["in-order", 1],
  ["in-order", 40],
  ["longest-first", 3],
  ["sorted", 3],
] as const) {
  schedulerContract(`a static batch, ${deal}, in ${microBatches}`, (context) => createScheduler(serving(microBatches, deal), context));
}

describe("a static batch", () => {
  test("puts every sequence where the deal says, and counts each data group for itself", { tags: "long" }, () => {
    const anyDeal = fc.constantFrom<DealKind>("in-order", "longest-first", "sorted");
    fc.assert(
      fc.property(anyContext, anyOrder, anyDeal, fc.integer({ min: 1, max: 5 }), (context, order, kind, microBatches) => {
        const history = played(createScheduler(serving(microBatches, kind), context), context, order);
        const { requests, replicas, dataGroups } = context;
        const costs = Float64Array.from(requests.promptTokens, context.attentionCost);
        const deal = dealBatch(kind, costs, { replicas, microBatches, dataGroups });
        for (const pass of history.passes) {
          const members = membersOf(pass, history);
          const dealt = Array.from(costs.keys()).filter(
            (i) => deal.replica[i] === pass.replica && deal.microBatch[i] === pass.microBatch && requests.outputTokens[i]! > pass.index,
          );
          expect(members).toEqual(dealt);
          for (let group = 0; group < dataGroups; group++) {
            const own = members.filter((request) => deal.dataGroup[request] === group);
            const ofGroup = Object.fromEntries(Object.entries(columnsOf(pass)).map(([column, values]) => [column, values[group]]));
            expect(ofGroup).toEqual(recounted(pass, own, context));
          }
        }
      }),
    );
  });

  test("starts when its last request has arrived", () => {
    const { scheduler } = batch([
      [5, 1],
      [6, 1],
    ]);
    scheduler.arrive(0, 0, SILENT);
    expect(scheduler.next(0, 0, SILENT)).toBeUndefined();
    scheduler.arrive(1, 0, SILENT);
    expect(scheduler.next(0, 0, SILENT)?.newTokens).toEqual(Float64Array.of(11));
  });

  test("computes again what one data group has lost, beside the step of the other: by hand", () => {
    const { scheduler } = batch(
      [
        [3, 3],
        [5, 4],
      ],
      { dataGroups: 2 },
    );
    for (const request of [0, 1]) scheduler.arrive(request, 0, SILENT);
    scheduler.finish(scheduler.next(0, 0, SILENT)!, 1, SILENT);
    scheduler.requeue!(1, 1, SILENT);
    expect(scheduler.recovery!.cachedTokens(1)).toBe(0);
    const pass = scheduler.next(0, 2, SILENT)!;
    expect([pass.phase, ...pass.newTokens, ...pass.contextTokens, ...pass.pairs]).toEqual([0, 1, 6, 4, 6, 4, 21]);
    expect([...pass.decoding!.sequences, ...pass.decoding!.contextTokens]).toEqual([1, 0, 4, 0]);
    scheduler.finish(pass, 3, SILENT);
    const next = scheduler.next(0, 3, SILENT)!;
    expect([next.phase, ...next.newTokens, ...next.contextTokens, ...next.pairs]).toEqual([1, 1, 1, 5, 7, 5, 7]);
    expect(next.decoding).toBeUndefined();
  });

  test("counts pairs of a prompt's tokens in prefill, and the whole context in decode, until a sequence leaves", () => {
    const { scheduler, context } = batch([
      [3, 2],
      [5, 4],
    ]);
    const columns = played(scheduler, context).passes.map((pass) => [
      pass.sequences[0],
      pass.newTokens[0],
      pass.contextTokens[0],
      pass.pairs[0],
    ]);
    expect(columns).toEqual([
      [2, 8, 8, 21], // 3·4/2 + 5·6/2
      [2, 2, 10, 10], // 3 + 1 and 5 + 1
      [1, 1, 7, 7], // the first has had its two tokens; 5 + 2
      [1, 1, 8, 8], // 5 + 3
    ]);
  });

  test("counts no more of a sequence than the window holds in layers that have one", () => {
    const { scheduler, context } = batch(
      [
        [3, 5],
        [5, 2],
        [1, 4],
      ],
      { window: 4 },
    );
    const columns = played(scheduler, context).passes.map(({ windowedPairs, windowedContextTokens }) => [
      windowedPairs[0],
      windowedContextTokens[0],
    ]);
    expect(columns).toEqual([
      [6 + 14 + 1, 9], // 1+2+3, 1+2+3+4+4 and 1; every token of the prompts
      [4 + 4 + 2, 10], // 3 + 1, 5 + 1 seen through 4, 1 + 1
      [4 + 3, 7], // the second has left
      [4 + 4, 8],
      [4, 4],
    ]);
  });

  test("gives a replica its micro-batches in order first, then each again in order of finish", () => {
    const { scheduler } = batch(
      [
        [1, 3],
        [1, 3],
        [1, 3],
      ],
      { microBatches: 3 },
    );
    for (const request of [0, 1, 2]) scheduler.arrive(request, 0, SILENT);
    const next = () => scheduler.next(0, 0, SILENT);
    const [zero, one, two] = [next()!, next()!, next()!];
    expect([zero.microBatch, one.microBatch, two.microBatch]).toEqual([0, 1, 2]);
    expect(next()).toBeUndefined();
    scheduler.finish(two, 1, SILENT);
    scheduler.finish(zero, 2, SILENT);
    expect([next(), next(), next()].map((pass) => pass && [pass.microBatch, pass.index])).toEqual([[2, 1], [0, 1], undefined]);
  });

  test("makes no micro-batch without a sequence, and is over after prefill when one token was wanted", () => {
    const { scheduler, context } = batch(
      [
        [4, 1],
        [4, 1],
      ],
      { microBatches: 1_000_000, replicas: 3 },
    );
    const { passes } = played(scheduler, context);
    expect(passes.map(({ replica, microBatch, index }) => [replica, microBatch, index])).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
  });

  test("refuses a pass that ends twice, a pass of another scheduler, and a request beyond the batch", () => {
    const { scheduler } = batch([[4, 2]]);
    scheduler.arrive(0, 0, SILENT);
    const pass = scheduler.next(0, 0, SILENT)!;
    expect(() => scheduler.finish({ ...pass }, 0, SILENT)).toThrow("did not make");
    scheduler.finish(pass, 0, SILENT);
    expect(() => scheduler.finish(pass, 0, SILENT)).toThrow("ends without running");
    expect(() => scheduler.arrive(1, 0, SILENT)).toThrow("after the whole batch");
  });
});

describe("the load of a static batch", () => {
  test("is known before the run", () => {
    const { scheduler } = batch(
      [
        [10, 4],
        [20, 1],
        [30, 2],
        [40, 1],
        [50, 1],
      ],
      { microBatches: 2, dataGroups: 4, window: 16 },
    );
    // in order: micro-batch 0 gets requests 0, 2, 4 on data groups 0, 1, 2; micro-batch 1 gets 1, 3 on groups 0, 1
    expect(scheduler.load()).toEqual({
      kvTokens: Float64Array.of(10 + 3 + 20, 30 + 1 + 40, 50, 0), // prompt + output − 1
      pooled: false,
      windowedKvTokens: Float64Array.of(13 + 16, 16 + 16, 16, 0), // no more than the window
      passTokens: 50,
      passTotalTokens: 10 + 30 + 50,
      passSequences: 1,
      heldSequences: 2, // groups 0 and 1 have one of each of two micro-batches
      emptyDataGroups: 1,
      microBatches: 2,
      decodeTokens: 4 / 3, // micro-batch 0 decodes 3 + 1 tokens in 3 passes, micro-batch 1 none
    });
  });

  test("reserves what all requests cache in the end, whatever the deal", () => {
    fc.assert(
      fc.property(anyContext, fc.integer({ min: 1, max: 5 }), (context: ServingContext, microBatches) => {
        const { promptTokens, outputTokens, count } = context.requests;
        for (const deal of ["in-order", "longest-first", "sorted"] as const) {
          const { kvTokens, windowedKvTokens } = createScheduler(serving(microBatches, deal), context).load();
          expect(sum(kvTokens)).toBe(sum(promptTokens) + sum(outputTokens) - count);
          const windowed = promptTokens.map((prompt, i) => Math.min(prompt + outputTokens[i]! - 1, context.window));
          expect(sum(windowedKvTokens)).toBe(sum(windowed));
        }
      }),
    );
  });

  test("has no decode pass when every request wants one token", () => {
    expect(batch([[9, 1]]).scheduler.load().decodeTokens).toBe(0);
  });
});
