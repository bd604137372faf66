import type { Pass } from "@tokenyard/model";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { Foresight } from "../scheduler.ts";
import type { JointBatch } from "./joint-batch.ts";

/** Predicts decode-only passes of a continuous scheduler before they are formed. */
export class ContinuousForesight implements Foresight {
  readonly composed: number;
  /** [replicas][micro-batches] */
  readonly #batches: readonly (readonly JointBatch[])[];
  /** [replicas] the micro-batch to check first for the next pass */
  readonly #turn: Int32Array;
  readonly #own: (pass: Pass) => JointBatch;

  /** `own` finds the micro-batch of a pass. */
  constructor(batches: readonly (readonly JointBatch[])[], turn: Int32Array, composed: number, own: (pass: Pass) => JointBatch) {
    this.#batches = batches;
    this.#turn = turn;
    this.composed = composed;
    this.#own = own;
  }

  foreseen(pass: Pass): number {
    const batches = this.#batches[pass.replica]!;
    return batches.length > 1 && batches.some(({ isHeld }) => isHeld) ? 1 : this.#own(pass).foreseen(batches.length);
  }

  advance(pass: Pass, endsNs: Float64Array, count: number, observer: SchedulerObserver): Float64Array {
    const own = this.#own(pass);
    const batches = this.#batches[pass.replica]!.length;
    const openedBy = own.advance(endsNs, count, observer);
    if (batches > 1) {
      own.renew();
      this.#turn[pass.replica] = (pass.microBatch + 1) % batches;
    }
    return openedBy;
  }
}
