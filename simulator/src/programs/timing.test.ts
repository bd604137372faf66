import fc from "fast-check";
import { expect, test } from "vitest";
import { createOpRun, timeOp } from "./timing.ts";

interface Given {
  readonly groups: readonly (readonly number[])[];
  readonly freeNs: readonly number[];
  readonly readyNs: readonly number[];
  readonly durationNs: readonly number[];
}

function timed({ groups, freeNs, readyNs, durationNs }: Given) {
  const offsets = Int32Array.from([0, ...groups.map((_, g) => groups.slice(0, g + 1).flat().length)]);
  const run = createOpRun(durationNs.length);
  const lastNs = timeOp(
    { members: Int32Array.from(groups.flat()), offsets, groupOf: new Int32Array(durationNs.length) },
    Float64Array.from(freeNs),
    Float64Array.from(readyNs),
    Float64Array.from(durationNs),
    run,
  );
  return { lastNs, arrivedNs: [...run.arrivedNs], startNs: [...run.startNs], endNs: [...run.endNs], cause: [...run.cause] };
}

test("a group leaves a barrier together, when its slowest rank is done", () => {
  const { startNs, endNs, cause, lastNs } = timed({ groups: [[0, 1]], freeNs: [3, 5], readyNs: [0, 0], durationNs: [2, 1] });
  expect(startNs).toEqual([5, 5]);
  expect(endNs).toEqual([7, 7]); // 5 + 2
  expect(cause).toEqual([1, 1]);
  expect(lastNs).toBe(7);
});

test("a rank without a barrier goes on alone", () => {
  const { endNs, lastNs } = timed({ groups: [[0], [1]], freeNs: [3, 5], readyNs: [4, 0], durationNs: [2, 1] });
  expect(endNs).toEqual([6, 6]); // 4 + 2, 5 + 1
  expect(lastNs).toBe(6);
});

test("ranks on their own are timed as groups of one are", () => {
  const columns = fc.array(fc.record({ free: fc.nat(50), ready: fc.nat(50), duration: fc.nat(50) }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(columns, (ranks) => {
      const given = { freeNs: ranks.map((r) => r.free), readyNs: ranks.map((r) => r.ready), durationNs: ranks.map((r) => r.duration) };
      const alone = timed({ ...given, groups: ranks.map((_, rank) => [rank]) });
      // one more pair of ranks makes it a run with a barrier; the others must not notice
      const beside = timed({
        groups: [...ranks.map((_, rank) => [rank]), [ranks.length, ranks.length + 1]],
        freeNs: [...given.freeNs, 0, 0],
        readyNs: [...given.readyNs, 0, 0],
        durationNs: [...given.durationNs, 0, 0],
      });
      expect(beside.startNs.slice(0, -2)).toEqual(alone.startNs);
      expect(beside.endNs.slice(0, -2)).toEqual(alone.endNs);
      expect(beside.arrivedNs.slice(0, -2)).toEqual(alone.arrivedNs);
      expect(beside.cause.slice(0, -2)).toEqual(alone.cause);
      expect(beside.lastNs).toBe(alone.lastNs);
    }),
  );
});
