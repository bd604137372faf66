import { exp } from "@tokenyard/random";
import type { LoadSample } from "./load-sample.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { PassPicker } from "./pass-picker.ts";
import { fullestOf, type PassTimes, type ServerLimits, type SteadyState } from "./steady-state.ts";

/** Requests to examine. */
const REQUESTS = 256;
/** The additive recurrence of low discrepancy in five dimensions: powers of 1/φ, φ the root of x⁶ = x + 1. */
const STEPS = [0.8812714616335696, 0.776639389095782, 0.6844301295853426, 0.6031687406857282, 0.5315553977157904] as const;

/** [requests] low-discrepancy numbers of each examined request, the last of them as a standard normal. */
const DRAWN = Array.from({ length: REQUESTS }, (_, i) => {
  const [u, v, w, x, y] = STEPS.map((step) => (0.5 + (i + 1) * step) % 1) as [number, number, number, number, number];
  return { u, v, w, x, z: normalQuantile(y) };
});

/** [requests] latencies of the examined requests, in seconds */
export interface Latencies {
  readonly ttft: Float64Array;
  readonly queue: Float64Array;
  readonly tpot: Float64Array;
  readonly e2e: Float64Array;
}

/** Facts of a run that decide when its requests are served. */
export interface Served {
  readonly state: SteadyState;
  readonly limits: ServerLimits;
  readonly times: PassTimes;
  /** Requests a second that reach this server, and the seconds in which they do. */
  readonly rate: number;
  readonly seconds: number;
  /** Share of the requests that come at once, at the start, and how many of this server. */
  readonly burst: { readonly share: number; readonly requests: number };
  readonly stepsAhead: number;
}

/** The latencies of requests of `sample` on a server, one by one by numbers of low discrepancy: when each comes, into which pass, and beside whom. */
export function latenciesOf(sample: LoadSample, served: Served): Latencies {
  const { state, limits, times, seconds, stepsAhead } = served;
  const count = sample.promptTokens.length;
  const alive = Math.max(1e-9, (sample.meanOutput - 1) * state.seconds);
  const byPass = new PassPicker(state.passes);
  const byLength = new PassPicker(state.passes, ({ share, seconds: takes }) => share * takes); // long ones are met more often
  const behind = state.served < served.rate ? served.rate / state.served - 1 : 0;
  const columns = {
    ttft: new Float64Array(REQUESTS),
    queue: new Float64Array(REQUESTS),
    tpot: new Float64Array(REQUESTS),
    e2e: new Float64Array(REQUESTS),
  };
  const inEach = state.sequences / limits.dataGroups;
  const decode = times.decode(inEach);
  const least = times.decode(0);
  const leftAtEnd = exp(-seconds / alive);
  const most = Math.max(1, limits.tokenBudget - inEach);
  const full = times.decode(state.peak / limits.dataGroups) + times.more(most * limits.dataGroups, most, state.peak / limits.dataGroups);
  for (let i = 0; i < REQUESTS; i++) {
    const { u: evenly, v, w, x, z } = DRAWN[i]!;
    const u = sample.counted.from + evenly * (sample.counted.to - sample.counted.from);
    const at = Math.floor((i * count) / REQUESTS);
    const prompt = sample.promptTokens[at]!;
    const decodes = sample.outputTokens[at]! - 1;
    const beside = byPass.at(x).prompts;
    const tokens = Math.min(most * limits.dataGroups, beside * sample.meanPrompt + prompt);
    const fullest = Math.max(
      Math.min(prompt, most),
      beside === 0 ? 0 : fullestOf(beside + 1, limits.dataGroups, sample.meanPrompt, sample.longest, most * limits.dataGroups),
    );
    const own = decode + times.more(tokens, fullest, inEach);
    let waits: number;
    if (u < served.burst.share) {
      const prefilled = Math.max(1, (served.burst.requests * sample.meanPrompt) / (most * limits.dataGroups));
      waits = v * Math.max(0, prefilled - 1) * full;
    } else {
      const met = byLength.at(v);
      waits = w * met.seconds + stepsAhead * state.seconds + behind * Math.max(0, u * seconds - state.fullSeconds);
    }
    const chunks = Math.ceil(prompt / most);
    const ttft = sample.arrivalSeconds(prompt) + waits + own * chunks;
    const since = u * seconds + (decodes * state.seconds) / 2;
    const level = since <= seconds ? 1 - exp(-since / alive) : (1 - leftAtEnd) * exp(-(since - seconds) / alive);
    const sequences =
      served.burst.share >= 1 ? state.sequences : Math.min(limits.places, state.peak, Math.max(1, level * state.served * alive));
    const mean = times.decode(sequences / limits.dataGroups) + state.more;
    const tpot = Math.max(least, mean + (z * state.deviation) / Math.sqrt(Math.max(1, decodes)));
    columns.ttft[i] = ttft;
    columns.queue[i] = waits;
    columns.tpot[i] = decodes === 0 ? 0 : tpot;
    columns.e2e[i] = ttft + decodes * tpot;
  }
  return columns;
}
