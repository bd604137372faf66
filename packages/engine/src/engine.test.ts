import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Engine, type Ticket } from "./engine.ts";
import { TimeOverflow } from "./time.ts";

/** An event that says in which order it comes. */
interface Ordered {
  readonly order: number;
}

const orderOf = ({ order }: Ordered) => order;
/** Events that come in the order in which they are scheduled. */
const inTurn = () => 0;

function drained<Event>(engine: Engine<Event>): Event[] {
  const events: Event[] = [];
  for (let event = engine.next(); event !== undefined; event = engine.next()) events.push(event);
  return events;
}

const plans = fc.array(
  fc.record({ timeNs: fc.integer({ min: 0, max: 6 }), order: fc.integer({ min: 0, max: 2 }), cancelled: fc.boolean() }),
  { maxLength: 60 },
);

describe("the engine", () => {
  test.prop([plans])("gives out what a stable sort by (time, order) gives, less what was cancelled", (plan) => {
    const engine = new Engine<Ordered & { id: number }>(orderOf);
    const tickets = plan.map(({ timeNs, order }, id) => engine.schedule(timeNs, { order, id }));
    for (const [id, { cancelled }] of plan.entries()) if (cancelled) engine.cancel(tickets[id]!);
    const wanted = plan
      .map((entry, id) => ({ ...entry, id }))
      .filter(({ cancelled }) => !cancelled)
      .sort((a, b) => a.timeNs - b.timeNs || a.order - b.order); // stable, so that equals stay in the order of scheduling
    expect(engine.pending).toBe(wanted.length);
    expect(drained(engine).map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    expect(engine.pending).toBe(0);
  });

  /** Steps of a run: schedule after a delay, take the next, or cancel one of those that wait. */
  const steps = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant("schedule" as const), delayNs: fc.integer({ min: 0, max: 4 }), order: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ do: fc.constant("next" as const), horizonNs: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ do: fc.constant("cancel" as const), which: fc.nat(20) }),
    ),
    { maxLength: 100 },
  );

  test.prop([steps])("agrees with an unsorted list searched through, in any mix of scheduling, taking and cancelling", (script) => {
    const engine = new Engine<Ordered & { id: number }>(orderOf);
    let waiting: { timeNs: number; order: number; id: number; ticket: Ticket }[] = [];
    let nowNs = 0;
    for (const [id, step] of script.entries()) {
      if (step.do === "schedule") {
        const timeNs = engine.nowNs + step.delayNs;
        waiting.push({ timeNs, order: step.order, id, ticket: engine.schedule(timeNs, { order: step.order, id }) });
      } else if (step.do === "cancel") {
        const victim = waiting[step.which];
        if (victim !== undefined) engine.cancel(victim.ticket);
        waiting = waiting.filter((entry) => entry !== victim);
      } else {
        const [first] = [...waiting].sort((a, b) => a.timeNs - b.timeNs || a.order - b.order || a.id - b.id);
        const due = first !== undefined && first.timeNs <= step.horizonNs ? first : undefined;
        expect(engine.next(step.horizonNs)?.id).toBe(due?.id);
        if (due !== undefined) nowNs = due.timeNs;
        waiting = waiting.filter((entry) => entry !== due);
      }
      expect(engine.nowNs).toBe(nowNs);
      expect(engine.nextNs).toBe(Math.min(...waiting.map(({ timeNs }) => timeNs))); // of none: infinite
      expect(engine.pending).toBe(waiting.length);
    }
  });

  test.prop([plans])("never turns its clock back, even when events schedule others", (plan) => {
    const engine = new Engine<Ordered & { followUpNs: number }>(orderOf);
    for (const { timeNs, order } of plan) engine.schedule(timeNs, { order, followUpNs: order });
    let beforeNs = engine.nowNs;
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      expect(engine.nowNs).toBeGreaterThanOrEqual(beforeNs);
      beforeNs = engine.nowNs;
      if (event.followUpNs > 0) engine.schedule(engine.nowNs + event.followUpNs, { order: 0, followUpNs: event.followUpNs - 1 });
    }
  });

  test("gives an event scheduled for now before the clock moves on", () => {
    const engine = new Engine<string>(inTurn);
    engine.schedule(5, "at 5");
    engine.schedule(6, "at 6");
    expect(engine.next()).toBe("at 5");
    engine.schedule(5, "at 5, too");
    expect(engine.next()).toBe("at 5, too");
    expect(engine.nowNs).toBe(5);
  });

  test("leaves an event after the horizon for a later call, with the clock where it was", () => {
    const engine = new Engine<string>(inTurn);
    engine.schedule(3, "early");
    engine.schedule(11, "late");
    expect(engine.next(10)).toBe("early");
    expect(engine.next(10)).toBeUndefined();
    expect(engine.nowNs).toBe(3);
    expect(engine.pending).toBe(1);
    expect(engine.next(11)).toBe("late"); // the horizon itself is inside
  });

  test("counts an event once, however often it is cancelled", () => {
    const engine = new Engine<string>(inTurn);
    const ticket = engine.schedule(1, "never");
    engine.schedule(2, "ever");
    engine.cancel(ticket);
    engine.cancel(ticket);
    expect(engine.pending).toBe(1);
    expect(engine.nextNs).toBe(2);
    expect(drained(engine)).toEqual(["ever"]);
    expect(ticket.timeNs).toBe(1);
  });
});

describe("misuse of the engine", () => {
  function atSeven(order: () => number = inTurn): Engine<object> {
    const engine = new Engine<object>(order);
    engine.schedule(7, { kind: "start" });
    engine.next();
    return engine;
  }

  for (const timeNs of [6, -1, 7.5, Number.NaN]) {
    test(`of scheduling at ${timeNs} ns when it is 7 ns throws, with both times and the event`, () => {
      const schedule = () => atSeven().schedule(timeNs, { kind: "op-finished", stage: 3 });
      expect(schedule).toThrow(RangeError);
      expect(schedule).toThrow(`at ${timeNs} ns`);
      expect(schedule).toThrow('now 7 ns, event {"kind":"op-finished","stage":3}');
    });
  }

  for (const timeNs of [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1]) {
    test(`of scheduling at ${timeNs} ns throws TimeOverflow: a run that is too long is no fault of the program's`, () => {
      const schedule = () => atSeven().schedule(timeNs, { kind: "op-finished", stage: 3 });
      expect(schedule).toThrow(TimeOverflow);
      expect(schedule).toThrow(`at ${timeNs} ns: that is past the last time (now 7 ns)`);
    });
  }

  test("of giving an order that is no whole number throws", () => {
    let order = 0;
    const engine = atSeven(() => order);
    order = 0.5;
    expect(() => engine.schedule(8, { kind: "late" })).toThrow(
      'at 8 ns with order 0.5: the order is a whole number (now 7 ns, event {"kind":"late"}',
    );
  });

  test("of cancelling what has happened throws, with its time and the event", () => {
    const engine = new Engine<object>(inTurn);
    const ticket = engine.schedule(4, { kind: "done" });
    engine.next();
    expect(() => engine.cancel(ticket)).toThrow('at 4 ns: the event was taken already (now 4 ns, event {"kind":"done"}');
  });

  test("is reported even for an event that cannot be written as JSON", () => {
    const loop: { self?: object } = {};
    loop.self = loop;
    expect(() => atSeven().schedule(1, loop)).toThrow("at 1 ns: that is in the past (now 7 ns, event [object Object])");
  });
});
