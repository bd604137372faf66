import type { EventOf } from "../event.ts";
import type { Observers } from "../logs/requests/observers.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Setup } from "../setup/setup.ts";
import type { Pool } from "./pool.ts";
import type { Transfers } from "./transfers.ts";

/** The way of requests from the pool that prefills to the one that decodes. */
export class Passage {
  readonly transfers: Transfers;
  readonly #slots: Setup["slots"];
  readonly #observer: Observers;
  /** Both, which are there before anything happens. */
  readonly #pools: () => readonly Pool[];
  /** Whether faults may send a request back to the first. */
  readonly #mayReturn: boolean;

  constructor({ slots, scenario }: Setup, transfers: Transfers, observer: Observers, pools: () => readonly Pool[]) {
    this.transfers = transfers;
    this.#slots = slots;
    this.#observer = observer;
    this.#pools = pools;
    this.#mayReturn = (scenario.faults?.length ?? 0) > 0 || scenario.retries !== undefined;
  }

  /** A request has its token where only prompts are computed: true where it goes on to the other pool, as it has more to come. */
  handOver(slot: number, microBatch: MicroBatch, nowNs: number): boolean {
    const [first, second] = this.#pools();
    const out = this.#outOf(slot);
    if (this.#slots.outputTokens[slot] === out) {
      first!.handover.release(slot, nowNs);
      return false;
    }
    this.#observer.handedOver(slot, microBatch, nowNs);
    this.transfers.announce(slot, nowNs, nowNs - microBatch.startedNs);
    second!.handover.receive(slot, nowNs, out === 1 ? undefined : first!.setup.scheduler.handover!.progressOf(slot));
    return true;
  }

  /** There is room for a request's cache: of all but its last token. */
  reserved(slot: number, nowNs: number): void {
    this.transfers.start(slot, this.#slots.promptTokens[slot]! + this.#outOf(slot) - 1, nowNs);
  }

  /** The cache of a request has moved. */
  end({ slot, ns }: EventOf<"transfer-ended">, nowNs: number): void {
    const [first, second] = this.#pools();
    this.#observer.moved(slot, ns, nowNs);
    this.transfers.end(slot, nowNs);
    first!.handover.release(slot, nowNs);
    second!.handover.land(slot, nowNs);
  }

  /** Tokens that the first pool has out of `slot`, which it has finished: the first, unless a fault sent it there again. */
  #outOf(slot: number): number {
    return this.#mayReturn ? this.#pools()[0]!.setup.scheduler.recovery!.outputTokens(slot) : 1;
  }
}
