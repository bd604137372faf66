import type { Groups } from "@tokenyard/placement";
import { COMPUTE, createOpCost, LANES, type Op, type OpCost, op, type Part, programFrom, type Work } from "@tokenyard/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SPENT_KEYS, spendCriticalPath } from "../../stages/critical-path.ts";
import type { StageLanes } from "../../stages/stage-spec.ts";
import { createOpRun, timeOp } from "../../stages/timing.ts";
import { stretchesOf } from "./stretch.ts";
import { TimedProgram } from "./timed-program.ts";

const WORKS: readonly Work[] = ["attention", "gate", "experts", "dispatch", "combine", "reduce-attention"];
const RANKS = 3;

const drawnOp = fc.record({
  work: fc.nat(WORKS.length - 1),
  part: fc.nat(1),
  back: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 2 }),
});

/** A few ops, some that come again and again, and a few more, each after one or two before it; by work its groups of ranks, by work and part its times. */
const drawn = fc.record({
  head: fc.array(drawnOp, { maxLength: 3 }),
  unit: fc.array(drawnOp, { minLength: 1, maxLength: 6 }),
  times: fc.integer({ min: 1, max: 30 }),
  tail: fc.array(drawnOp, { maxLength: 3 }),
  inTurn: fc.boolean(),
  groupOf: fc.array(fc.array(fc.nat(RANKS - 1), { minLength: RANKS, maxLength: RANKS }), {
    minLength: WORKS.length,
    maxLength: WORKS.length,
  }),
  ns: fc.array(fc.array(fc.nat(9), { minLength: RANKS, maxLength: RANKS }), { minLength: 2 * WORKS.length, maxLength: 2 * WORKS.length }),
  networkNs: fc.array(fc.constantFrom(0, 0, 3, 40), { minLength: RANKS, maxLength: RANKS }),
});

function groupsOf(groupOf: readonly number[]): Groups {
  const members = [...groupOf.keys()].sort((a, b) => groupOf[a]! - groupOf[b]! || a - b);
  const starts = members.flatMap((rank, m) => (m === 0 || groupOf[rank] !== groupOf[members[m - 1]!] ? [m] : []));
  return { members: Int32Array.from(members), offsets: Int32Array.from([...starts, RANKS]), groupOf: Int32Array.from(groupOf) };
}

test("a program of which units that repeat are timed until they do ends, and spends its time, as op by op", () => {
  let repeated = 0;
  fc.assert(
    fc.property(drawn, ({ head, unit, times, tail, inTurn, groupOf, ns, networkNs }) => {
      const all = [...head, ...Array.from({ length: times }, () => unit).flat(), ...tail];
      const ops = all.map(({ work, part, back }, at): Op => {
        const after = at === 0 ? [] : inTurn ? [at - 1] : [...new Set(back.map((b) => Math.max(0, at - b)))];
        return { ...op(WORKS[work]!, 0, after), part: (part + 1) as Part };
      });
      const program = programFrom(ops, ops.length);
      const groups = all.map(({ work }) => groupsOf(groupOf[work]!));
      const costs = all.map(({ work, part }): OpCost => ({ ...createOpCost(RANKS), durationNs: Float64Array.from(ns[2 * work + part]!) }));

      const runs = ops.map(() => createOpRun(RANKS));
      const free: [Float64Array, Float64Array] = [new Float64Array(RANKS), Float64Array.from(networkNs)];
      let endNs = 0;
      for (const [at, { lane, after }] of ops.entries()) {
        const ready = Float64Array.from({ length: RANKS }, (_, r) => Math.max(0, ...after.map((before) => runs[before]!.endNs[r]!)));
        endNs = Math.max(endNs, timeOp(groups[at]!, free[lane], ready, costs[at]!.durationNs, runs[at]!));
        free[lane] = runs[at]!.endNs;
      }
      const spent = new Float64Array(SPENT_KEYS.length);
      spendCriticalPath(program, runs, 0, spent);

      const stretches = stretchesOf(ops);
      const timed = new TimedProgram({ spec: { ranks: RANKS } } as StageLanes, { program, groups }, stretches);
      for (const nowNs of [0, 1000]) {
        const busyUntil = Float64Array.from(networkNs, (own) => nowNs + own);
        timed.time(costs, nowNs, busyUntil);
        expect(timed.endNs).toBe(endNs);
        for (const lane of LANES) if (ops.some((each) => each.lane === lane)) expect(timed.lastEnd(lane)).toEqual(free[lane]);
        if (ops.every(({ lane }) => lane === COMPUTE)) expect(timed.lastEnd(1)).toBeUndefined();
        const spentByUnits = new Float64Array(SPENT_KEYS.length);
        timed.spend(spentByUnits);
        expect(spentByUnits).toEqual(spent);
      }
      if (stretches.some((stretch) => stretch.times > 3)) repeated++;
    }),
    { numRuns: 300 },
  );
  expect(repeated).toBeGreaterThan(150);
});
