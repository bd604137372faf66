import { AlertWatch, type RuleOutcome, watchOf } from "@tokenyard/metrics";
import type { Pool } from "../pools/pool.ts";
import type { RunOptions } from "../run-options.ts";
import type { Setup } from "../setup/setup.ts";
import { RequestCounts } from "./request-counts.ts";
import { Sampler } from "./sampler.ts";
import { type Wanted, wantedOf } from "./wanted.ts";

/** What is sampled of a run: for the rules of its scenario, and for others who asked. */
export class Samples {
  readonly wanted: Wanted;
  readonly #setup: Setup;
  readonly #asked: RunOptions["samples"];
  readonly #counts = new RequestCounts();
  /** Where the scenario has rules. */
  readonly #alerts: AlertWatch | undefined;
  readonly #everyMs: number;
  #sampler: Sampler | undefined;

  private constructor(setup: Setup, asked: RunOptions["samples"]) {
    const { alerts } = setup.scenario;
    const watch = alerts && watchOf(alerts);
    this.#setup = setup;
    this.#asked = asked;
    this.wanted = wantedOf(setup.scenario, asked !== undefined);
    this.#alerts = watch && new AlertWatch(watch);
    this.#everyMs = watch?.everyMs ?? asked!.everyMs;
  }

  /** Undefined where nobody asks. */
  static of(setup: Setup, asked: RunOptions["samples"]): Samples | undefined {
    return setup.scenario.alerts === undefined && asked === undefined ? undefined : new Samples(setup, asked);
  }

  /** To be told of requests; undefined where nobody asks for them. */
  get requestCounts(): RequestCounts | undefined {
    return this.wanted.requests ? this.#counts : undefined;
  }

  /** The run of `pools` begins. */
  begin(pools: readonly Pool[], faultsInForce: () => number): void {
    const { slots } = this.#setup;
    const run = { pools, counts: this.#counts, inFlight: () => slots.held, faultsInForce };
    const sinks = [...(this.#alerts === undefined ? [] : [this.#alerts]), ...(this.#asked?.sinks ?? [])];
    this.#sampler = new Sampler(this.#setup, run, this.#everyMs, sinks);
  }

  /** Samples that fall before `nowNs` are taken; at the end of the run, also what is left of it. */
  upTo(nowNs: number, isEnd = false): void {
    this.#sampler!.upTo(nowNs, isEnd);
  }

  /** Of the rules, once the run is over. */
  outcomes(): readonly RuleOutcome[] | undefined {
    return this.#alerts?.outcomes();
  }
}
