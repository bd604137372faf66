import { fileURLToPath } from "node:url";
import { chromeTrace, loadScenarioFile, prepare, run } from "tokenyard";
import { expect, test } from "vitest";

const PLAN = fileURLToPath(new URL("deployment-plan/scenario.yaml", import.meta.url));

interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly id: number;
}

/** The trace of the plan's first 10 ms. */
const events = (() => {
  const recording = run(prepare(loadScenarioFile(PLAN).scenario), { spans: { fromNs: 0, toNs: 10e6 } });
  return (JSON.parse([...chromeTrace(recording)].join("")) as { traceEvents: TraceEvent[] }).traceEvents;
})();
const of = (ph: string) => events.filter((event) => event.ph === ph);
const requests = Math.max(...events.map(({ pid }) => pid)); // a process of their own, after those of the nodes
const ofRanks = (ph: string) => of(ph).filter(({ pid }) => pid < requests);
const NS = 1e-3; // in microseconds

test("the trace of the plan has names, slices, counters, and as many beginnings of arrows as ends", () => {
  expect([...new Set(events.map(({ ph }) => ph))].sort()).toEqual(["C", "M", "X", "f", "s"]);
  for (const event of events) expect(Number.isInteger(event.pid) && Number.isInteger(event.tid) && event.name !== "").toBe(true);
  const [begun, ended] = [of("s"), of("f")];
  expect(begun.length).toBe(ended.length);
  expect(new Set(begun.map(({ id }) => id)).size).toBe(begun.length);
  expect(begun.map(({ id }) => id).sort()).toEqual(ended.map(({ id }) => id).sort());
  expect(new Set(begun.map(({ name }) => name))).toEqual(new Set(["dispatch", "send"]));
});

test("each rank and lane of the plan has one named track, on which no two ops overlap", () => {
  const named = ofRanks("M").filter(({ name }) => name === "thread_name");
  expect(new Set(named.map(({ tid }) => tid)).size).toBe(named.length);
  const endOf = new Map<number, number>();
  for (const { tid, ts, dur } of ofRanks("X").filter(({ name }) => name !== "wait")) {
    expect(ts).toBeGreaterThanOrEqual((endOf.get(tid) ?? 0) - NS / 2);
    endOf.set(tid, ts + dur);
  }
  expect([...endOf.keys()].sort()).toEqual(named.map(({ tid }) => tid).sort());
});

test("an arrow of the plan begins and ends with a slice of its track", () => {
  const slices = new Set(of("X").map(({ pid, tid, ts }) => `${pid} ${tid} ${ts}`));
  for (const { pid, tid, ts } of [...of("s"), ...of("f")]) expect(slices.has(`${pid} ${tid} ${ts}`)).toBe(true);
});
