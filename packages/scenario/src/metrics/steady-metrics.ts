/** Numbers of the report of which a steady decode has none. */
const VALUELESS = [
  "ttftSeconds.",
  "e2eSeconds.",
  "queueSeconds.",
  "prefillSeconds.",
  "goodput.",
  "classes.",
  "breakdown.ttft.",
  "time.prefill.",
  "balance.expert.prefill.",
  "balance.rank.prefill.",
  "throughput.prefill",
];

/** Whether the metric at `path` has no value in a steady decode. Source: docs/models/workloads.md#steady-decode. */
export function isWithoutSteadyValue(path: string): boolean {
  return VALUELESS.some((start) => path.startsWith(start));
}
