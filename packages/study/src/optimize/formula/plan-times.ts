import type { Scenario } from "@tokenyard/scenario";
import { PassClock, type Policies } from "@tokenyard/simulator";
import type { PassTimes } from "./steady-state.ts";

/** Tokens of a prompt between which times are interpolated: from so many on, each four times the one before. */
const FEWEST_TOKENS = 64;
const TOKENS_STEP = 4;
const SEQUENCES_STEP = 4;
const NO_PROMPTS: readonly number[] = [];

/**
 * Times of passes of one replica of a plan, between few that its clock has timed: decode steps of 1, 4, 16 … sequences in each data group, and with them one prompt of
 * 64, 256 … tokens, in one group or in all. Experts that draw are drawn, once a layer.
 */
export class PlanTimes implements PassTimes {
  readonly dataGroups: number;
  /** Micro-batches of a replica that are under way at once. */
  readonly stages: number;
  readonly cacheTokens: number;
  readonly #clock: PassClock;
  readonly #context: number;
  readonly #promptsAlone: boolean;
  readonly #known = new Map<string, number>();

  /** `context`: tokens that a sequence has cached on average. Throws Problems where there is no such plan. */
  constructor(scenario: Scenario, context: number, policies: Policies) {
    const { routing } = scenario;
    this.#clock = new PassClock({ ...scenario, routing: { ...routing, resolution: "exact" } }, policies);
    const { dataGroups, stages } = this.#clock.plan;
    this.dataGroups = dataGroups;
    this.stages = stages;
    this.cacheTokens = this.#clock.cacheTokens;
    this.#context = Math.max(1, Math.round(context));
    this.#promptsAlone = scenario.serving.scheduler.kind === "prefill-first";
  }

  decode(sequences: number): number {
    if (sequences <= 1) return this.#decode(1);
    return between(sequences, 1, SEQUENCES_STEP, (at) => this.#decode(at));
  }

  more(tokens: number, fullest: number): number {
    if (fullest <= 0) return 0;
    const inOne = fullestTime(fullest, (at) => this.#more(at, false));
    if (this.dataGroups === 1) return inOne;
    const evenness = Math.min(1, Math.max(0, (tokens - fullest) / ((this.dataGroups - 1) * fullest)));
    return evenness === 0 ? inOne : inOne + evenness * (fullestTime(fullest, (at) => this.#more(at, true)) - inOne);
  }

  #decode(sequences: number): number {
    return this.#timed(`decode ${sequences}`, () => this.#time(sequences, NO_PROMPTS, false));
  }

  /** How much longer a pass takes with a prompt of so many tokens in one data group, or in all. */
  #more(tokens: number, inAll: boolean): number {
    return this.#timed(`${tokens} ${inAll}`, () => {
      const beside = this.#promptsAlone ? 0 : 1;
      return Math.max(0, this.#time(beside, [tokens], inAll) - (beside === 0 ? 0 : this.#decode(beside)));
    });
  }

  #timed(key: string, time: () => number): number {
    const known = this.#known.get(key) ?? time();
    this.#known.set(key, known);
    return known;
  }

  /** From one pass of a micro-batch to its next: all stages, or as long as its slowest stage serves all micro-batches. */
  #time(decoding: number, prompts: readonly number[], inAll: boolean): number {
    const groups = Array.from({ length: this.dataGroups }, (_, g) => ({
      decoding,
      contextTokens: this.#context,
      prompts: inAll || g === 0 ? prompts : NO_PROMPTS,
    }));
    const { whole, slowest } = this.#clock.time(groups);
    return Math.max(whole, this.stages * slowest);
  }
}

function fullestTime(tokens: number, time: (tokens: number) => number): number {
  if (tokens <= FEWEST_TOKENS) return time(FEWEST_TOKENS);
  return between(tokens, FEWEST_TOKENS, TOKENS_STEP, time);
}

/** Straight between the values at `first`, `first` · `step`, …. */
function between(at: number, first: number, step: number, value: (at: number) => number): number {
  let low = first;
  while (low * step < at) low *= step;
  const share = (at - low) / (low * (step - 1));
  return value(low) * (1 - share) + value(low * step) * share;
}
