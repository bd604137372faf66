import { expect, test } from "vitest";
import { groupsOf } from "./drawn-tape.contract.ts";
import { FormMaker } from "./form-maker.ts";
import { keysOf } from "./keys.ts";
import { Tape } from "./tape.ts";
import type { TapeOp } from "./tape-op.ts";

// Four ranks in two data groups. Row 0 is a context; the durations of other rows are [rows][ranks].
const ALONE = groupsOf([0, 1, 2, 3]);
const PAIRS = groupsOf([0, 0, 1, 1]);
const ACROSS = groupsOf([0, 1, 0, 1]);
const ALL = groupsOf([0, 0, 0, 0]);

function op(lane: number, row: number, groups: TapeOp["groups"], ...after: number[]): TapeOp {
  return { lane, kind: row, row, groups, after };
}

/** Why `ops` have no form; undefined where they have one. */
function reasonOf(ops: readonly TapeOp[], rows: readonly (readonly number[])[] = [], factors: readonly number[] = [1, 1, 1, 1]) {
  const tape = new Tape(ops, { ranks: 4, lanes: 2, kinds: 4, contexts: [0] });
  const maker = new FormMaker(tape, keysOf(Float64Array.from(factors), 2));
  const durations = [0, 1, 2, 3].map((row) => Float64Array.from(rows[row - 1] ?? [1, 1, 1, 1]));
  const form = maker.make(durations);
  expect(form === undefined).toBe(maker.reason !== undefined);
  return maker.reason;
}

test("a context, and a meeting of all, have a form", () => {
  expect(reasonOf([op(0, 0, ALONE), op(1, 1, ALL, 0), op(0, 2, ALONE, 1)])).toBeUndefined();
});

test("ranks that meet for a context have none", () => {
  expect(reasonOf([op(0, 0, ALL)])).toBe("ranks meet for a context");
});

test("ranks that meet on two lanes have none", () => {
  expect(reasonOf([op(0, 1, ALL), op(1, 2, ALL, 0)])).toBe("ranks meet on two lanes");
});

test("an op that waits for none of those before it has none", () => {
  expect(reasonOf([op(0, 1, ALONE), op(1, 2, ALONE)])).toBe("an op waits for none of those before it");
});

const beside = [op(0, 1, ALONE), op(1, 2, ALL, 0), op(0, 3, ALONE, 0)];

test("the last op of a lane may not run beside others", () => {
  expect(reasonOf(beside)).toBe("the last op of a lane runs beside others");
});

test("an op beside others may take as long as they do, and no longer", () => {
  const joined = [...beside, op(0, 1, ALONE, 1, 2)];
  expect(
    reasonOf(joined, [
      [1, 1, 1, 1],
      [5, 5, 5, 5],
      [5, 5, 5, 5],
    ]),
  ).toBeUndefined();
  expect(
    reasonOf(joined, [
      [1, 1, 1, 1],
      [5, 5, 5, 5],
      [5, 5, 6, 5],
    ]),
  ).toBe("an op beside others outlasts them");
});

test("a rank may be as late as a slower one of its data group that it meets, and no later", () => {
  const ops = [op(0, 0, ALONE), op(0, 1, ALONE, 0), op(1, 2, PAIRS, 1)];
  expect(reasonOf(ops, [[4, 4, 1, 1]], [1, 2, 1, 1])).toBeUndefined();
  expect(reasonOf(ops, [[5, 4, 1, 1]], [1, 2, 1, 1])).toBe("a rank is later than a slower one of its data group");
});

test("groups that end a segment have to see the same ranks last", () => {
  const ops = [op(0, 0, ALONE), op(0, 1, ALONE, 0), op(1, 2, ACROSS, 1), op(0, 3, ALONE, 2)];
  expect(reasonOf(ops, [[3, 3, 4, 4]])).toBeUndefined();
  expect(reasonOf(ops, [[3, 3, 4, 5]])).toBe("groups of ranks see other ranks last");
});

test("a lane may not end before the last segment", () => {
  expect(reasonOf([op(1, 1, ALONE), op(0, 0, ALONE, 0), op(0, 2, ALL, 1)])).toBe("a lane ends before the last segment");
});
