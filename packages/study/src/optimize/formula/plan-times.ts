import type { Scenario } from "@tokenyard/scenario";
import { PassClock, type Policies, type SharedDraws } from "@tokenyard/simulator";
import type { PassTimes } from "./steady-state.ts";

/** The shortest prompt that is timed, and how many times as long the next one is; so it is of sequences, from one on. */
const FEWEST_TOKENS = 64;
const STEP = 4;
/** Sequences in each data group beside which prompts are timed, too: these load most of the weights that a prompt needs. */
const MANY = 64;
const NO_PROMPTS: readonly number[] = [];

/**
 * Times of passes of one replica of a plan, between few that its clock has timed: decode steps of 1, 4, 16 … sequences in each data group, and one prompt of
 * 64, 256 … tokens, in one group or in all, beside one sequence and beside many. Experts that draw go where `draws` say, or are drawn, once a layer.
 */
export class PlanTimes implements PassTimes {
  readonly dataGroups: number;
  /** GPUs of a replica. */
  readonly ranks: number;
  /** Micro-batches of a replica that are under way at once. */
  readonly stages: number;
  readonly cacheTokens: number;
  readonly #timed: () => Curves;
  #curves: Curves | undefined;
  /** Share of the growth that a step of `sequences` sequences has, for many prompts in turn. */
  #beside = { sequences: Number.NaN, loaded: 0 };

  /** `context`: tokens that a sequence has cached on average. Throws Problems where there is no such plan. */
  constructor(scenario: Scenario, context: number, policies: Policies, draws?: SharedDraws) {
    const { routing } = scenario;
    const clockOf = () => new PassClock({ ...scenario, routing: { ...routing, resolution: "exact" } }, policies, draws);
    const { plan, cacheTokens } = clockOf();
    const { dataGroups, stages, ranks, replicas } = plan;
    this.dataGroups = dataGroups;
    this.stages = stages;
    this.ranks = ranks / replicas;
    this.cacheTokens = cacheTokens;
    this.#timed = () => curvesOf(clockOf(), scenario, Math.max(1, Math.round(context))); // a clock takes too much memory to keep
  }

  /** Passes are timed when one is first asked for: of most plans only the cache is. */
  get #of(): Curves {
    this.#curves ??= this.#timed();
    return this.#curves;
  }

  decode(sequences: number): number {
    return this.#of.decode(sequences);
  }

  more(tokens: number, fullest: number, sequences: number): number {
    if (fullest <= 0) return 0;
    const { decode, few: beside, many, growth } = this.#of;
    const few = this.#moreBeside(beside, tokens, fullest);
    if (growth <= 0 || sequences <= 1) return few;
    if (this.#beside.sequences !== sequences) this.#beside = { sequences, loaded: Math.min(1, (decode(sequences) - decode(1)) / growth) };
    const { loaded } = this.#beside;
    return few + loaded * (this.#moreBeside(many, tokens, fullest) - few);
  }

  #moreBeside({ inOne, inAll }: Prompts, tokens: number, fullest: number): number {
    const one = inOne(fullest);
    if (this.dataGroups === 1) return one;
    const evenness = Math.min(1, Math.max(0, (tokens - fullest) / ((this.dataGroups - 1) * fullest)));
    return evenness === 0 ? one : one + evenness * (inAll(fullest) - one);
  }
}

/** Curves of the times of passes of a replica. */
interface Curves {
  /** Seconds of a decode step by sequences in each data group. */
  readonly decode: Curve;
  /** By tokens of a prompt in one data group, and in each; beside few sequences, and beside many. */
  readonly few: Prompts;
  readonly many: Prompts;
  /** Seconds that a step with many sequences takes more than one with one. */
  readonly growth: number;
}

function curvesOf(clock: PassClock, { serving: { scheduler } }: Scenario, contextTokens: number): Curves {
  if (scheduler.kind === "static") throw new Error("a batch that is dealt out is not under load");
  const { dataGroups, stages } = clock.plan;
  const time = (decoding: number, prompts: readonly number[], inAll: boolean) => {
    const groups = Array.from({ length: dataGroups }, (_, g) => ({
      decoding,
      contextTokens,
      prompts: inAll || g === 0 ? prompts : NO_PROMPTS,
    }));
    const { whole, slowest } = clock.time(groups);
    return Math.max(whole, stages * slowest); // as long as the slowest stage serves all micro-batches
  };
  const decode = curveOf(1, scheduler.maxSequences, (sequences) => time(sequences, NO_PROMPTS, false));
  const curve = (decoding: number, inAll: boolean) => {
    const without = decoding === 0 ? 0 : decode(decoding);
    return curveOf(FEWEST_TOKENS, scheduler.tokenBudget, (tokens) => Math.max(0, time(decoding, [tokens], inAll) - without));
  };
  const promptsBeside = (decoding: number): Prompts => {
    const inOne = curve(decoding, false);
    return { inOne, inAll: dataGroups === 1 ? inOne : curve(decoding, true) };
  };
  const isAlone = scheduler.kind === "prefill-first"; // prompts have passes of their own
  const few = promptsBeside(isAlone ? 0 : 1);
  const many = Math.min(MANY, scheduler.maxSequences);
  return { decode, few, many: isAlone ? few : promptsBeside(many), growth: isAlone ? 0 : decode(many) - decode(1) };
}

/** How much longer passes take with a prompt, by its tokens. */
interface Prompts {
  readonly inOne: Curve;
  readonly inAll: Curve;
}

/** A number that rises with another. */
type Curve = (at: number) => number;

/** Straight between the values at `first`, `first` · STEP … until `last`, and on beyond it; below `first` the value there. */
function curveOf(first: number, last: number, value: Curve): Curve {
  const values = [value(first)];
  for (let at = first; at < last || values.length < 2; ) {
    at *= STEP;
    values.push(value(at));
  }
  return (at) => {
    if (at <= first) return values[0]!;
    let low = first;
    let i = 0;
    while (low * STEP < at && i + 2 < values.length) {
      low *= STEP;
      i++;
    }
    return values[i]! + ((values[i + 1]! - values[i]!) * (at - low)) / (low * (STEP - 1));
  };
}
