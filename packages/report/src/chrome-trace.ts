import { LANES, PHASES, type Recording, type Spans } from "./recording.ts";

const EVENTS_PER_CHUNK = 1024;

/**
 * The spans as Chrome trace-event JSON, in chunks, as Perfetto opens it: a process for each node, a track for each rank and lane,
 * microseconds. An op's time at its barrier is a slice `wait` inside it. A recording without spans gives a trace without slices.
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

interface TraceEvent {
  readonly ph: "M" | "X";
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, string | number>>;
}

function* events(recording: Recording): Iterable<TraceEvent> {
  const { spans } = recording;
  if (spans === undefined) return;
  yield* trackNames(recording, spans);
  for (let row = 0; row < spans.rank.length; row++) yield* spanEvents(recording, spans, row);
}

/** Names of the nodes and tracks that have spans, in order of rank and lane. */
function* trackNames({ gpusPerNode, opKinds }: Recording, { rank, kind }: Spans): Iterable<TraceEvent> {
  const tracks = new Set<number>();
  for (let row = 0; row < rank.length; row++) tracks.add(trackOf(rank[row]!, LANES.indexOf(opKinds[kind[row]!]!.lane)));
  let lastNode = -1;
  for (const tid of [...tracks].sort((a, b) => a - b)) {
    const ofRank = Math.floor(tid / LANES.length);
    const pid = Math.floor(ofRank / gpusPerNode);
    if (pid !== lastNode) {
      yield { ph: "M", pid, tid: 0, name: "process_name", args: { name: `node ${pid}` } };
      yield { ph: "M", pid, tid: 0, name: "process_sort_index", args: { sort_index: pid } };
    }
    lastNode = pid;
    yield { ph: "M", pid, tid, name: "thread_name", args: { name: `rank ${ofRank} ${LANES[tid % LANES.length]}` } };
    yield { ph: "M", pid, tid, name: "thread_sort_index", args: { sort_index: tid } };
  }
}

function* spanEvents({ gpusPerNode, opKinds }: Recording, spans: Spans, row: number): Iterable<TraceEvent> {
  const rank = spans.rank[row]!;
  const { name, lane } = opKinds[spans.kind[row]!]!;
  const startNs = spans.startNs[row]!;
  const endNs = spans.endNs[row]!;
  const workNs = spans.workNs[row]!;
  const layer = spans.layer[row]!;
  const track = { pid: Math.floor(rank / gpusPerNode), tid: trackOf(rank, LANES.indexOf(lane)) };
  const args = {
    microBatch: spans.microBatch[row]!,
    pass: spans.pass[row]!,
    phase: PHASES[spans.phase[row]!]!,
    ...(layer < 0 ? {} : { layer }),
    waitNs: endNs - workNs,
  };
  yield { ph: "X", ...track, name, ts: startNs / 1000, dur: (endNs - startNs) / 1000, args };
  if (workNs < endNs) yield { ph: "X", ...track, name: "wait", ts: workNs / 1000, dur: (endNs - workNs) / 1000, args: {} };
}

function trackOf(rank: number, lane: number): number {
  return rank * LANES.length + lane;
}
