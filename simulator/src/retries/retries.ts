import { nsFromSeconds } from "@tokenyard/engine";
import type { Stream } from "@tokenyard/random";
import type { RetryColumns } from "@tokenyard/report";
import { backoffNs } from "@tokenyard/resilience";
import type { BackoffSpec, RetriesSpec } from "@tokenyard/scenario";
import type { RequestSlots } from "@tokenyard/serving";
import type { Observers } from "../logs/requests/observers.ts";
import type { RequestRows } from "../logs/requests/request-rows.ts";
import type { Whereabouts } from "../pools/whereabouts.ts";
import type { FrontEnd } from "../timeline/front-end.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { type AttemptEvent, type Attempts, AttemptsBySlot } from "./attempts.ts";
import { Breakers } from "./breakers.ts";
import { type Ending, RetryLog } from "./retry-log.ts";

/** Entrance of attempts. */
interface Door {
  /** Front end that each attempt passes, if it takes time. */
  readonly frontEnd: FrontEnd | undefined;
  /** Hands the request in `slot` to the router now; true when a run was cut short for that. */
  enter(slot: number, nowNs: number): boolean;
}

/** View of the run that retries have. */
export interface RetryContext {
  readonly slots: RequestSlots;
  readonly where: Whereabouts;
  readonly entrance: Door;
  readonly timeline: Timeline<AttemptEvent>;
  readonly observer: Observers;
  readonly rows: RequestRows;
  /** The request leaves, and its observers know. */
  leaves(slot: number, nowNs: number): void;
}

/** Clients and a router that retry. A refused or lost attempt returns to the router, which tries another replica, and then to the client, which retries. A client cancels an attempt that takes too long, at the end of its current pass. Source: docs/requests.md#attempts. */
export class Retries {
  readonly #spec: RetriesSpec;
  readonly #context: RetryContext;
  readonly breakers: Breakers | undefined;
  readonly log: RetryLog;
  readonly #attempts = new AttemptsBySlot();
  readonly #chance: { readonly client: Stream; readonly router: Stream };
  /** Slots whose clients have given up, and those to be sent now. */
  readonly #late = new Set<number>();
  /** Late requests that wait for passes under way: asking again would start passes at the instant of some unrelated event. */
  readonly #awaited = new Set<number>();
  #due: number[] = [];

  constructor(spec: RetriesSpec, context: RetryContext, mostBuckets: number) {
    const { pools } = context.where;
    const { streams } = pools[0]!.setup;
    this.#spec = spec;
    this.#context = context;
    const replicas = pools.map(({ setup }) => ({ replicas: setup.plan.replicas, reachability: setup.scheduler.reachability! }));
    this.log = new RetryLog(mostBuckets);
    this.breakers = spec.breaker && new Breakers(spec.breaker, replicas);
    this.#chance = { client: streams.stream("retries/client"), router: streams.stream("retries/router") };
  }

  /** The request in `slot` has come; true when a run was cut short for that. */
  arrive(slot: number, nowNs: number): boolean {
    this.#attempts.begin(slot);
    return this.#send(slot, nowNs);
  }

  /** The try in `slot` reaches the router; returns true when a run was interrupted for it. */
  enter(slot: number, nowNs: number): boolean {
    this.breakers?.settle(nowNs);
    return this.#context.entrance.enter(slot, nowNs);
  }

  handle(event: AttemptEvent): void {
    const own = this.#attempts.of(event.slot);
    if (event.kind === "attempt-due") {
      own.due = undefined;
      this.#due.push(event.slot);
    } else {
      own.timeout = undefined;
      this.#late.add(event.slot);
      this.#awaited.delete(event.slot);
    }
  }

