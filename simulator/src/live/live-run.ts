import type { Recording } from "@tokenyard/report";
import { isDealtOut, type Problem, Problems, type Scenario, scenarioFrom } from "@tokenyard/scenario";
import { type ArrivingRequest, type KeptListener, LiveSource } from "@tokenyard/serving";
import type { Policies, Setup } from "../inputs/setup.ts";
import type { RunOptions } from "../options/run-options.ts";
import { prepare } from "../setup/prepare.ts";
import { statesRuleOf } from "../setup/states-rule.ts";
import { start } from "../simulate.ts";
import type { Simulation } from "../simulation.ts";
import { type LiveListener, TokenFeed } from "./token-feed.ts";

export type { KeptListener };

/** A request that comes from outside; what else a source may know of it may be given too. */
export type LiveRequest = Pick<ArrivingRequest, "arrivedNs" | "promptTokens" | "outputTokens"> & Partial<ArrivingRequest>;

/** Options of a live run: outputs beside its tokens. */
export interface LiveOptions extends Pick<RunOptions, "onRequest" | "samples"> {
  /** Listener for blocks that data group `group` of `replica` keeps for other requests, each by the key of its tokens and all before them. */
  readonly keptListener?: Policies["keptListener"];
  readonly policies?: Omit<Policies, "source" | "onlyReplica" | "keptListener">;
  /** The replica that all requests go to; the others are idle. Undefined: the scenario's balancer chooses. */
  readonly replica?: number | undefined;
}

/**
 * A run whose requests come from outside while it is under way, in place of the scenario's workload. The caller advances it to an instant; what happens up
 * to then does not depend on the instants before. It has no end of its own, and no limit of work.
 */
export class LiveRun {
  readonly setup: Setup;
  /** Tokens that a request may have, its prompt and all but its last output token: as many as a data group caches. */
  readonly mostTokens: number;
  readonly #source = new LiveSource();
  readonly #feed: TokenFeed;
  readonly #simulation: Simulation;
  readonly #replica: number | undefined;
  #nowNs = -1;

  /** Throws Problems for a scenario that cannot be, or whose scheduler or workload is known before it runs. */
  constructor(given: Scenario, listener: LiveListener, { policies, replica, keptListener, ...options }: LiveOptions = {}) {
    const scenario = withClients(scenarioFrom(given));
    throwIfAny(liveProblems(scenario));
    this.setup = prepare(scenario, { ...policies, source: this.#source, onlyReplica: replica, keptListener });
    if (keptListener !== undefined) throwIfAny(keptProblems(this.setup));
    if (replica !== undefined) throwIfAny(replicaProblems(replica, this.setup));
    const caches = this.setup.pools.map(({ scheduler }) => scheduler.cache!.use());
    this.mostTokens = Math.min(...caches.map(({ blocks, blockTokens }) => blocks * blockTokens));
    this.#replica = replica;
    this.#feed = new TokenFeed(this.setup.slots, scenario.serving.streamInterval ?? 1, listener);
    this.#simulation = start(this.setup, { ...options, executor: "loop", tokens: this.#feed });
  }

  /** All up to this instant has happened; −1 before anything has. */
  get nowNs(): number {
    return this.#nowNs;
  }

  /** Whether requests are let in anywhere: not while all replicas that may serve them, in one of the pools, are known to be down. */
  get isServing(): boolean {
    if (this.#replica !== undefined) return this.setup.scheduler.reachability!.isReachable(this.#replica);
    return this.setup.pools.every(({ scheduler }) => scheduler.reachability!.isAnyOpen());
  }

  /** When something happens next, as far as is known now; infinite: never, unless a request arrives. */
  get nextNs(): number {
    return this.#simulation.nextNs();
  }

  /** A request arrives, later than `nowNs` and not before any other. Returns its number: how many came before it. */
  arrive(request: LiveRequest): number {
    this.#expectToCome(request.arrivedNs);
    return this.#source.add(request);
  }

  /** The client of request number `request` goes away at `atNs`, later than `nowNs`. False: it is not in. */
  leave(request: number, atNs: number): boolean {
    this.#expectToCome(atNs);
    const slot = this.#feed.slotOf(request);
    return slot !== undefined && this.#simulation.giveUp(slot, atNs);
  }

  /** All up to `untilNs`, that instant included, happens, in `maxEvents` events at most; true when all has. */
  advanceTo(untilNs: number, maxEvents = Number.MAX_SAFE_INTEGER): boolean {
    this.#simulation.advance(maxEvents, untilNs);
    if (this.#simulation.nextNs() <= untilNs) return false;
    this.#nowNs = Math.max(this.#nowNs, untilNs);
    return true;
  }

  /** Accepts no more requests, serves the current ones to their ends, and returns the recording. */
  finish(): Recording {
    this.#source.close();
    this.#simulation.advance(Number.MAX_SAFE_INTEGER);
    return this.#simulation.recording();
  }

  #expectToCome(atNs: number): void {
    if (atNs <= this.#nowNs) throw new Error(`${atNs} ns is not later than ${this.#nowNs} ns, up to which all has happened`);
  }
}

/** `scenario` with clients that may cancel requests. */
function withClients(scenario: Scenario): Scenario {
  return { ...scenario, retries: scenario.retries ?? {} };
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Problems(problems);
}

function replicaProblems(replica: number, { pools, plan: { replicas } }: Setup): Problem[] {
  const path = ["replica"];
  if (pools.length > 1) return [{ path, given: `${replica} of a plan with pools`, wanted: "no replica: a request needs one of each pool" }];
  return replica < replicas ? [] : [{ path, given: String(replica), wanted: `one of the plan's replicas, 0 to ${replicas - 1}` }];
}

/** Why blocks that are kept cannot be listened to. */
function keptProblems({ pools, scenario, plan }: Setup): Problem[] {
  const given = "a listener to the blocks of prefix caches";
  const { kv } = scenario.serving;
  if (kv?.prefixCache !== true)
    return [{ path: ["serving", "kv", "prefixCache"], given: String(kv?.prefixCache ?? "nothing"), wanted: `true, for ${given}` }];
  if (pools.length > 1) return [{ path: ["pools"], given: `${given} of several pools`, wanted: "a plan without pools" }];
  if (statesRuleOf(scenario, plan)?.kept === undefined) return [];
  return [
    { path: ["model"], given: `${given} of a model whose prefixes resume from states`, wanted: "a model whose blocks alone are its cache" },
  ];
}

function liveProblems({ serving, workload }: Scenario): Problem[] {
  const problems: Problem[] = [];
  if (isDealtOut(serving.scheduler))
    problems.push({
      path: ["serving", "scheduler", "kind"],
      given: "static, which deals a batch out before it runs",
      wanted: "continuous, prefill-first or cadence, where requests come while it runs",
    });
  if (workload.kind === "steady-decode")
    problems.push({
      path: ["workload", "kind"],
      given: "steady-decode, whose sequences decode from the start",
      wanted: "a kind whose requests arrive: open, closed, sessions or trace",
    });
  return problems;
}
