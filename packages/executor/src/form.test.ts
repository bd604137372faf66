import fc from "fast-check";
import { expect, test } from "vitest";
import { groupsOf, KINDS, WAITING } from "./drawn-tape.contract.ts";
import { FormMaker } from "./form-maker.ts";
import { FormTimes } from "./form-times.ts";
import { keysOf } from "./keys.ts";
import { Loop } from "./loop.ts";
import { Tape } from "./tape.ts";
import type { TapeOp } from "./tape-op.ts";
import { Walk } from "./walk.ts";

// Layers of ops in turn, some of them for contexts, some that data groups or all ranks meet for, and some that run beside; on slow ranks all take longer.
const RANKS = 4;
const ROWS = 8;
const CONTEXTS = 5;
const anyRows = fc.record({
  meets: fc.array(fc.constantFrom("none", "none", "group", "all", "half"), { minLength: ROWS, maxLength: ROWS }),
  ns: fc.array(fc.array(fc.nat(9), { minLength: RANKS, maxLength: RANKS }), { minLength: ROWS, maxLength: ROWS }),
  isEven: fc.boolean(),
});
const anyForm = fc.record({
  rows: anyRows,
  dataGroups: fc.constantFrom(1, 2, 4),
  head: fc.array(fc.nat(ROWS + 1), { maxLength: 2 }),
  unit: fc.array(fc.nat(ROWS + CONTEXTS), { minLength: 1, maxLength: 6 }),
  times: fc.integer({ min: 1, max: 12 }),
  tail: fc.array(fc.nat(ROWS + CONTEXTS), { maxLength: 3 }),
  beside: fc.nat(12),
  factors: fc.array(fc.constantFrom(1, 1, 1, 2), { minLength: RANKS, maxLength: RANKS }),
  contexts: fc.array(fc.array(fc.nat(30), { minLength: RANKS, maxLength: RANKS }), { minLength: CONTEXTS, maxLength: CONTEXTS }),
  growth: fc.nat(9),
});

/** One data group with a slow rank: what ranks see behind their last meeting of a unit is the slowest's from the next unit on. */
const ledFromTheSecondUnit = {
  rows: {
    meets: ["none", "all", "none", "group", "none", "none", "none", "none"],
    ns: [[], [7, 1, 9, 1], [], [8, 5, 8, 8], [], [], [], []],
    isEven: false,
  },
  dataGroups: 1,
  head: [9, 1],
  unit: [3, 8, 3, 9, 1, 10],
  times: 9,
  tail: [3],
  beside: 0,
  factors: [2, 1, 1, 1],
  contexts: [[12], [23], [2], [5], [4]],
  growth: 1,
};

// Three reasons for no form that draws hardly ever give: row 0 is on each rank, ranks meet for row 1, and an op runs beside row 1.
const meeting = {
  ...ledFromTheSecondUnit,
  rows: {
    meets: ["none", "all", "none", "none", "none", "none", "none", "none"],
    ns: [[3, 3, 3, 3], [5, 5, 5, 5], [9, 9, 9, 9], [], [], [], [], []],
    isEven: false,
  },
  factors: [1, 1, 1, 1],
};
const besideOneBeside = { ...meeting, head: [], unit: [0, 1], times: 5, tail: [1], beside: 0 };
const lastBeside = { ...meeting, head: [0, 0], unit: [1], times: 1, tail: [2], beside: 2 };
const outlasting = { ...lastBeside, tail: [2, 0] };

