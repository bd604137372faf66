import { REQUEST_STATES, type Recording } from "../recording/recording.ts";
import type { RequestSpans } from "../recording/span-columns.ts";
import { microseconds, pidOfRequests, type TraceEvent } from "./trace-event.ts";

/** A track for each request, with a slice for each state that it is in; the tracks in the order of arrival. */
export function* requestEvents(recording: Recording, { request, state, replica, startNs, endNs }: RequestSpans): Iterable<TraceEvent> {
  const pid = pidOfRequests(recording);
  for (const number of [...new Set(request)].sort((a, b) => a - b)) {
    const tid = trackOf(number);
    yield { ph: "M", pid, tid, name: "thread_name", args: { name: `request ${number}` } };
    yield { ph: "M", pid, tid, name: "thread_sort_index", args: { sort_index: tid } };
  }
  for (let row = 0; row < request.length; row++) {
    const from = startNs[row]!;
    yield {
      ph: "X",
      pid,
      tid: trackOf(request[row]!),
      name: REQUEST_STATES[state[row]!]!,
      ts: microseconds(from),
      dur: microseconds(endNs[row]! - from),
      args: replica[row]! < 0 ? {} : { replica: replica[row]! },
    };
  }
}

/** The first track is that of the counters. */
function trackOf(request: number): number {
  return request + 1;
}