  /** Cancels late attempts and sends due ones, once the other events of the instant are known; returns true when that may have caused more events now. */
  settle(nowNs: number): boolean {
    const isQuiet = this.#late.size === 0 && this.#due.length === 0;
    if (isQuiet) return false;
    let any = false;
    for (const slot of this.#inOrder(this.#late)) if (this.#cancel(slot, nowNs)) any = true;
    const due = this.#inOrder(this.#due);
    this.#due = [];
    for (const slot of due) {
      this.#context.rows.sentAgain(slot);
      this.#send(slot, nowNs);
    }
    return any || due.length > 0;
  }

  /** The attempt in `slot` was refused by `replica`, or a fault took it there; −1: no replica would have it. True where it is tried again. */
  triesAgain(slot: number, ending: Ending, replica: number, nowNs: number): boolean {
    const own = this.#attempts.of(slot);
    this.log.ended(ending);
    this.breakers?.failed(replica, nowNs);
    const isLate = this.#late.delete(slot);
    const { router } = this.#spec;
    if (router === undefined || isLate || ending === "timedOut" || own.ofRouter === router.limit) return this.#returns(slot, own, nowNs);
    own.ofRouter++;
    own.avoided = replica;
    this.#wait(slot, own, router, own.ofRouter, "router", nowNs);
    return true;
  }

  /** Counts the tokens that a failed attempt had computed as wasted. */
  wastes(slot: number, cachedTokens: number, outputTokens: number, nowNs: number): void {
    this.log.waste(Math.min(cachedTokens, this.#context.slots.promptTokens[slot]!), outputTokens, nowNs);
  }

  answered(slot: number, replica: number, nowNs: number): void {
    const { promptTokens, outputTokens } = this.#context.slots;
    this.log.answered(promptTokens[slot]! + outputTokens[slot]!);
    this.breakers?.succeeded(replica, nowNs);
  }

  /** Whether breakers keep all replicas that could serve from it. */
  refuses(): boolean {
    if (this.breakers === undefined) return false;
    return this.#context.where.pools.some(
      ({ setup }) => setup.scheduler.reachability!.isAnyOpen() && !setup.scheduler.reachability!.isAnyReachable(),
    );
  }

  /** The replica of pool number `pool` that the attempt in `slot` avoids; undefined: none. */
  avoidedIn(pool: number, slot: number): number | undefined {
    const { pools } = this.#context.where;
    const replica = this.#attempts.of(slot).avoided - this.firstOf(pool);
    return replica >= 0 && replica < pools[pool]!.setup.plan.replicas ? replica : undefined;
  }

  /** The try in `slot` continues from the first of two pools. Returns the replica of the second that it avoids; undefined: none. */
  goesOn(slot: number, nowNs: number): number | undefined {
    this.breakers?.settle(nowNs);
    return this.avoidedIn(1, slot);
  }

  /** Number of the first replica of pool number `pool` among those of all pools. */
  firstOf(pool: number): number {
    return this.#context.where.pools.slice(0, pool).reduce((sum, { setup }) => sum + setup.plan.replicas, 0);
  }

  /** `replica` of the first of two pools has computed a prompt. */
  computed(replica: number, nowNs: number): void {
    this.breakers?.succeeded(replica, nowNs);
  }

  /** The client of the request in `slot` goes away at `atNs`, and does not try again. */
  giveUp(slot: number, atNs: number): void {
    const own = this.#attempts.of(slot);
    own.ofClient = this.#spec.client?.limit ?? 0;
    if (own.timeout !== undefined) this.#context.timeline.cancel(own.timeout);
    own.timeout = this.#context.timeline.schedule(atNs, { kind: "attempt-late", pool: 0, slot });
  }

  /** The request in `slot` leaves. */
  left(slot: number): void {
    const { timeline } = this.#context;
    const { timeout, due } = this.#attempts.of(slot);
    if (timeout !== undefined) timeline.cancel(timeout);
    if (due !== undefined) timeline.cancel(due);
    this.#late.delete(slot);
  }

  columns(horizonNs: number): RetryColumns {
    return this.log.columns(horizonNs, this.breakers?.columns(horizonNs));
  }

  #send(slot: number, nowNs: number): boolean {
    const { timeline, entrance } = this.#context;
    const { frontEnd } = entrance;
    const own = this.#attempts.of(slot);
    const isFromClient = own.begins;
    const timeout = this.#spec.client?.timeout;
    if (isFromClient && timeout !== undefined)
      own.timeout = timeline.schedule(nowNs + nsFromSeconds(timeout), { kind: "attempt-late", pool: 0, slot });
    own.begins = false;
    this.log.sent(nowNs);
    if (frontEnd === undefined) return this.enter(slot, nowNs);
    frontEnd.take(slot, nowNs, isFromClient);
    return false;
  }

  /** The client gives up: removes the attempt, unless its pass is under way. Returns true if anything changed. */
  #cancel(slot: number, nowNs: number): boolean {
    const { where, observer, leaves } = this.#context;
    const own = this.#attempts.of(slot);
    const pool = where.poolOf(slot);
    let replica = -1;
    if (pool !== undefined) {
      const recovery = pool.setup.scheduler.recovery!;
      replica = this.firstOf(pool.number) + recovery.replicaOf(slot);
      if (recovery.isUnderWay(slot)) {
        if (this.#awaited.has(slot)) return false;
        this.#awaited.add(slot);
        return pool.awaitEnds(recovery.replicaOf(slot), nowNs);
      }
      this.wastes(slot, where.cachedTokens(slot), recovery.outputTokens(slot), nowNs);
      where.takeOut(slot, nowNs, false);
    } else {
      this.#context.entrance.frontEnd?.drop(slot);
      if (own.due !== undefined) this.#context.timeline.cancel(own.due); // the router waited to try again
      own.due = undefined;
      this.#due = this.#due.filter((each) => each !== slot);
    }
    if (!this.triesAgain(slot, "timedOut", replica, nowNs)) {
      observer.failed(slot, nowNs, replica);
      leaves(slot, nowNs);
    }
    return true;
  }

  /** The attempt is over for its client. True where it tries again. */
  #returns(slot: number, own: Attempts, nowNs: number): boolean {
    if (own.timeout !== undefined) this.#context.timeline.cancel(own.timeout);
    own.timeout = undefined;
    const { client } = this.#spec;
    if (client === undefined || own.ofClient === client.limit) return false;
    own.ofClient++;
    own.ofRouter = 0;
    own.begins = true;
    own.avoided = -1;
    this.#wait(slot, own, client.backoff, own.ofClient, "client", nowNs);
    return true;
  }

  #wait(slot: number, own: Attempts, backoff: BackoffSpec, tries: number, who: "client" | "router", nowNs: number): void {
    this.log.again(who === "client" ? "byClient" : "byRouter");
    this.#context.observer.startedOver(slot, nowNs);
    const waitNs = backoffNs(backoff, tries, this.#chance[who].next());
    own.due = this.#context.timeline.schedule(nowNs + waitNs, { kind: "attempt-due", pool: 0, slot });
  }

  /** Slots in the order of their requests' numbers. */
  #inOrder(slots: Iterable<number>): number[] {
    const { number } = this.#context.slots;
    return [...slots].sort((a, b) => number[a]! - number[b]!);
  }
}
