import type { Setup } from "../inputs/setup.ts";
import type { Observers } from "../logs/requests/observers.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Moves } from "./moves.ts";
import type { Pool } from "./pool.ts";
import type { TransferEnded } from "./pool-event.ts";
import type { Transfers } from "./transfers.ts";

/** Callbacks of the way between the pools. */
interface Beyond {
  /** `replica` of a pool, which is stopped, has a cache to send or to receive. */
  stalled(pool: number, replica: number, nowNs: number): void;
  /** `replica` of the first pool has computed a prompt. */
  computed(replica: number, nowNs: number): void;
  /** The replica of the second that `slot` keeps away from, where there is one. */
  avoided(slot: number, nowNs: number): number | undefined;
}

/** The way of requests from the pool that prefills to the one that decodes. */
export class Passage {
  readonly transfers: Transfers;
  readonly #slots: Setup["slots"];
  readonly #observer: Observers;
  /** Both, which are there before anything happens. */
  readonly #pools: () => readonly Pool[];
  /** Moves that may end early, where faults or clients may take requests from the pools. */
  readonly moves: Moves | undefined;
  readonly #outside: Beyond;

  constructor({ slots, scenario }: Setup, transfers: Transfers, observer: Observers, pools: () => readonly Pool[], outside: Beyond) {
    this.transfers = transfers;
    this.#outside = outside;
    this.#slots = slots;
    this.#observer = observer;
    this.#pools = pools;
    const replicaOf = (pool: number, home: number) => Math.floor(home / pools()[pool]!.setup.plan.dataGroups);
    const mayEndEarly = (scenario.faults?.length ?? 0) > 0 || scenario.retries !== undefined;
    this.moves = !mayEndEarly
      ? undefined
      : transfers.mayBreak({
          isStopped: (pool, home) => pools()[pool]!.impairments.isStopped[replicaOf(pool, home)] === 1,
          stalled: (pool, home, nowNs) => outside.stalled(pool, replicaOf(pool, home), nowNs),
        });
  }

  /** A request has its token where only prompts are computed: returns true if it goes on to the other pool, as it has more to come. */
  handOver(slot: number, microBatch: MicroBatch, nowNs: number): boolean {
    const [first, second] = this.#pools();
    const out = this.#outOf(slot);
    const { handover, recovery } = first!.setup.scheduler;
    if (this.#slots.outputTokens[slot] === out) {
      first!.handover.release(slot, nowNs);
      return false;
    }
    this.#outside.computed(recovery!.replicaOf(slot), nowNs);
    this.#observer.handedOver(slot, microBatch, nowNs);
    this.transfers.announce(slot, nowNs, nowNs - microBatch.startedNs);
    second!.handover.receive(slot, nowNs, out === 1 ? undefined : handover!.progressOf(slot), this.#outside.avoided(slot, nowNs));
    return true;
  }

  /** Starts the transfer of a request's cache, of all but its last token, for which there is room now. */
  reserved(slot: number, nowNs: number): void {
    this.transfers.start(slot, this.#slots.promptTokens[slot]! + this.#outOf(slot) - 1, nowNs);
  }

  /** The cache of a request has moved. */
  end({ slot, ns }: TransferEnded, nowNs: number): void {
    const [first, second] = this.#pools();
    this.#observer.moved(slot, ns, nowNs);
    this.transfers.end(slot, nowNs);
    first!.handover.release(slot, nowNs);
    second!.handover.land(slot, nowNs);
  }

  /** Tokens that the first pool has out of `slot`, which it has finished: the first, unless a fault sent it there again. */
  #outOf(slot: number): number {
    return this.moves !== undefined ? this.#pools()[0]!.setup.scheduler.recovery!.outputTokens(slot) : 1;
  }
}
