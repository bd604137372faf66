import type { RequestObserver } from "@tokenyard/serving";
import type { MicroBatch } from "../stages/micro-batch.ts";

/** Hears of the time between tokens, which most need not. */
type GapObserver = Pick<RequestObserver<MicroBatch>, "gaps" | "steps">;

/** Hears what becomes of requests: what their scheduler tells, with the micro-batch itself, and what happens to them outside of it. */
export interface Observer extends Omit<RequestObserver<MicroBatch>, "gaps" | "steps">, Partial<GapObserver> {
  arrived(slot: number): void;
  /** Its first token is out, and it leaves the pool that computed its prompt. */
  handedOver(slot: number, microBatch: MicroBatch, nowNs: number): void;
  /** Its cache has moved to another pool by now; of its wait since it was handed over, the move took the last `ns`. */
  moved(slot: number, ns: number, nowNs: number): void;
}

/** Tells several observers, one after the other. */
export class Observers implements Observer, GapObserver {
  readonly #all: readonly Observer[];
  readonly #ofGaps: readonly GapObserver[];

  constructor(all: readonly Observer[]) {
    this.#all = all;
    this.#ofGaps = all.filter((each): each is Observer & GapObserver => each.gaps !== undefined && each.steps !== undefined);
  }

  arrived(slot: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.arrived(slot);
  }

  started(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.started(slot, microBatch, nowNs);
  }

  firstToken(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.firstToken(slot, microBatch, nowNs);
  }

  gaps(lengthNs: number, count: number): void {
    for (let i = 0; i < this.#ofGaps.length; i++) this.#ofGaps[i]!.gaps(lengthNs, count);
  }

  steps(atNs: Float64Array, count: number, sequences: number): void {
    for (let i = 0; i < this.#ofGaps.length; i++) this.#ofGaps[i]!.steps(atNs, count, sequences);
  }

  preempted(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.preempted(slot, microBatch, nowNs);
  }

  startedOver(slot: number, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.startedOver(slot, nowNs);
  }

  handedOver(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.handedOver(slot, microBatch, nowNs);
  }

  moved(slot: number, ns: number, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.moved(slot, ns, nowNs);
  }

  finished(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.finished(slot, microBatch, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.rejected(slot, nowNs);
  }

  failed(slot: number, nowNs: number, replica: number): void {
    for (let i = 0; i < this.#all.length; i++) this.#all[i]!.failed(slot, nowNs, replica);
  }
}
