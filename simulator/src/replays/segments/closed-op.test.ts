import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { createOpRun, timeOp } from "../../stages/timing.ts";
import { ClosedOp } from "./closed-op.ts";

const ranks = fc.array(fc.record({ group: fc.nat(3), ready: fc.nat(20), duration: fc.nat(20) }), { minLength: 1, maxLength: 12 });

test.prop([fc.array(ranks, { minLength: 1, maxLength: 3 }), fc.boolean()])(
  "an op of a closed segment ends as a stage times it, and waits for whom it waits for there",
  (given, isAlone) => {
    for (const each of given) {
      const numbers = each.map((_, rank) => rank);
      const groupOf = Int32Array.from(each, ({ group }, rank) => (isAlone ? rank : group));
      const lists = [...new Set(groupOf)].sort((a, b) => a - b).map((group) => numbers.filter((rank) => groupOf[rank] === group));
      const groups = {
        members: Int32Array.from(lists.flat()),
        offsets: Int32Array.from([0, ...lists.map((_, g) => lists.slice(0, g + 1).flat().length)]),
        groupOf: Int32Array.from(numbers, (rank) => lists.findIndex((list) => list.includes(rank))),
      };
      const readyNs = Float64Array.from(each, ({ ready }) => ready);
      const durationNs = Float64Array.from(each, ({ duration }) => duration);
      const run = createOpRun(each.length);
      timeOp(groups, new Float64Array(each.length), readyNs, durationNs, run);
      const op = new ClosedOp(groups, each.length);
      expect(op.time(readyNs, durationNs)).toEqual(run.endNs);
      expect(numbers.map((rank) => op.causeOf(rank))).toEqual([...run.cause]);
      expect(numbers.map((rank) => op.readyNs[op.causeOf(rank)])).toEqual([...run.startNs]);
    }
  },
);
