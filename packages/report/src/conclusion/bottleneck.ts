import type { Bottleneck } from "../schema/conclusion-schema.ts";
import type { Numbers } from "../text/numbers.ts";

const BUBBLES = "bubbleShare";
const RATE = "throughput.tokensPerMsPerGpu";

/** The critical path of a latency, and the mean that its parts add up to. */
const PATHS = {
  ttft: { parts: "breakdown.ttft", mean: "ttftSeconds.mean" },
  tpot: { parts: "breakdown.tpot", mean: "tpotSeconds.mean" },
} as const;
type PathName = keyof typeof PATHS;

/**
 * Largest part of the number that `metric` (a path of the report) measures: for a latency, a part of its critical path; for a rate, bubbles
 * if they exceed every part. Null if no request was answered. `isBatch`: whether all requests are there from the start.
 */
export function bottleneckOf(numbers: Numbers, metric: string | undefined, isBatch: boolean): Bottleneck | null {
  const path = pathFor(metric);
  if (path !== undefined) return largestPart(numbers, path);
  const part = largestPart(numbers, metric !== undefined && /^(attainment|goodput)/.test(metric) ? worseMet(numbers) : longerPath(numbers));
  const bubbles = isBatch ? bubblesOf(numbers) : null; // under load, lanes are idle for want of requests too
  return bubbles !== null && bubbles.share > (part?.share ?? 0) ? bubbles : part;
}

/** The critical path that a metric is about: of its own latency, and of a rate of one phase. */
function pathFor(metric = ""): PathName | undefined {
  if (/^(ttft|queue|prefill)Seconds|^throughput\.prefill|^breakdown\.ttft/.test(metric)) return "ttft";
  if (/^(tpot|itl)Seconds|^throughput\.decode|^breakdown\.tpot/.test(metric)) return "tpot";
  return undefined;
}

/** The phase in which a mean request spends more time. */
function longerPath(numbers: Numbers): PathName {
  const [ttft, e2e] = [numbers.value("ttftSeconds.mean"), numbers.value("e2eSeconds.mean")];
  if (ttft === null) return "tpot"; // a steady decode has no TTFT
  const isKnown = ttft !== null && e2e !== null && Number.isFinite(e2e);
  const hasDecode = numbers.keys(PATHS.tpot.parts).length > 0;
  return isKnown && hasDecode && e2e - ttft > ttft ? "tpot" : "ttft";
}

/** The latency that fewer requests have within its target. */
function worseMet(numbers: Numbers): PathName {
  const [ttft, tpot] = [numbers.value("attainment.ttft"), numbers.value("attainment.tpot")];
  if (ttft === null || tpot === null) return ttft === null && tpot !== null ? "tpot" : "ttft";
  return tpot < ttft ? "tpot" : "ttft";
}

/** The rest is no bound: a shorter part also shortens queues, waits for busy lanes, and batches. */
function largestPart(numbers: Numbers, name: PathName): Bottleneck | null {
  const { parts, mean } = PATHS[name];
  const all = numbers.keys(parts).map((key) => ({ path: `${parts}.${key}`, seconds: numbers.value(`${parts}.${key}`) ?? 0 }));
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total === 0) return null;
  const largest = all.reduce((most, each) => (each.seconds > most.seconds ? each : most));
  return { part: largest.path, of: mean, share: largest.seconds / total, rest: total - largest.seconds, atBest: null };
}

/** Without gaps between a stage's ops the mean stage, and so the run, takes at least the rest of the time. */
function bubblesOf(numbers: Numbers): Bottleneck | null {
  const [share, rate] = [numbers.value(BUBBLES), numbers.value(RATE)];
  if (share === null || share === 0 || share >= 1 || rate === null) return null;
  return { part: BUBBLES, of: RATE, share, rest: null, atBest: rate / (1 - share) };
}

/** Whether `metric` is about time, so that a bottleneck explains it. */
export function isTimed(metric: string): boolean {
  return /Seconds|^(throughput|goodput|attainment|cost|energy|breakdown|time|utilization|bubbleShare)/.test(metric);
}

export function isBubbles({ part }: Pick<Bottleneck, "part">): boolean {
  return part === BUBBLES;
}
