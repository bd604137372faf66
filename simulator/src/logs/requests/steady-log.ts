import { type Histogram, type Served, Tally } from "@tokenyard/report";
import type { Target } from "@tokenyard/scenario";
import type { Recovery, RequestSlots } from "@tokenyard/serving";
import { latencyLimits } from "../../inputs/latency-limits.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { Attainment } from "./attainment.ts";
import type { Observer } from "./observers.ts";
import type { RequestRows } from "./request-rows.ts";

/** Times of sequences that decode in a steady state. Each counts from its first step here to its last, or to the last measured one. */
export class SteadyLog implements Observer {
  readonly itlNs: Histogram;
  /** Requests replace others, so that no load begins or ends. */
  readonly lastArrivalNs = 0;
  readonly #slots: RequestSlots;
  readonly #rows: RequestRows;
  readonly #scheduled: Pick<Recovery, "outputTokens">;
  readonly #tpotNs = new Tally();
  readonly #attainment: Attainment;
  /** Micro-batch of each slot. */
  readonly #batches: (MicroBatch | undefined)[] = [];
  /** By place: the micro-batch that computed a sequence of it last. */
  readonly #lastBatches: MicroBatch[] = [];
  #arrived = 0;
  #finished = 0;
  #decoding = 0;
  #unanswered = 0;
  #outputTokens = 0;
  #preempted = 0;

  /** `rows` receive every event after this; `scheduled` has the progress of each. */
  constructor(
    slots: RequestSlots,
    rows: RequestRows,
    scheduled: Pick<Recovery, "outputTokens">,
    targets: readonly Target[],
    itlNs: Histogram,
  ) {
    this.#slots = slots;
    this.#rows = rows;
    this.#scheduled = scheduled;
    this.#attainment = new Attainment(latencyLimits(targets));
    this.itlNs = itlNs;
  }

  arrived(): void {
    this.#arrived++;
  }

  started(slot: number, microBatch: MicroBatch): void {
    this.#batches[slot] = microBatch;
    this.#lastBatches[this.#slots.place[slot]!] = microBatch;
  }

  firstToken(): void {}

  preempted(slot: number): void {
    this.#preempted++;
    this.#batches[slot] = undefined;
  }

  startedOver(): void {}

  handedOver(): void {}

  moved(): void {}

  finished(slot: number, _: MicroBatch, nowNs: number): void {
    this.#finished++;
    this.#batches[slot] = undefined;
    this.#count(slot, this.#slots.outputTokens[slot]!, nowNs);
  }

  rejected(): void {}

  failed(): void {}

  /** Records the progress of requests that are in flight at `nowNs`, the end of the run. */
  close(nowNs: number): void {
    for (const slot of this.#rows.slotsIn()) {
      this.#decoding++;
      const outputs = this.#scheduled.outputTokens(slot);
      if (outputs > this.#slots.outBefore[slot]!) this.#count(slot, outputs, this.#batches[slot]?.reportedNs ?? nowNs);
      else if (this.#slots.arrivedNs[slot]! <= this.#lastStepNs(slot, nowNs)) this.#unanswered++; // a step began for which the request had no room
    }
  }

  /** When the last step began that `slot` might have joined: other replicas may run on after that. */
  #lastStepNs(slot: number, nowNs: number): number {
    return this.#lastBatches[this.#slots.place[slot]!]?.startedNs ?? nowNs;
  }

  served(): Served {
    const none = new Tally().columns();
    return {
      arrived: this.#arrived,
      finished: this.#finished,
      rejected: 0,
      failed: 0,
      decoding: this.#decoding,
      firstTokens: 0,
      earliestFirstNs: 0,
      latestFirstNs: 0,
      promptTokens: 0,
      outputTokens: this.#outputTokens,
      ttftNs: none,
      tpotNs: this.#tpotNs.columns(),
      e2eNs: none,
      itlNs: this.itlNs.columns(),
      unanswered: { requests: 0, withGaps: this.#unanswered },
      preempted: this.#preempted,
      attained: this.#attainment.attained(),
    };
  }

  /** `slot` has `outputs` tokens out, the last at `endNs`. */
  #count(slot: number, outputs: number, endNs: number): void {
    const tokens = outputs - this.#slots.outBefore[slot]!;
    const tpotNs = (endNs - this.#rows.firstTokenNs[slot]!) / tokens;
    this.#outputTokens += tokens;
    this.#tpotNs.put(this.#slots.number[slot]!, tpotNs);
    this.#attainment.finish(0, tpotNs, 0, tokens);
  }
}
