import type { BreakdownColumns } from "@tokenyard/report";
import type { Recovery, RequestSlots } from "@tokenyard/serving";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { QUEUE, SPENT_KEYS } from "../../programs/critical-path.ts";
import type { Observer } from "./observers.ts";
import type { RequestRows } from "./request-rows.ts";
import { addShares, createShareSums, sharesOf } from "./share-sums.ts";

/** Time of sequences that decode in a steady state, by cause, for each token that each had here. */
export class SteadySpentLog implements Observer {
  readonly #slots: RequestSlots;
  readonly #rows: RequestRows;
  readonly #scheduled: Pick<Recovery, "outputTokens">;
  /** [SPENT_KEYS] per token, summed over sequences */
  readonly #tpotNs = createShareSums(SPENT_KEYS.length);
  /** By slot: [SPENT_KEYS] its time by cause, less that of its micro-batch when it joined. */
  readonly #spentNs: Float64Array[] = [];
  readonly #batches: (MicroBatch | undefined)[] = [];

  /** `rows` receive every event after this; `scheduled` has the progress of each. */
  constructor(slots: RequestSlots, rows: RequestRows, scheduled: Pick<Recovery, "outputTokens">) {
    this.#slots = slots;
    this.#rows = rows;
    this.#scheduled = scheduled;
  }

  arrived(slot: number): void {
    this.#spentNs[slot] ??= new Float64Array(SPENT_KEYS.length);
    this.#spentNs[slot].fill(0);
  }

  started(slot: number, microBatch: MicroBatch, nowNs: number): void {
    this.#batches[slot] = microBatch;
    this.#spend(slot, microBatch, -1);
    if (this.#rows.hasToken(slot)) this.#spentNs[slot]![QUEUE]! += nowNs - this.#rows.waitsSinceNs[slot]!;
  }

  firstToken(): void {}

  preempted(slot: number, microBatch: MicroBatch): void {
    this.#batches[slot] = undefined;
    this.#spend(slot, microBatch, 1);
  }

  startedOver(): void {}

  handedOver(): void {}

  moved(): void {}

  finished(slot: number, microBatch: MicroBatch): void {
    this.#batches[slot] = undefined;
    this.#spend(slot, microBatch, 1);
    this.#count(slot, this.#slots.outputTokens[slot]!);
  }

  rejected(): void {}

  failed(): void {}

  /** Records the time spent by requests that are in flight at `nowNs`, the end of the run. */
  close(nowNs: number): void {
    for (const slot of this.#rows.slotsIn()) {
      const outputs = this.#scheduled.outputTokens(slot);
      if (outputs === this.#slots.outBefore[slot]!) continue;
      const microBatch = this.#batches[slot];
      if (microBatch === undefined) this.#spentNs[slot]![QUEUE]! += nowNs - this.#rows.waitsSinceNs[slot]!;
      else this.#spend(slot, microBatch, 1);
      this.#count(slot, outputs);
    }
  }

  breakdown(): BreakdownColumns {
    return { keys: SPENT_KEYS, ttftNs: new Float64Array(SPENT_KEYS.length), tpotNs: sharesOf(this.#tpotNs, SPENT_KEYS.length) };
  }

  #spend(slot: number, { spentNs }: MicroBatch, sign: number): void {
    const own = this.#spentNs[slot]!;
    for (let key = 0; key < own.length; key++) own[key]! += sign * spentNs[key]!;
  }

  #count(slot: number, outputs: number): void {
    addShares(this.#tpotNs, this.#spentNs[slot]!, 1 / (outputs - this.#slots.outBefore[slot]!));
  }
}
