import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { DropoutOverflow } from "./dropout.ts";
import { overflowContract } from "./overflow.contract.ts";

overflowContract({ kind: "dropout" });
overflowContract({ kind: "dropout", slope: 0 });
overflowContract({ kind: "dropout", slope: 3 });

/** Means over many cuts of 40 copies to one expert: computed, masked and dropped. */
function means(slope: number, capacity: number, draws: number) {
  const overflow = new DropoutOverflow(slope);
  const stream = new Streams(3).stream("overflow");
  const fates = { rerouted: 0, dropped: 0, masked: 0 };
  const crowd = { copies: new Float64Array(3), experts: 1, from: 0, end: 3, tokens: [40, 40, 40], chances: undefined, regions: undefined };
  const computed = [0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    crowd.copies.set([10, 25, 5]);
    overflow.cut(crowd, capacity, stream, fates);
    crowd.copies.forEach((n, source) => {
      computed[source]! += n / draws;
    });
  }
  return { computed, masked: fates.masked / draws, dropped: fates.dropped / draws };
}

test("copies of an overloaded expert are masked by the slope times its share over capacity, the more the more it is overloaded", () => {
  for (const [slope, capacity, chance] of [
    [0.5, 30, 0.125], // 0.5 · (1 − 30/40)
    [1, 30, 0.25],
    [1, 10, 0.75],
    [2, 10, 1],
  ] as const) {
    const { masked } = means(slope, capacity, 4000);
    const deviation = Math.sqrt((40 * chance * (1 - chance)) / 4000);
    expect(Math.abs(masked - 40 * chance)).toBeLessThanOrEqual(4.5 * deviation);
  }
});

test("without a slope it drops what is over capacity; a steep one leaves an overloaded expert nothing", () => {
  expect(means(0, 30, 100)).toMatchObject({ masked: 0, dropped: 10 });
  expect(means(4, 30, 100)).toMatchObject({ masked: 40, dropped: 0, computed: [0, 0, 0] });
});

test("every copy is as likely to be computed as any other", () => {
  const { computed } = means(1, 20, 8000);
  const all = computed.reduce((sum, n) => sum + n, 0);
  for (const [source, n] of [10, 25, 5].entries()) expect(Math.abs(computed[source]! / all - n / 40)).toBeLessThan(0.006);
});
