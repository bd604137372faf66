import { TimeOverflow } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import type { Recording } from "@tokenyard/report";
import { Problems, targetsOf } from "@tokenyard/scenario";
import { createArrivingRequest } from "@tokenyard/serving";
import { Levels } from "./logs/levels.ts";
import type { Desk } from "./logs/observer.ts";
import { recordingOf } from "./logs/recording-of.ts";
import { RequestRows } from "./logs/request-rows.ts";
import { RequestTable } from "./logs/request-table.ts";
import { RoutingLog } from "./logs/routing-log.ts";
import { type Counted, ServedLog } from "./logs/served-log.ts";
import type { RunOptions } from "./run-options.ts";
import type { Setup } from "./setup/setup.ts";
import { Pool } from "./stages/pool.ts";
import { KvTransfers } from "./stages/transfers.ts";

/** How far a run has come. */
export interface Progress {
  readonly events: number;
  readonly nowNs: number;
  readonly finished: number;
  /** How many there will be; so far as is known. */
  readonly requests: number;
}

const LEVEL_BUCKETS = 128;

/** A run under way: requests arrive and go to a pool; from one that only prefills they move on to the one that decodes. */
export class Hall {
  readonly #setup: Setup;
  /** The first takes requests in, the last lets them out. */
  readonly #pools: readonly Pool[];
  readonly #transfers: KvTransfers | undefined;
  /** Of schedulers that serve requests as they come. */
  readonly #levels: Levels | undefined;
  readonly #routing: readonly [RoutingLog, RoutingLog];
  readonly #table: RequestTable | undefined;
  /** Of schedulers that serve requests as they come. */
  readonly #served: ServedLog | undefined;
  /** Where somebody wants to hear of each request. */
  readonly #rows: RequestRows | undefined;
  readonly #arriving = createArrivingRequest();
  /** Events so far. */
  #handled = 0;
  #finished = 0;
  #nowNs = 0;

  constructor(setup: Setup, options: RunOptions = {}) {
    const { slots, source } = setup;
    this.#setup = setup;
    const continuous = setup.scheduler.foreseen !== undefined;
    this.#table = !continuous || options.rows === true ? new RequestTable() : undefined;
    this.#served = continuous ? new ServedLog(slots, setup.classes, targetsOf(setup.scenario), countedOf(setup)) : undefined;
    const { onRequest } = options;
    this.#rows = onRequest === undefined ? undefined : new RequestRows(slots, setup.classes, countedOf(setup), onRequest);
    this.#routing = [routingLog(setup), routingLog(setup)];
    const [first, second] = setup.pools;
    const replicas = setup.pools.reduce((sum, { plan }) => sum + plan.replicas, 0);
    this.#levels = continuous ? new Levels(replicas, setup.scenario.measure?.levels ?? LEVEL_BUCKETS) : undefined;
    const house = { routing: this.#routing, levels: this.#levels, replicasBefore: 0 };
    if (second === undefined) {
      const nextArrivalNs = () => source.peekNs() ?? Number.POSITIVE_INFINITY;
      this.#pools = [new Pool(first!, this.#desk(), { ...house, nextArrivalNs }, options)];
    } else {
      this.#pools = [
        new Pool(first!, this.#prefillDesk(), house, options),
        new Pool(second, this.#desk(), { ...house, replicasBefore: first!.plan.replicas }, options),
      ];
      this.#transfers = new KvTransfers(first!, second);
    }
  }

  /**
   * Handles events until `maxEvents` more are done or nothing is left to happen; true when there is more to do.
   * Throws Problems when the run lasts longer than simulated time can be counted, TooManySpans when the window holds too many.
   */
  advance(maxEvents: number): boolean {
    try {
      return this.#advance(maxEvents);
    } catch (error) {
      throw error instanceof TimeOverflow ? tooLong() : error;
    }
  }

  #advance(maxEvents: number): boolean {
    const pools = this.#pools;
    const until = this.#handled + maxEvents;
    let nowNs = this.#nextNs();
    while (nowNs !== undefined && this.#handled < until) {
      this.#nowNs = nowNs;
      do for (let p = 0; p < pools.length; p++) this.#handled += pools[p]!.handle(nowNs);
      while (this.#takeTransfers(nowNs) || this.#takeArrivals(nowNs)); // runs that were cut short may end now
      for (let p = 0; p < pools.length; p++) pools[p]!.start(nowNs);
      nowNs = this.#nextNs();
    }
    return nowNs !== undefined;
  }

  progress(): Progress {
    const { source, slots } = this.#setup;
    const requests = source.total ?? this.#finished + slots.held;
    return { events: this.#handled, nowNs: this.#nowNs, finished: this.#finished, requests };
  }

  /** What has happened; to be asked for once, when nothing is left to do. */
  recording(): Recording {
    this.#rows?.close();
    for (const pool of this.#pools) pool.close(this.#nowNs);
    return recordingOf(this.#setup, {
      horizonNs: this.#nowNs,
      pools: this.#pools,
      transfers: this.#transfers?.columns(),
      table: this.#table,
      served: this.#served,
      levels: this.#levels,
      routing: this.#routing,
    });
  }

  /** Hears of requests that end where they are. */
  #desk(): Desk {
    const numberOf = (slot: number) => this.#setup.slots.number[slot]!;
    return {
      started: (slot, nowNs, spentNs, replica) => {
        this.#served?.started(slot, nowNs, spentNs);
        this.#rows?.started(slot, nowNs, replica);
      },
      firstToken: (slot, nowNs, spentNs, passNs, replica) => {
        this.#rows?.firstToken(slot, nowNs, passNs, replica);
        this.#table?.firstToken(numberOf(slot), nowNs, spentNs);
        this.#served?.firstToken(slot, nowNs, spentNs);
      },
      gaps: (lengthNs, count) => this.#served?.gaps(lengthNs, count),
      steps: (atNs, count, sequences) => this.#served?.steps(atNs, count, sequences),
      preempted: (slot, nowNs, spentNs) => {
        this.#served?.preempted(slot, nowNs, spentNs);
        this.#rows?.preempted(slot);
      },
      finished: (slot, nowNs, spentNs) => {
        this.#table?.finish(numberOf(slot), nowNs, spentNs);
        this.#served?.finish(slot, nowNs, spentNs);
        this.#rows?.leave(slot, nowNs, "finished");
        this.#leave(slot, nowNs);
      },
      rejected: (slot, nowNs) => {
        this.#table?.reject(numberOf(slot));
        this.#served?.reject(slot);
        this.#rows?.leave(slot, nowNs, "rejected");
        this.#leave(slot, nowNs);
      },
      reserved: (slot, nowNs) => this.#transfers!.start(slot, this.#setup.slots.promptTokens[slot]!, nowNs),
    };
  }

  /** Hears of requests that go on to another pool with their first token, unless it is their last. */
  #prefillDesk(): Desk {
    const desk = this.#desk();
    let passNs = 0;
    return {
      ...desk,
      firstToken: (slot, nowNs, spentNs, ofPassNs, replica) => {
        passNs = ofPassNs;
        desk.firstToken(slot, nowNs, spentNs, ofPassNs, replica);
      },
      finished: (slot, nowNs, spentNs) => {
        if (this.#setup.slots.outputTokens[slot] === 1) {
          this.#release(slot, nowNs);
          desk.finished(slot, nowNs, spentNs);
          return;
        }
        this.#served!.handedOver(slot, nowNs, spentNs);
        this.#transfers!.announce(slot, nowNs, passNs);
        this.#pools[1]!.receive(slot, nowNs);
      },
    };
  }

  #release(slot: number, nowNs: number): void {
    this.#pools[0]!.release(slot, nowNs);
  }

