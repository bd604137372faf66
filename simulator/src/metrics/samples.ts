import { AlertWatch, type RuleOutcome, watchOf } from "@tokenyard/metrics";
import { targetsOf } from "@tokenyard/scenario";
import { type SampledQuantities, wantedOf } from "../counts/sampled-quantities.ts";
import { TransferCounts } from "../counts/transfer-counts.ts";
import { latencyLimits } from "../inputs/latency-limits.ts";
import type { Setup } from "../inputs/setup.ts";
import type { RunOptions } from "../options/run-options.ts";
import { RequestCounts } from "./numbers/request-counts.ts";
import type { SampledRun } from "./numbers/run-numbers.ts";
import { Sampler } from "./sampler.ts";

/** Samples of a run: for the rules of its scenario, and for callers. */
export class Samples {
  readonly wanted: SampledQuantities;
  readonly #setup: Setup;
  readonly #asked: RunOptions["samples"];
  readonly #counts: RequestCounts;
  readonly transferCounts: TransferCounts | undefined;
  /** Alerts, if the scenario has rules. */
  readonly #alerts: AlertWatch | undefined;
  readonly #everyMs: number;
  #sampler: Sampler | undefined;

  private constructor(setup: Setup, asked: RunOptions["samples"]) {
    const { alerts } = setup.scenario;
    const watch = alerts && watchOf(alerts);
    this.#setup = setup;
    this.#asked = asked;
    this.wanted = wantedOf(setup.scenario, asked);
    this.#counts = new RequestCounts(latencyLimits(targetsOf(setup.scenario)), this.wanted.has("itl"));
    if (setup.pools.length > 1 && this.wanted.transfers) this.transferCounts = new TransferCounts();
    this.#alerts = watch && new AlertWatch(watch);
    this.#everyMs = watch?.everyMs ?? asked!.everyMs;
  }

  /** Undefined if not requested. */
  static of(setup: Setup, asked: RunOptions["samples"]): Samples | undefined {
    return setup.scenario.alerts === undefined && asked === undefined ? undefined : new Samples(setup, asked);
  }

  /** To hear of requests; undefined if they are not requested. */
  get requestCounts(): RequestCounts | undefined {
    return this.wanted.requests ? this.#counts : undefined;
  }

  /** Begins sampling. */
  begin(parts: Omit<SampledRun, "counts" | "transfers" | "inFlight">): void {
    const { slots } = this.#setup;
    const run = { ...parts, counts: this.#counts, transfers: this.transferCounts, inFlight: () => slots.held };
    const sinks = [...(this.#alerts === undefined ? [] : [this.#alerts]), ...(this.#asked?.sinks ?? [])];
    this.#sampler = new Sampler(this.#setup, run, this.#everyMs, sinks);
  }

  /** Takes the samples before `nowNs`; at the end of the run, also the rest. Returns the time of the next. */
  upTo(nowNs: number, isEnd = false): number {
    const nextNs = this.#sampler!.upTo(nowNs, isEnd);
    if (isEnd && this.#asked?.rest === true) this.#sampler!.takeRest(nowNs, this.#asked.sinks);
    return nextNs;
  }

  /** Outcomes of the rules, once the run is over. */
  outcomes(): readonly RuleOutcome[] | undefined {
    return this.#alerts?.outcomes();
  }
}
