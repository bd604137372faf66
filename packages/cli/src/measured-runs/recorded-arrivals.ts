import type { MeasuredRequest } from "./run/measured-run.ts";

/** Most stages of a workload. */
const MOST_STAGES = 10_000;
/** Between two requests that were sent at once, in seconds. */
const LEAST_GAP = 1e-6;

/** Arrivals of an open workload with the finished requests at their recorded times: each has a stage of its own. A text says why there are none. */
export function recordedArrivals(each: readonly MeasuredRequest[]): object | string {
  const finished = each.filter(({ failed }) => !failed);
  const sent = finished.flatMap(({ sentSeconds }) => sentSeconds ?? []).sort((a, b) => a - b);
  if (sent.length === 0 || sent.length < finished.length) return "when its requests were sent is not written";
  if (sent.length >= MOST_STAGES) return `${sent.length} requests at recorded times, and a workload has ${MOST_STAGES} stages`;
  const gaps = sent.map((at, i) => Math.max(LEAST_GAP, at - (sent[i - 1] ?? sent[0]!)));
  const last = LEAST_GAP; // one stage more, so that rounding loses no request
  const stages = [...gaps, last].map((gap) => ({ rate: `${1 / gap} requests/s`, duration: `${gap} s` }));
  return { requests: sent.length, arrivals: { kind: "stages", stages, gaps: "constant" } };
}
