import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bins, Deal } from "./deal.ts";
import { dealBatch } from "./deal-batch.ts";

const anyBins: fc.Arbitrary<Bins> = fc.record({
  replicas: fc.integer({ min: 1, max: 4 }),
  microBatches: fc.integer({ min: 1, max: 5 }),
  dataGroups: fc.integer({ min: 1, max: 6 }),
});
const anyCosts = fc
  .array(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 1_000_000 })), { maxLength: 60 })
  .map((costs) => Float64Array.from(costs));

/** The sequences of every bin of every level, empty bins included: [replicas], then the micro-batches of each, then the data groups of each. */
function levelsOf(deal: Deal, bins: Bins): number[][][] {
  const all = Array.from(deal.replica, (_, sequence) => sequence);
  const split = (sequences: number[], column: Int32Array, count: number) =>
    Array.from({ length: count }, (_, bin) => sequences.filter((sequence) => column[sequence] === bin));
  const replicas = split(all, deal.replica, bins.replicas);
  const microBatches = replicas.map((own) => split(own, deal.microBatch, bins.microBatches));
  const dataGroups = microBatches.flat().map((own) => split(own, deal.dataGroup, bins.dataGroups));
  return [replicas, ...microBatches, ...dataGroups];
}

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

describe.each(["in-order", "longest-first", "sorted"] as const)("%s deals", (kind) => {
  test("every sequence to one bin, in numbers that differ by at most 1 at each level", () => {
    fc.assert(
      fc.property(anyCosts, anyBins, (costs, bins) => {
        const levels = levelsOf(dealBatch(kind, costs, bins), bins);
        expect(levels[0]!.flat()).toHaveLength(costs.length);
        for (const level of levels) expect(spread(level.map((own) => own.length))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("128 sequences over 8 micro-batches of 16 data groups as one to each", () => {
    const costs = Float64Array.from({ length: 128 }, (_, i) => (i * 37) % 101);
    const deal = dealBatch(kind, costs, { replicas: 1, microBatches: 8, dataGroups: 16 });
    const places = Array.from(costs, (_, i) => `${deal.microBatch[i]}/${deal.dataGroup[i]}`);
    expect(new Set(places).size).toBe(128);
  });
});

describe("in order", () => {
  test("sequence i goes to replica i mod R, micro-batch ⌊i/R⌋ mod m, data group ⌊⌊i/R⌋/m⌋ mod G", () => {
    const deal = dealBatch("in-order", new Float64Array(14), { replicas: 2, microBatches: 3, dataGroups: 2 });
    expect([...deal.replica]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect([...deal.microBatch]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 0, 0]);
    expect([...deal.dataGroup]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  test("costs do not matter", () => {
    fc.assert(
      fc.property(anyCosts, anyBins, (costs, bins) => {
        expect(dealBatch("in-order", costs, bins)).toEqual(dealBatch("in-order", new Float64Array(costs.length), bins));
      }),
    );
  });
});

describe("longest first", () => {
  test("the longest goes to the least loaded bin that may still take one", () => {
    const deal = dealBatch("longest-first", Float64Array.of(3, 9, 4, 5, 1), { replicas: 1, microBatches: 2, dataGroups: 1 });
    // loads after 9, 5, 4, 3, 1: 9 | 0, 9 | 5, 9 | 9, of equal ones the first 12 | 9, and the one bin of three 12 | 10
    expect([...deal.microBatch]).toEqual([0, 0, 1, 1, 1]);
  });

  test("a full bin takes no more, however light it is", () => {
    const deal = dealBatch("longest-first", Float64Array.of(10, 1, 1, 1), { replicas: 1, microBatches: 2, dataGroups: 1 });
    // 10 | 0, 10 | 1, 10 | 2, and bin 1 holds its two of four: 11 | 2
    expect([...deal.microBatch]).toEqual([0, 1, 1, 0]);
  });

  test("the heap deals as looking through all bins does", () => {
    fc.assert(
      fc.property(anyCosts, anyBins, (costs, bins) => {
        expect(dealBatch("longest-first", costs, bins)).toEqual(slowlyDealt(costs, bins));
      }),
    );
  });

  // Take two bins x and y, D = load x − load y, c the costliest sequence. While both are open, the next of the two to get a sequence is the
  // lighter one, so |D| ≤ c. Say y closes first, and go back to the last time when both had equally many: from there on y is ahead, so its
  // r-th sequence came before x's r-th and costs at least as much; at that time y got one, so 0 ≤ D ≤ c; hence D ≤ c in the end. And D ≥ −c
  // when y closes, after which only x gains. (y does not end with fewer than x and close first: it closes with the smaller number only when
  // all larger ones are taken, x's among them.)
  test("at each level two bins' loads differ by at most the costliest sequence, so none is over the mean by more", () => {
    fc.assert(
      fc.property(anyCosts, anyBins, (costs, bins) => {
        for (const level of levelsOf(dealBatch("longest-first", costs, bins), bins)) {
          const loads = level.map((own) => own.reduce((sum, sequence) => sum + costs[sequence]!, 0));
          const costliest = Math.max(0, ...level.flat().map((sequence) => costs[sequence]!));
          const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
          expect(spread(loads)).toBeLessThanOrEqual(costliest);
          expect(Math.max(...loads)).toBeLessThanOrEqual(mean + costliest);
        }
      }),
      { numRuns: drawnCases(500) },
    );
  });
});

describe("sorted", () => {
  test("like lengths share a micro-batch, the shortest the first; within it loads are even", () => {
    const deal = dealBatch("sorted", Float64Array.of(9, 1, 5, 2, 8, 4, 3), { replicas: 1, microBatches: 2, dataGroups: 2 });
    // 1 2 3 4 | 5 8 9; from the longest to the least loaded data group: 4 | 3 2, then 1 to the lighter 4, and 9 | 8, then 5 to the 8
    expect([...deal.microBatch]).toEqual([1, 0, 1, 0, 1, 0, 0]);
    expect([...deal.dataGroup]).toEqual([0, 0, 1, 1, 1, 0, 1]);
  });

  test("no sequence of a micro-batch is longer than one of a later micro-batch of its replica", () => {
    fc.assert(
      fc.property(anyCosts, anyBins, (costs, bins) => {
        const [, ...levels] = levelsOf(dealBatch("sorted", costs, bins), bins);
        for (const microBatches of levels.slice(0, bins.replicas)) {
          const inOrder = microBatches.flatMap((own) => own.map((sequence) => costs[sequence]!).sort((a, b) => a - b));
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test("each replica gets as much as another, but for the costliest sequence", () => {
    fc.assert(
      fc.property(anyCosts, anyBins, (costs, bins) => {
        const [replicas] = levelsOf(dealBatch("sorted", costs, bins), bins);
        const loads = replicas!.map((own) => own.reduce((sum, sequence) => sum + costs[sequence]!, 0));
        expect(spread(loads)).toBeLessThanOrEqual(Math.max(0, ...costs));
      }),
    );
  });
});

/** The rule in plain words, with a look through all bins for each sequence. */
function slowlyDealt(costs: Float64Array, bins: Bins): Deal {
  const deal = { replica: new Int32Array(costs.length), microBatch: new Int32Array(costs.length), dataGroup: new Int32Array(costs.length) };
  const dealOut = (sequences: number[], count: number, column: Int32Array): number[][] => {
    const dealt: number[][] = Array.from({ length: count }, () => []);
    const load = (bin: number) => dealt[bin]!.reduce((sum, sequence) => sum + costs[sequence]!, 0);
    for (const sequence of sequences) {
      const larger = dealt.filter((own) => own.length > Math.floor(sequences.length / count)).length;
      const mayTake = (bin: number) => {
        const room = Math.floor(sequences.length / count) - dealt[bin]!.length;
        return room > 0 || (room === 0 && larger < sequences.length % count);
      };
      const open = dealt.map((_, bin) => bin).filter(mayTake);
      const least = open.sort((a, b) => load(a) - load(b) || a - b)[0]!;
      dealt[least]!.push(sequence);
      column[sequence] = least;
    }
    return dealt;
  };
  const longestFirst = Array.from(costs, (_, i) => i).sort((a, b) => costs[b]! - costs[a]! || a - b);
  for (const ofReplica of dealOut(longestFirst, bins.replicas, deal.replica)) {
    for (const ofMicroBatch of dealOut(ofReplica, bins.microBatches, deal.microBatch))
      dealOut(ofMicroBatch, bins.dataGroups, deal.dataGroup);
  }
  return deal;
}
