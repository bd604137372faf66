import type { Recovery, RequestSlots, Scheduler } from "@tokenyard/serving";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassObserver } from "../options/run-options.ts";

/** How a request ends. `rejected`: it can never be served, or there is no line for it; `failed`: a fault took it, or its client went away. */
export type LiveEnding = "finished" | "rejected" | "failed";

/** Hears of requests by their numbers. */
export interface LiveListener {
  /** Output tokens from number `first` on, the request's first being 0, `count` of them, are out at `atNs`. */
  tokens(request: number, first: number, count: number, atNs: number): void;
  /** Reports that `request` emits no more tokens. */
  ended(request: number, ending: LiveEnding, atNs: number): void;
}

/** Reports the tokens of each request at the end of the pass that they are out with, each once: what is computed again is not reported again. */
export class TokenFeed implements PassObserver {
  readonly #slots: RequestSlots;
  readonly #interval: number;
  readonly #listener: LiveListener;
  /** Slots of current requests by their numbers. */
  readonly #slotOf = new Map<number, number>();
  /** [slots] tokens that were reported. */
  readonly #reported: number[] = [];
  /** [slots] those that are served where it is, itself among them. */
  readonly #beside: (Set<number> | undefined)[] = [];
  /** [pools][replicas] slots that are served there. */
  readonly #served: Set<number>[][] = [];
  /** [pools] */
  readonly #recoveries: Recovery[] = [];

  /** `interval`: tokens after the first that are streamed together. */
  constructor(slots: RequestSlots, interval: number, listener: LiveListener) {
    this.#slots = slots;
    this.#interval = interval;
    this.#listener = listener;
  }

  /** Listener that pool number `pool` calls after each pass. */
  listenTo(pool: number, { recovery }: Scheduler) {
    const served: Set<number>[] = [];
    this.#served[pool] = served;
    this.#recoveries[pool] = recovery!;
    return {
      passed: (replica: number, nowNs: number) => {
        for (const slot of served[replica] ?? []) this.#stream(slot, recovery!.outputTokens(slot), nowNs);
      },
    };
  }

  /** Slot of request number `request`; undefined: it is not in. */
  slotOf(request: number): number | undefined {
    return this.#slotOf.get(request);
  }

  arrived(slot: number): void {
    this.#slotOf.set(this.#slots.number[slot]!, slot);
    this.#reported[slot] = 0;
  }

  started(slot: number, { replica }: MicroBatch): void {
    this.#leave(slot);
    const pool = this.#recoveries.findLastIndex((recovery) => recovery.replicaOf(slot) >= 0);
    const served = this.#served[pool]!;
    served[replica] ??= new Set();
    served[replica].add(slot);
    this.#beside[slot] = served[replica];
  }

  firstToken(slot: number, _: MicroBatch, nowNs: number): void {
    if (this.#reported[slot] === 0) this.#report(slot, 1, nowNs);
  }

  preempted(slot: number): void {
    this.#leave(slot);
  }

  startedOver(slot: number): void {
    this.#leave(slot);
  }

  handedOver(): void {}

  moved(): void {}

  finished(slot: number, _: MicroBatch, nowNs: number): void {
    this.#report(slot, this.#slots.outputTokens[slot]!, nowNs);
    this.#end(slot, "finished", nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#end(slot, "rejected", nowNs);
  }

  failed(slot: number, nowNs: number): void {
    this.#end(slot, "failed", nowNs);
  }

  /** Streams the tokens of `slot` that are not streamed yet, of `out` in all, once they fill an interval. */
  #stream(slot: number, out: number, nowNs: number): void {
    const reported = this.#reported[slot]!;
    if (reported > 0 && out - reported >= this.#interval) this.#report(slot, out, nowNs);
  }

  #report(slot: number, out: number, nowNs: number): void {
    const first = this.#reported[slot]!;
    if (out <= first) return;
    this.#reported[slot] = out;
    this.#listener.tokens(this.#slots.number[slot]!, first, out - first, nowNs);
  }

  #leave(slot: number): void {
    this.#beside[slot]?.delete(slot);
    this.#beside[slot] = undefined;
  }

  #end(slot: number, ending: LiveEnding, nowNs: number): void {
    this.#leave(slot);
    const number = this.#slots.number[slot]!;
    this.#slotOf.delete(number);
    this.#listener.ended(number, ending, nowNs);
  }
}
