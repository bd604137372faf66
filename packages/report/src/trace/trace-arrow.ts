import type { Recording } from "../recording/recording.ts";
import type { Spans } from "../recording/span-columns.ts";
import { microseconds, type TraceEvent, trackOf } from "./trace-event.ts";

/**
 * The arrows of a trace, two events each. From a dispatch on the slowest rank of its group to the next op of each other rank of the group;
 * from a send to the first op of the matching rank of the next stage for the micro-batch. An arrow with an end outside the window is left
 * out: there are fewer arrows than spans.
 */
export function* arrowEvents(recording: Recording, spans: Spans): Iterable<TraceEvent> {
  let id = 0;
  const arrow = function* (name: string, from: number, to: number): Iterable<TraceEvent> {
    const start = trackOf(recording, spans.rank[from]!, spans.kind[from]!);
    const end = trackOf(recording, spans.rank[to]!, spans.kind[to]!);
    yield { ph: "s", pid: start.pid, tid: start.tid, name, cat: name, id, ts: microseconds(spans.startNs[from]!) };
    yield { ph: "f", bp: "e", pid: end.pid, tid: end.tid, name, cat: name, id, ts: microseconds(spans.startNs[to]!) };
    id++;
  };
  const kindOf = (name: string) => recording.opKinds.findIndex((kind) => kind.name === name);
  const trips = tripsOf(spans);
  const dispatch = kindOf("dispatch");
  const send = kindOf("send");
  for (const rows of dispatchGroups(spans, dispatch)) {
    const slowest = rows.reduce((slow, row) => (spans.workNs[row]! > spans.workNs[slow]! ? row : slow));
    for (const row of rows) if (row !== slowest && trips.next[row]! >= 0) yield* arrow("dispatch", slowest, trips.next[row]!);
  }
  for (let row = 0; row < spans.rank.length; row++) {
    if (spans.kind[row] !== send) continue;
    const first = trips.first.get(tripKey(spans, row, spans.rank[row]! + recording.plan.ranksPerStage));
    if (first !== undefined && spans.startNs[first]! >= spans.endNs[row]!) yield* arrow("send", row, first);
  }
}

/** A trip: the ops of one rank for one pass of a micro-batch. Its first row, and for each row [rows] the one after it or −1. */
interface Trips {
  readonly first: ReadonlyMap<string, number>;
  readonly next: Int32Array;
}

function tripsOf(spans: Spans): Trips {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  const next = new Int32Array(spans.rank.length).fill(-1);
  for (let row = 0; row < next.length; row++) {
    const key = tripKey(spans, row, spans.rank[row]!);
    const before = last.get(key);
    if (before === undefined) first.set(key, row);
    else next[before] = row; // the rows of a trip are in the order of its ops
    last.set(key, row);
  }
  return { first, next };
}

function tripKey({ microBatch, pass }: Spans, row: number, rank: number): string {
  return `${rank} ${microBatch[row]} ${pass[row]}`;
}

/** The rows of each dispatch of a group: those that share the rank that was ready last. */
function dispatchGroups(spans: Spans, dispatch: number): Iterable<readonly number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < spans.rank.length; row++) {
    if (spans.kind[row] !== dispatch) continue;
    const key = `${tripKey(spans, row, spans.cause[row]!)} ${spans.layer[row]}`;
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return groups.values();
}
