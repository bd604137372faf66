import { fc, test } from "@fast-check/vitest";
import type { Report } from "@tokenyard/report";
import { expect } from "vitest";
import { layered } from "./layer.ts";
import { type Contender, order, Standing } from "./standing.ts";

const contenders = fc
  .array(
    fc.record({
      costs: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
      headroom: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 40 },
  )
  .map((all) => all.map(({ costs, headroom }, index): Contender => ({ index, costs, headroom, parameters: {}, report: {} as Report })));

/** By the words alone: no worse in all, and better in one, or of two alike the one with more headroom, or the earlier. */
function isBeaten(item: Contender, others: readonly Contender[]): boolean {
  return others.some((other) => {
    const isNoWorse = other.costs.every((cost, i) => cost <= item.costs[i]!);
    const isAlike = other.costs.every((cost, i) => cost === item.costs[i]);
    const comesFirst = other.headroom > item.headroom || (other.headroom === item.headroom && other.index < item.index);
    return isNoWorse && (!isAlike || comesFirst);
  });
}

test.prop([contenders, fc.infiniteStream(fc.nat())])(
  "best and front are those of the slow definition, in whatever order plans come",
  (all, chance) => {
    const standing = new Standing();
    const keys = new Map(all.map((item) => [item, chance.next().value]));
    for (const item of [...all].sort((a, b) => keys.get(a)! - keys.get(b)!)) standing.add(item);
    const front = all.filter((item) => !isBeaten(item, all)).sort(order);
    expect(standing.front).toEqual(front);
    expect(standing.best).toEqual(front[0]);
    expect(standing.best).toEqual([...all].sort(order)[0]);
  },
);

test.prop([contenders, contenders])(
  "a plan that cannot win is beaten by one that was run, whatever it would have cost more",
  (all, more) => {
    const standing = new Standing();
    for (const item of all) standing.add(item);
    for (const { costs, index } of more) {
      const worse = {
        index: index + all.length,
        costs: costs.map((cost, i) => cost + i),
        headroom: 2,
        parameters: {},
        report: {} as Report,
      };
      if (!standing.canWin({ index: worse.index, costs })) expect(isBeaten(worse, all)).toBe(true);
    }
  },
);

test.prop([contenders])("layers: the front, then the front of the rest, and so on", (all) => {
  const slow: Contender[] = [];
  for (let rest: readonly Contender[] = all; rest.length > 0; ) {
    const front = rest.filter((item) => !isBeaten(item, rest));
    slow.push(...[...front].sort(order));
    rest = rest.filter((item) => !front.includes(item));
  }
  expect(layered(all)).toEqual(slow);
});
