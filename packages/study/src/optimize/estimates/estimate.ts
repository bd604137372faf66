import { percentile } from "@tokenyard/report";
import { Problems, type Scenario, targetsOf } from "@tokenyard/scenario";
import { type Policies, SharedDraws } from "@tokenyard/simulator";
import type { Unfit } from "../bounds/lower-bounds.ts";
import { type Latencies, latenciesOf, type Served } from "../formula/latencies.ts";
import { type LoadSample, loadSample } from "../formula/load-sample.ts";
import { PassPicker } from "../formula/pass-picker.ts";
import { PlanTimes } from "../formula/plan-times.ts";
import { type ServerLimits, type SteadyState, steadyState } from "../formula/steady-state.ts";

/**
 * Estimate of a number of a plan's report at a path, with latencies multiplied by `times`; undefined where the formula has none. Other
 * numbers do not change.
 */
export type Estimate = (path: string, times?: number) => number | undefined;

const PERCENTS: Readonly<Record<string, number>> = { p50: 50, p90: 90, p95: 95, p99: 99 };
const COLUMNS: Readonly<Record<string, keyof Latencies>> = {
  ttftSeconds: "ttft",
  queueSeconds: "queue",
  tpotSeconds: "tpot",
  e2eSeconds: "e2e",
};
const ROUNDS = 40;

/** Estimates of plans of one load, whose layouts are timed once. */
export class Estimates {
  readonly #sample: LoadSample;
  readonly #policies: Policies;
  readonly #draws: SharedDraws | undefined;
  readonly #byLayout = new Map<string, PlanTimes | Unfit>();

  constructor(base: Scenario, policies: Policies = {}) {
    this.#sample = loadSample(base);
    this.#policies = policies;
    this.#draws = policies.router === undefined ? SharedDraws.of(base) : undefined;
  }

  /** Layouts that were timed. */
  get layouts(): number {
    return this.#byLayout.size;
  }

  /** Times of passes of `scenario`, or the reason why its plan cannot run. `layout`: key of the plan without its replicas. */
  timesOf(layout: string, scenario: () => Scenario): PlanTimes | Unfit {
    const known = this.#byLayout.get(layout) ?? this.#timesOrProblems(scenario());
    this.#byLayout.set(layout, known);
    return known;
  }

  #timesOrProblems(scenario: Scenario): PlanTimes | Unfit {
    try {
      return new PlanTimes(scenario, this.#sample.meanContext, this.#policies, this.#draws);
    } catch (error) {
      if (error instanceof Problems) return { problems: error.problems };
      throw error;
    }
  }

  /** The estimate of `scenario`, whose passes take `times`. */
  of(scenario: Scenario, times: PlanTimes): Estimate {
    const sample = this.#sample;
    const replicas = scenario.parallelism.data;
    const servers = replicas * times.stages;
    const served = servedOf(scenario, sample, times, servers);
    const latencies = latenciesOf(sample, served);
    return estimateOf(scenario, sample, { served, latencies, gpus: replicas * times.ranks });
  }
}

/** Steady state of one of `servers` servers under its part of the load. */
function servedOf(scenario: Scenario, sample: LoadSample, times: PlanTimes, servers: number): Served {
  const { serving } = scenario;
  const { scheduler } = serving;
  if (scheduler.kind === "static") throw new Error("a batch that is dealt out is not under load");
  const { dataGroups, stages, cacheTokens } = times;
  const block = (serving.kv?.blockTokens ?? 16) * (scenario.parallelism.context ?? 1);
  const held = sample.meanContext + block / 2;
  const limits: ServerLimits = {
    abreast: stages,
    dataGroups,
    places: Math.max(1, (Math.min(scheduler.maxSequences, cacheTokens / held) * dataGroups) / stages),
    tokenBudget: scheduler.tokenBudget,
  };
  const { requests, meanPrompt, thirds, meanOutput, coming, longest } = sample;
  const decodes = meanOutput - 1;
  const at = (rate: number, burst: Served["burst"], places = limits.places, seconds = requests / servers / rate): Served => {
    const within = { ...limits, places };
    const state = steadyState({ rate, seconds, meanPrompt, thirds, decodes, longest }, within, times);
    return { state, limits: within, times, rate, seconds, burst, stepsAhead: serving.stepsAhead ?? 0 };
  };
  if (coming.kind === "open") return at(coming.rate / servers, { share: 0, requests: 0 });
  if (coming.kind === "batch") {
    const own = requests / servers;
    const sequences = Math.min(limits.places, own * sample.alive);
    const seconds = times.decode(sequences / dataGroups);
    const served = own / Math.max(1e-9, (decodes * seconds * own) / limits.places);
    const state: SteadyState = {
      seconds,
      sequences,
      peak: Math.min(limits.places, own),
      served,
      fullSeconds: 0,
      passes: [{ prompts: 0, seconds, share: 1 }],
      more: 0,
      deviation: 0,
    };
    return { state, limits, times, rate: served, seconds: decodes * seconds, burst: { share: 1, requests: own }, stepsAhead: 0 };
  }
  const users = coming.users / servers;
  const burst = { share: Math.min(1, coming.users / requests), requests: users };
  let low = 0;
  let high = users / Math.max(coming.thinkSeconds, 1e-6 + times.decode(1));
  for (let round = 0; round < ROUNDS; round++) {
    const rate = (low + high) / 2;
    const { state } = at(rate, burst, Math.min(limits.places, users), Number.POSITIVE_INFINITY);
    const inFlight = rate * (coming.thinkSeconds + 1.5 * state.seconds + decodes * state.seconds);
    if (state.served < rate * (1 - 1e-6) || inFlight > users) high = rate;
    else low = rate;
  }
  const rate = Math.max(low, Number.MIN_VALUE);
  const steady = at(rate, burst, Math.min(limits.places, users), Number.POSITIVE_INFINITY);
  return { ...steady, seconds: requests / servers / rate };
}

