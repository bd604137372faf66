import { REQUEST_STATUS, type Recording, type RequestColumns, type Spans } from "./recording.ts";
import { microseconds, pidOfRequests, type TraceEvent } from "./trace-event.ts";

const NAMES = ["sequences in prefill", "sequences in decode", "KV tokens reserved"] as const;

/**
 * Counters over the time of the spans: sequences that wait for their first token, sequences that decode, and the tokens of cache
 * that both reserve, prompt + output − 1 each, from their arrival to their end. A request that was rejected counts nowhere.
 */
export function* counterEvents(recording: Recording, spans: Spans): Iterable<TraceEvent> {
  const fromNs = spans.startNs.reduce((first, ns) => Math.min(first, ns), Number.POSITIVE_INFINITY);
  const toNs = spans.endNs.reduce((last, ns) => Math.max(last, ns), 0);
  const pid = pidOfRequests(recording);
  const counts = [0, 0, 0];
  const told: (number | undefined)[] = NAMES.map(() => undefined);
  const tell = function* (ns: number): Iterable<TraceEvent> {
    for (const [i, name] of NAMES.entries()) {
      if (told[i] === counts[i]) continue;
      told[i] = counts[i];
      yield { ph: "C", pid, tid: 0, name, ts: microseconds(ns), args: { value: counts[i]! } };
    }
  };
  const changes = changesOf(recording.requests);
  for (let at = 0; at < changes.length; ) {
    const { ns } = changes[at]!;
    if (ns > toNs) break;
    if (ns > fromNs && told[0] === undefined) yield* tell(fromNs);
    for (; at < changes.length && changes[at]!.ns === ns; at++) {
      const { counter, by } = changes[at]!;
      counts[counter]! += by;
    }
    if (ns >= fromNs) yield* tell(ns);
  }
  if (told[0] === undefined && fromNs <= toNs) yield* tell(fromNs);
}

interface Change {
  readonly ns: number;
  /** index in NAMES */
  readonly counter: number;
  readonly by: number;
}

/** What arrivals, first tokens and ends change, in order of time. */
function changesOf({ arrivedNs, firstTokenNs, finishedNs, promptTokens, outputTokens, status }: RequestColumns): Change[] {
  const changes: Change[] = [];
  for (let request = 0; request < arrivedNs.length; request++) {
    if (status[request] === REQUEST_STATUS.rejected) continue;
    const reserved = promptTokens[request]! + outputTokens[request]! - 1;
    const arrived = arrivedNs[request]!;
    const first = firstTokenNs[request]!;
    const finished = finishedNs[request]!;
    changes.push({ ns: arrived, counter: 0, by: 1 }, { ns: arrived, counter: 2, by: reserved });
    if (!Number.isNaN(first)) changes.push({ ns: first, counter: 0, by: -1 }, { ns: first, counter: 1, by: 1 });
    if (!Number.isNaN(finished)) changes.push({ ns: finished, counter: 1, by: -1 }, { ns: finished, counter: 2, by: -reserved });
  }
  return changes.sort((a, b) => a.ns - b.ns);
}