test("passes take, wait and spend by their form what they do in the loop", { tags: "long" }, () => {
  const gave = new Map<string, number>();
  let made = 0;
  fc.assert(
    fc.property(anyForm, ({ rows, dataGroups, head, unit, times, tail, beside, factors, contexts, growth }) => {
      const size = RANKS / dataGroups;
      const groupNamed = {
        none: groupsOf([0, 1, 2, 3]),
        group: groupsOf([0, 1, 2, 3].map((r) => Math.floor(r / size))),
        all: groupsOf([0, 0, 0, 0]),
        half: groupsOf([0, 1, 0, 1]),
      };
      const numbers = [...head, ...Array.from({ length: times }, () => unit).flat(), ...tail];
      let last = -1;
      const ops = numbers.map((number, at): TapeOp => {
        const isContext = number >= ROWS && number < ROWS + CONTEXTS;
        const row = isContext ? number : number % ROWS;
        const name = isContext ? "none" : rows.meets[row]!;
        const isMeeting = name !== "none";
        const runsBeside =
          beside === number &&
          at > 2 &&
          last === at - 1 &&
          !isContext &&
          !isMeeting &&
          numbers[at - 1]! < ROWS &&
          rows.meets[numbers[at - 1]!] !== "none";
        const after = at === 0 ? [] : runsBeside ? [at - 2] : last === at - 1 ? [at - 1] : [last, at - 1];
        if (!runsBeside) last = at;
        return { lane: isMeeting ? 1 : 0, kind: row % KINDS, row, groups: groupNamed[name], after };
      });
      const present = [...new Set(ops.map(({ row }) => row))];
      const contextsOf = Array.from({ length: ROWS + CONTEXTS }, (_, row) => (row < ROWS ? -1 : row - ROWS));
      const tape = new Tape(
        ops.map((op) => ({ ...op, row: present.indexOf(op.row) })),
        { ranks: RANKS, lanes: 2, kinds: KINDS, contexts: present.map((row) => contextsOf[row]!) },
      );
      const slow = Float64Array.from(factors);
      const keys = keysOf(slow, dataGroups);
      const groupOf = (r: number) => Math.floor(r / size);
      const contextNs = (c: number, pass: number, r: number) =>
        Math.round((contexts[c]![groupOf(r)]! + (c === 0 ? pass * growth : 0)) * factors[r]!);
      const durationsOf = (pass: number) =>
        present.map((row) =>
          Float64Array.from({ length: RANKS }, (_, r) =>
            row >= ROWS ? contextNs(row - ROWS, pass, r) : Math.round(rows.ns[row]![rows.isEven ? groupOf(r) : r]! * factors[r]!),
          ),
        );
      const maker = new FormMaker(tape, keys);
      const form = maker.make(durationsOf(0));
      if (form === undefined) {
        gave.set(maker.reason!, (gave.get(maker.reason!) ?? 0) + 1);
        return;
      }
      made++;
      const leadNs = (c: number, pass: number) =>
        Float64Array.from(keys.leads, (_, g) => contextNs(c, pass, keys.of.indexOf(keys.leads[g]!)));
      const ofRun = Array.from({ length: CONTEXTS }, (_, c) => (c === 0 ? undefined : leadNs(c, 0)));
      const growing = Float64Array.from([0, 1, 2].flatMap((pass) => [...leadNs(0, pass)]));
      const run = new FormTimes(dataGroups);
      run.begin(form, ofRun);
      run.makeRoom(3);
      const endsNs = new Float64Array(3);
      expect(run.fillEnds(growing, 0, 3, 100, Number.POSITIVE_INFINITY, endsNs)).toBe(3);
      expect(run.fillEnds(growing, 0, 3, 100, endsNs[0]!, new Float64Array(3))).toBe(1); // none begins at the instant until which they do
      expect(run.fillEnds(growing, 0, 3, 100, endsNs[0]! + 1, new Float64Array(3))).toBe(endsNs[1]! > endsNs[0]! ? 2 : 3);
      const loop = new Loop(tape);
      const spent = new Float64Array(KINDS + 1);
      const walk = new Walk(tape, KINDS + 1, WAITING);
      let nowNs = 100;
      let areTied = false;
      for (let pass = 0; pass < 3; pass++) {
        const durations = durationsOf(pass);
        loop.time(durations, nowNs, [new Float64Array(RANKS).fill(nowNs), new Float64Array(RANKS).fill(nowNs)]);
        expect(endsNs[pass]).toBe(loop.endNs);
        walk.spend(loop, spent);
        const endOf = ({ valueNs, counts, leadCounts }: NonNullable<typeof form>["tail"], r: number) => {
          let ns = loop.endNs - run.tailNs(growing, pass) + valueNs[r]!;
          const leadRank = keys.of.indexOf(keys.leads[groupOf(r)]!);
          for (let c = 0; c < counts.length; c++)
            ns += leadCounts[c]! * contextNs(c, pass, leadRank) + (counts[c]! - leadCounts[c]!) * contextNs(c, pass, r);
          return ns;
        };
        for (const [lane, ends] of form.lanes.entries()) {
          if (ends === undefined) continue;
          for (let r = 0; r < RANKS; r++) expect(endOf(ends, r)).toBe(loop.freeNs[lane]![r]);
        }
        for (let r = 0; r < RANKS; r++) {
          const contextOf = tape.ops.reduce((sum, { row }) => sum + (tape.rows[row]!.context < 0 ? 0 : durations[row]![r]!), 0);
          const waited = endOf(form.tail, r) - form.tail.valueNs[r]! - nowNs + form.waitedNs[r]! - contextOf;
          expect(waited).toBe(loop.waitingNs[1]![r]);
        }
        if (keys.areMixed) areTied = true; // ranks of a data group may arrive together: either is the last
        nowNs = loop.endNs;
      }
      const byForm = new Float64Array(KINDS + 1);
      run.spend(
        growing,
        3,
        ofRun,
        Array.from({ length: CONTEXTS }, (_, c) => (ROWS + c) % KINDS),
        byForm,
      );
      if (!areTied) expect(byForm).toEqual(spent);
      expect(byForm.reduce((a, b) => a + b)).toBe(nowNs - 100);
    }),
    { numRuns: drawnCases(1200), endOnFailure: true, examples: [[ledFromTheSecondUnit], [besideOneBeside], [lastBeside], [outlasting]] },
  );
  expect(made).toBeGreaterThan(300);
  expect([...gave.keys()].sort()).toEqual([
    "a lane ends before the last segment",
    "a rank is later than a slower one of its data group",
    "an op beside others outlasts them",
    "an op waits for none of those before it",
    "groups of ranks see other ranks last",
    "the last op of a lane runs beside others",
  ]);
});
