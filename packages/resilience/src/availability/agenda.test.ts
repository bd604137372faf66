import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda, type Entry } from "./agenda.ts";

test("what is on the agenda comes by time, order and turn, without what was called off", () => {
  const anyEntry = fc.record({ at: fc.integer({ min: 0, max: 9 }), order: fc.integer({ min: 0, max: 2 }), isOff: fc.boolean() });
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 40 }), (given) => {
      const agenda = new Agenda<number>();
      const entries: Entry<number>[] = given.map(({ at, order }, i) => agenda.add(at, order, i));
      for (const [i, { isOff }] of given.entries()) entries[i]!.isOff = isOff;
      const wanted = [...given.keys()]
        .filter((i) => !given[i]!.isOff)
        .sort((a, b) => given[a]!.at - given[b]!.at || given[a]!.order - given[b]!.order || a - b);
      const taken: number[] = [];
      for (let next = agenda.next(9); next !== undefined; next = agenda.next(9)) taken.push(next.event);
      expect(taken).toEqual(wanted);
    }),
  );
});

test("nothing is given out before its time, nor at its time past an order that was asked for", () => {
  const agenda = new Agenda<string>();
  agenda.add(5, 4, "late");
  agenda.add(5, 0, "early");
  expect(agenda.next(4)).toBeUndefined();
  expect(agenda.next(5, 0)?.event).toBe("early");
  expect(agenda.next(5, 0)).toBeUndefined();
  expect(agenda.next(5)?.event).toBe("late");
});