interface Parts {
  readonly served: Served;
  readonly latencies: Latencies;
  readonly gpus: number;
}

function estimateOf(scenario: Scenario, sample: LoadSample, { served, latencies, gpus }: Parts): Estimate {
  const { state, rate, seconds } = served;
  const { requests, meanPrompt, meanOutput } = sample;
  const late = state.served < rate ? (seconds - state.fullSeconds) * (rate / state.served - 1) : 0;
  const sorted = new Map<keyof Latencies, Float64Array>();
  const rising = (column: keyof Latencies) => {
    const values = sorted.get(column) ?? latencies[column].toSorted();
    sorted.set(column, values);
    return values;
  };
  let known: number | undefined;
  const horizon = () => {
    known ??= (Number.isFinite(seconds) ? seconds : 0) + late + percentile(rising("e2e"), 90);
    return known;
  };
  const ofWhole = (path: string): number | undefined => {
    const perSecond = (amount: number) => amount / horizon();
    const perMsPerGpu = (amount: number) => amount / horizon() / 1000 / gpus;
    const { cost } = scenario.cluster.gpu;
    const usd = () => (cost === undefined ? undefined : (gpus * cost * horizon()) / 3600);
    const perMillion = (of: number) => (cost === undefined ? undefined : (usd()! / (requests * of)) * 1e6);
    switch (path) {
      case "horizonSeconds":
        return horizon();
      case "throughput.requestsPerSecond":
        return perSecond(requests);
      case "throughput.tokensPerSecond":
        return perSecond(requests * (meanPrompt + meanOutput));
      case "throughput.tokensPerMsPerGpu":
        return perMsPerGpu(requests * (meanPrompt + meanOutput));
      case "throughput.decodeTokensPerSecond":
        return perSecond(requests * (meanOutput - 1));
      case "throughput.decodeTokensPerMsPerGpu":
        return perMsPerGpu(requests * (meanOutput - 1));
      case "throughput.prefillTokensPerSecond":
        return perSecond(requests * meanPrompt);
      case "throughput.prefillTokensPerMsPerGpu":
        return perMsPerGpu(requests * meanPrompt);
      case "tokens.dropped / tokens.routed":
        return dropsNone(scenario) ? 0 : undefined;
      case "cost.usd":
        return usd();
      case "cost.usdPerMillionTokens":
        return perMillion(meanPrompt + meanOutput);
      case "cost.usdPerMillionOutputTokens":
        return perMillion(meanOutput);
      default:
        return undefined;
    }
  };
  const metAt = (times: number) => {
    const bounds = latencyBounds(scenario);
    let met = 0;
    for (let i = 0; i < latencies.ttft.length; i++)
      if (latencies.ttft[i]! * times <= bounds.ttft && latencies.tpot[i]! * times <= bounds.tpot) met++;
    return met / latencies.ttft.length;
  };
  return (path, times = 1) => {
    if (path === "attainment.all") return metAt(times);
    if (path === "goodput.requestsPerSecond") return (metAt(times) * requests) / horizon();
    const [name = "", statistic = ""] = path.split(".");
    if (name === "itlSeconds") return ofPasses(state, statistic);
    const column = COLUMNS[name];
    if (column === undefined) return ofWhole(path);
    const values = rising(column);
    if (statistic === "mean") return values.reduce((sum, value) => sum + value, 0) / values.length;
    return PERCENTS[statistic] === undefined ? undefined : percentile(values, PERCENTS[statistic]);
  };
}

function dropsNone({ routing: { capacityFactor, overflow } }: Scenario): boolean {
  return capacityFactor === undefined || overflow.kind === "none";
}

/** The least bound of the scenario's targets on TTFT and TPOT, which defines an answer in time. */
function latencyBounds(scenario: Scenario): { readonly ttft: number; readonly tpot: number } {
  const bound = (prefix: string) =>
    Math.min(...targetsOf(scenario).flatMap(({ metric, value }) => (metric.path.startsWith(prefix) ? value : [])));
  return { ttft: bound("ttftSeconds"), tpot: bound("tpotSeconds") };
}

function ofPasses({ passes, seconds }: SteadyState, statistic: string): number | undefined {
  if (statistic === "mean") return seconds;
  const wanted = PERCENTS[statistic];
  if (wanted === undefined) return undefined;
  return new PassPicker(passes.toSorted((a, b) => a.seconds - b.seconds)).at(wanted / 100).seconds;
}
