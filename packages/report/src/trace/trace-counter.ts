import { REQUEST_STATES, REQUEST_STATUS, type Recording, type RequestColumns } from "../recording/recording.ts";
import type { CacheSteps, RequestSpans, Spans } from "../recording/span-columns.ts";
import { microseconds, pidOfRequests, type TraceEvent } from "./trace-event.ts";

const STATES = REQUEST_STATES.map((state) => (state === "prefill" || state === "decode" ? `sequences in ${state}` : `requests ${state}`));
const RESERVED = "KV tokens reserved";
const HELD = "KV tokens held";

/**
 * Counters over the time of the spans: requests in each state that occurs, and the cache. With a cache in blocks that is the tokens in held
 * blocks; else the reservations of requests from their arrival to their end, prompt + output − 1 tokens each. A rejected request reserves
 * nothing.
 */
export function* counterEvents(recording: Recording, spans: Spans): Iterable<TraceEvent> {
  const { requestSpans, cacheSteps, requests } = recording;
  const fromNs = spans.startNs.reduce((first, ns) => Math.min(first, ns), Number.POSITIVE_INFINITY);
  const toNs = spans.endNs.reduce((last, ns) => Math.max(last, ns), 0);
  if (fromNs > toNs) return;
  const names = [...STATES.filter((_, state) => requestSpans?.state.includes(state) ?? false), cacheSteps === undefined ? RESERVED : HELD];
  const changes = [
    ...(requestSpans === undefined ? [] : stateChanges(requestSpans)),
    ...(cacheSteps === undefined ? reservations(requests) : heldChanges(cacheSteps)),
  ].sort((a, b) => a.ns - b.ns);
  const values = new Map(names.map((name) => [name, 0]));
  const emitted = new Map<string, number>();
  const pid = pidOfRequests(recording);
  const emit = function* (ns: number): Iterable<TraceEvent> {
    for (const [name, value] of values) {
      if (emitted.get(name) === value) continue;
      emitted.set(name, value);
      yield { ph: "C", pid, tid: 0, name, ts: microseconds(ns), args: { value } };
    }
  };
  let at = 0;
  const takeUntil = (ns: number) => {
    for (; at < changes.length && changes[at]!.ns <= ns; at++) {
      const { name, by } = changes[at]!;
      values.set(name, values.get(name)! + by);
    }
  };
  takeUntil(fromNs);
  yield* emit(fromNs);
  while (at < changes.length && changes[at]!.ns <= toNs) {
    const { ns } = changes[at]!;
    takeUntil(ns);
    yield* emit(ns);
  }
}

interface Change {
  readonly ns: number;
  readonly name: string;
  readonly by: number;
}

function* stateChanges({ state, startNs, endNs }: RequestSpans): Iterable<Change> {
  for (let row = 0; row < state.length; row++) {
    const name = STATES[state[row]!]!;
    yield { ns: startNs[row]!, name, by: 1 };
    yield { ns: endNs[row]!, name, by: -1 };
  }
}

function* heldChanges({ atNs, tokens }: CacheSteps): Iterable<Change> {
  for (let row = 0; row < atNs.length; row++) yield { ns: atNs[row]!, name: HELD, by: tokens[row]! - (tokens[row - 1] ?? 0) };
}

function* reservations({ arrivedNs, finishedNs, promptTokens, outputTokens, status }: RequestColumns): Iterable<Change> {
  for (let request = 0; request < arrivedNs.length; request++) {
    if (status[request] === REQUEST_STATUS.rejected) continue;
    const reserved = promptTokens[request]! + outputTokens[request]! - 1;
    yield { ns: arrivedNs[request]!, name: RESERVED, by: reserved };
    if (!Number.isNaN(finishedNs[request]!)) yield { ns: finishedNs[request]!, name: RESERVED, by: -reserved };
  }
}
