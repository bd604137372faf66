import { LANES, PHASES, type Recording } from "../recording/recording.ts";
import type { Spans } from "../recording/span-columns.ts";
import { arrowEvents } from "./trace-arrow.ts";
import { counterEvents } from "./trace-counter.ts";
import { microseconds, pidOfRequests, type TraceEvent, trackOf } from "./trace-event.ts";
import { requestEvents } from "./trace-request.ts";

const EVENTS_PER_CHUNK = 1024;

/**
 * The spans as Chrome trace-event JSON, in chunks, for Perfetto: a process for each node, a track for each rank and lane, microseconds. An
 * op's time at its barrier is a slice `wait` inside it; arrows lead from dispatches and sends to their consequences; a track for each
 * request shows its state, and counters show the number in each state, and the cache. A recording without spans gives a trace without
 * events.
 */
export function* chromeTrace(recording: Recording): Iterable<string> {
  const { scenario, seed, version } = recording;
  const otherData = { name: scenario.name, hash: scenario.hash, seed, version };
  yield `{"displayTimeUnit":"ns","otherData":${JSON.stringify(otherData)},"traceEvents":[`;
  let separator = "\n";
  let chunk = "";
  let held = 0;
  for (const event of events(recording)) {
    chunk += separator + JSON.stringify(event);
    separator = ",\n";
    if (++held < EVENTS_PER_CHUNK) continue;
    yield chunk;
    chunk = "";
    held = 0;
  }
  yield `${chunk}\n]}\n`;
}

function* events(recording: Recording): Iterable<TraceEvent> {
  const { spans } = recording;
  if (spans === undefined) return;
  yield* trackNames(recording, spans);
  for (let row = 0; row < spans.rank.length; row++) yield* spanEvents(recording, spans, row);
  yield* arrowEvents(recording, spans);
  if (recording.requestSpans !== undefined) yield* requestEvents(recording, recording.requestSpans);
  yield* counterEvents(recording, spans);
}

/** Names of the nodes and tracks that have spans, in order of rank and lane, and of tracks of no node. */
function* trackNames(recording: Recording, { rank, kind }: Spans): Iterable<TraceEvent> {
  const pids = new Map<number, number>(); // of each track
  for (let row = 0; row < rank.length; row++) {
    const { pid, tid } = trackOf(recording, rank[row]!, kind[row]!);
    pids.set(tid, pid);
  }
  let lastPid = -1;
  for (const [tid, pid] of [...pids].sort(([a], [b]) => a - b)) {
    if (pid !== lastPid) yield* processName(pid, `node ${pid}`);
    lastPid = pid;
    const name = `rank ${Math.floor(tid / LANES.length)} ${LANES[tid % LANES.length]}`;
    yield { ph: "M", pid, tid, name: "thread_name", args: { name } };
    yield { ph: "M", pid, tid, name: "thread_sort_index", args: { sort_index: tid } };
  }
  yield* processName(pidOfRequests(recording), "requests");
}

function* processName(pid: number, name: string): Iterable<TraceEvent> {
  yield { ph: "M", pid, tid: 0, name: "process_name", args: { name } };
  yield { ph: "M", pid, tid: 0, name: "process_sort_index", args: { sort_index: pid } };
}

function* spanEvents(recording: Recording, spans: Spans, row: number): Iterable<TraceEvent> {
  const kind = spans.kind[row]!;
  const startNs = spans.startNs[row]!;
  const endNs = spans.endNs[row]!;
  const workNs = spans.workNs[row]!;
  const layer = spans.layer[row]!;
  const half = spans.half[row]!;
  const { pid, tid } = trackOf(recording, spans.rank[row]!, kind);
  const { name } = recording.opKinds[kind]!;
  const args = {
    microBatch: spans.microBatch[row]!,
    pass: spans.pass[row]!,
    phase: PHASES[spans.phase[row]!]!,
    ...(layer < 0 ? {} : { layer }),
    ...(half === 0 ? {} : { half }),
    waitNs: endNs - workNs,
  };
  yield { ph: "X", pid, tid, name, ts: microseconds(startNs), dur: microseconds(endNs - startNs), args };
  if (workNs < endNs) yield { ph: "X", pid, tid, name: "wait", ts: microseconds(workNs), dur: microseconds(endNs - workNs), args: {} };
}
