import { Streams } from "@tokenyard/random";
import { clientSecondsOf, type Scenario, type WorkloadSpec } from "@tokenyard/scenario";
import { createArrivingRequest, createRequestSource } from "@tokenyard/serving";

/** Most requests of a load whose lengths are examined. */
const MOST = 4096;

/** How requests come. */
export type Coming =
  | { readonly kind: "open" /** Requests a second. */; readonly rate: number }
  | { readonly kind: "closed"; readonly users: number; readonly thinkSeconds: number }
  | { readonly kind: "batch" };

/** Knowledge of the formula about a load: its arrivals, and the lengths of a sample of its requests. */
export interface LoadSample {
  readonly coming: Coming;
  /** Requests in all. */
  readonly requests: number;
  /** Range of the requests whose latencies count, as shares of all. */
  readonly counted: { readonly from: number; readonly to: number };
  /** [sample] in the order of the run. */
  readonly promptTokens: Float64Array;
  readonly outputTokens: Float64Array;
  readonly meanPrompt: number;
  /** Means of the shortest, the middle and the longest third of prompts. */
  readonly thirds: readonly number[];
  readonly meanOutput: number;
  /** Tokens that a sequence which decodes has cached on average: long answers decode longer. */
  readonly meanContext: number;
  /** Mean share of a batch that comes at once which still decodes when a token of it is put out. */
  readonly alive: number;
  /** Seconds before the scheduler knows of a request with so long a prompt. */
  arrivalSeconds(promptTokens: number): number;
  /** Expected tokens of the longest of `prompts` prompts. */
  longest(prompts: number): number;
}

/** The sample of the load of `scenario`, which `formulaLimits` allows. */
export function loadSample(scenario: Scenario): LoadSample {
  const { workload, serving, seed, measure } = scenario;
  const requests = requestsOf(workload);
  const count = Math.max(1, Math.min(MOST, requests));
  const source = createRequestSource(openLike(workload, count), new Streams(seed));
  const promptTokens = new Float64Array(count);
  const outputTokens = new Float64Array(count);
  const out = createArrivingRequest();
  for (let i = 0; i < count; i++) {
    source.take(out);
    promptTokens[i] = out.promptTokens;
    outputTokens[i] = out.outputTokens;
  }
  let steps = 0;
  let held = 0;
  for (let i = 0; i < count; i++) {
    const decodes = outputTokens[i]! - 1;
    steps += decodes;
    held += decodes * (promptTokens[i]! + decodes / 2);
  }
  const byLength = promptTokens.toSorted();
  const meanPrompt = meanOf(promptTokens);
  const { arrival = 0, arrivalToken = 0 } = serving.stepOverhead ?? {};
  const client = clientSecondsOf(workload);
  return {
    coming: comingOf(workload),
    requests,
    counted: { from: measure?.warmUp ?? 0, to: 1 - (measure?.coolDown ?? 0) },
    promptTokens,
    outputTokens,
    meanPrompt,
    thirds: [0, 1, 2].map((third) =>
      meanOf(byLength.slice(Math.floor((third * count) / 3), Math.max(1, Math.ceil(((third + 1) * count) / 3)))),
    ),
    meanOutput: meanOf(outputTokens),
    meanContext: steps === 0 ? meanOf(promptTokens) : held / steps,
    alive: steps === 0 ? 1 : aliveShare(outputTokens),
    arrivalSeconds: (tokens) => client + arrival + arrivalToken * tokens,
    longest: (prompts) => (prompts <= 1 ? meanPrompt : byLength[Math.min(count - 1, Math.floor((count * prompts) / (prompts + 1)))]!),
  };
}

/** Requests in all. */
export function requestsOf(workload: WorkloadSpec): number {
  if (workload.kind === "batch") return workload.sequences;
  if (workload.kind === "closed") return workload.requests;
  if (workload.kind !== "open") return 1;
  const { requests = Number.POSITIVE_INFINITY, duration = Number.POSITIVE_INFINITY, rate = 0 } = workload;
  return Math.max(1, Math.min(requests, Math.round(duration * rate)));
}

function comingOf(workload: WorkloadSpec): Coming {
  if (workload.kind === "closed") return { kind: "closed", users: workload.concurrency, thinkSeconds: meanTime(workload.thinkTime) };
  return workload.kind === "open" ? { kind: "open", rate: workload.rate! } : { kind: "batch" };
}

/** `workload` as an open load with the same requests: each kind of load draws its lengths from the same streams. */
export function openLike(workload: WorkloadSpec, requests: number): WorkloadSpec {
  if (workload.kind !== "open" && workload.kind !== "closed") return workload;
  const { promptTokens, outputTokens, correlation, pairs, classes } = workload;
  return {
    kind: "open",
    requests,
    rate: 1,
    arrivals: { kind: "constant" },
    promptTokens,
    outputTokens,
    correlation,
    pairs,
    classes,
  } as WorkloadSpec;
}

function meanTime(time: Extract<WorkloadSpec, { kind: "closed" }>["thinkTime"]): number {
  if (time.kind === "fixed") return time.value;
  return time.kind === "uniform" ? (time.from + time.to) / 2 : time.mean;
}

/**
 * E[min(X, Y)] / E[X] over two answers less their first tokens: the share of `count` sequences begun together that decode beside a token.
 */
function aliveShare(outputTokens: Float64Array): number {
  const rising = outputTokens.toSorted();
  let least = 0;
  let sum = 0;
  for (let i = 0; i < rising.length; i++) {
    const decodes = rising[i]! - 1;
    least += decodes * (2 * (rising.length - i) - 1); // it is the smaller of this many pairs
    sum += decodes;
  }
  return least / (sum * rising.length);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
