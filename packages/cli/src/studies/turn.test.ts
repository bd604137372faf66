import type { Case } from "@tokenyard/study";
import fc from "fast-check";
import { expect, test } from "vitest";
import { turnText } from "./turn.ts";

const cases = (met: readonly boolean[], value = (i: number): number | string => 2 * i) =>
  met.map((each, i) => ({ index: i, parameters: { "routing.placement.spareSlots": value(i) }, met: each }) as unknown as Case);

test("where the targets turn once is said, from the side that meets them", () => {
  expect(turnText(cases([false, false, true, true]))).toBe("targets are met from spareSlots 4 on, and not at 2");
  expect(turnText(cases([true, false]))).toBe("targets are met up to spareSlots 0, and not at 2");
});

test("nothing is said where they turn back, never turn, or no number was varied", () => {
  for (const met of [[true, true], [false, false], [true, false, true], []]) expect(turnText(cases(met))).toBeUndefined();
  expect(turnText(cases([true, false], (i) => `kind ${i}`))).toBeUndefined();
  const two = cases([true, false]).map((each, i) => ({ ...each, parameters: { ...each.parameters, seed: i } }));
  expect(turnText(two)).toBeUndefined();
});

test("every value on the side that is named meets the targets, every other misses one, in whatever order they ran", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 8 }), fc.nat(100), (met, by) => {
      const given = cases(met);
      const turned = [...given.slice(by % (met.length + 1)), ...given.slice(0, by % (met.length + 1))];
      const text = turnText(turned);
      expect(turnText(given)).toBe(text);
      const named = text?.match(/(from|up to) spareSlots (\d+)/);
      if (named === undefined || named === null) return;
      const bound = Number(named[2]);
      for (const [i, each] of met.entries()) expect(each).toBe(named[1] === "from" ? 2 * i >= bound : 2 * i <= bound);
    }),
  );
});