  #leave(slot: number, nowNs: number): void {
    const { source, slots } = this.#setup;
    this.#finished++;
    source.finished(slots.number[slot]!, nowNs);
    slots.leave(slot);
  }

  #nextNs(): number | undefined {
    const { source, slots } = this.#setup;
    let nextNs = source.peekNs() ?? Number.POSITIVE_INFINITY;
    if (nextNs === Number.POSITIVE_INFINITY && slots.held === 0) return undefined; // blocks may be on their way to one that does without
    for (let p = 0; p < this.#pools.length; p++) nextNs = earlier(nextNs, this.#pools[p]!.peekNs());
    if (this.#transfers !== undefined) nextNs = earlier(nextNs, this.#transfers.peekNs());
    return nextNs === Number.POSITIVE_INFINITY ? undefined : nextNs;
  }

  /** Lets caches that have moved begin to decode; true when a run was cut short for that. */
  #takeTransfers(nowNs: number): boolean {
    if (this.#transfers === undefined) return false;
    let cut = false;
    for (let ended = this.#transfers.next(nowNs); ended !== undefined; ended = this.#transfers.next(nowNs)) {
      this.#served!.moved(ended.slot, ended.ns);
      this.#release(ended.slot, nowNs);
      if (this.#pools[1]!.land(ended.slot, nowNs)) cut = true;
    }
    return cut;
  }

  /** Lets in who comes now; true when a run was cut short for that. */
  #takeArrivals(nowNs: number): boolean {
    const { source, slots } = this.#setup;
    const arriving = this.#arriving;
    const [first, second] = this.#pools;
    let cut = false;
    for (let nextNs = source.peekNs(); nextNs !== undefined && nextNs <= nowNs; nextNs = source.peekNs()) {
      source.take(arriving);
      const slot = slots.take(arriving);
      this.#table?.arrive(arriving.arrivedNs, arriving.promptTokens, arriving.outputTokens);
      this.#served?.arrive(slot);
      this.#rows?.arrive(slot);
      if (second !== undefined && arriving.outputTokens > 1 && !second.setup.scheduler.fits!(slot)) first!.rejected(slot, nowNs);
      else if (first!.arrive(slot, nowNs)) cut = true;
    }
    return cut;
  }
}

function earlier(ns: number, other: number | undefined): number {
  return other !== undefined && other < ns ? other : ns;
}

function tooLong(): Problems {
  const wanted = "a run that ends within 104 days, in which nanoseconds are whole numbers: fewer tokens, or faster machines and links";
  return new Problems([{ path: ["workload"], given: "more than 104 days of simulated time", wanted }]);
}

function routingLog({ scenario }: Setup): RoutingLog {
  const layers = layerKinds(scenario.model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
  return new RoutingLog(layers, scenario.model.experts?.count ?? 0);
}

/** Which requests count, where their number is known; else all. */
function countedOf({ scenario, source }: Setup): Counted {
  const { total } = source;
  const { warmUp = 0, coolDown = 0 } = scenario.measure ?? {};
  if (total === undefined) return { from: 0, to: Number.POSITIVE_INFINITY };
  return { from: Math.floor(total * warmUp), to: total - Math.floor(total * coolDown) };
}
