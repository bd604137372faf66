import { Histogram, type Served, Tally } from "@tokenyard/report";
import type { Target } from "@tokenyard/scenario";
import type { RequestClass, RequestSlots } from "@tokenyard/serving";
import { latencyLimits } from "../../inputs/latency-limits.ts";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { Attainment } from "./attainment.ts";
import { ClassLog } from "./class-log.ts";
import type { CountedRequests } from "./counted-requests.ts";
import type { Observer } from "./observers.ts";
import type { RequestRows } from "./request-rows.ts";

/** Sums over requests that come and go: its memory does not grow with them. */
export class ServedLog implements Observer {
  readonly #slots: RequestSlots;
  readonly #rows: RequestRows;
  readonly #ttftNs: Tally;
  readonly #tpotNs: Tally;
  readonly #e2eNs: Tally;
  readonly #queueNs: Tally;
  readonly #prefillNs: Tally;
  /** Time between tokens of all requests together. */
  readonly itlNs: Histogram;
  #arrived = 0;
  #finished = 0;
  #rejected = 0;
  #failed = 0;
  #firstTokens = 0;
  #earliestFirstNs = Number.POSITIVE_INFINITY;
  #latestFirstNs = 0;
  #promptTokens = 0;
  #outputTokens = 0;
  #preempted = 0;
  lastArrivalNs = 0;
  readonly #from: number;
  readonly #to: number;
  readonly #attainment: Attainment;
  /** [classes], where there are several */
  readonly #classes: readonly ClassLog[] | undefined;

  /** Whether a first token may be thrown away: it is counted when its request leaves. */
  readonly #mayStartOver: boolean;

  /** `rows` hear of everything after this. */
  constructor(
    slots: RequestSlots,
    rows: RequestRows,
    classes: readonly RequestClass[],
    targets: readonly Target[],
    counted: CountedRequests,
    mayStartOver = false,
    itlNs = new Histogram(),
  ) {
    this.#slots = slots;
    this.#rows = rows;
    this.#from = counted.from;
    this.#to = counted.to;
    this.#mayStartOver = mayStartOver;
    this.itlNs = itlNs;
    const places = Number.isFinite(counted.to) ? counted.to : undefined;
    this.#ttftNs = new Tally(places);
    this.#tpotNs = new Tally(places);
    this.#e2eNs = new Tally(places);
    this.#queueNs = new Tally(places);
    this.#prefillNs = new Tally(places);
    this.#attainment = new Attainment(latencyLimits(targets));
    this.#classes =
      classes.length < 2 ? undefined : classes.map((each) => new ClassLog(each.name, latencyLimits([...targets, ...each.targets])));
  }

  arrived(slot: number): void {
    this.#arrived++;
    this.lastArrivalNs = this.#slots.arrivedNs[slot]!;
    const ofClass = this.#classOf(slot);
    if (ofClass !== undefined) ofClass.arrived++;
  }

  started(): void {}

  preempted(): void {
    this.#preempted++;
  }

  /** Tokens that are thrown away were never counted. */
  startedOver(): void {}

  firstToken(slot: number, _: MicroBatch, nowNs: number): void {
    if (!this.#mayStartOver) this.#hasFirst(slot, nowNs);
  }

  /** `slot` leaves, or nothing more happens: the first token that it has now is the one that stays. */
  #leave(slot: number): void {
    if (this.#mayStartOver && this.#rows.hasToken(slot)) this.#hasFirst(slot, this.#rows.firstTokenNs[slot]!);
  }

  #hasFirst(slot: number, nowNs: number): void {
    this.#firstTokens++;
    this.#promptTokens += this.#slots.promptTokens[slot]!;
    this.#outputTokens++;
    if (nowNs < this.#earliestFirstNs) this.#earliestFirstNs = nowNs;
    if (nowNs > this.#latestFirstNs) this.#latestFirstNs = nowNs;
  }

  handedOver(): void {}

  moved(): void {}

  finished(slot: number, _: MicroBatch, nowNs: number): void {
    this.#leave(slot);
    const slots = this.#slots;
    const gaps = slots.outputTokens[slot]! - 1;
    const arrivedNs = slots.arrivedNs[slot]!;
    const firstNs = this.#rows.firstTokenNs[slot]!;
    const ttftNs = firstNs - arrivedNs;
    const tpotNs = gaps > 0 ? (nowNs - firstNs) / gaps : 0;
    const e2eNs = nowNs - arrivedNs;
    const queueNs = this.#rows.startedNs[slot]! - arrivedNs;
    const counts = this.#counts(slot);
    this.#finished++;
    this.#outputTokens += gaps;
    this.#classOf(slot)?.finish({ ttftNs, tpotNs, e2eNs, queueNs, outputTokens: gaps + 1 }, counts);
    if (!counts) return;
    const number = slots.number[slot]!;
    this.#queueNs.put(number, queueNs);
    this.#ttftNs.put(number, ttftNs);
    this.#prefillNs.put(number, ttftNs - queueNs);
    if (gaps > 0) this.#tpotNs.put(number, tpotNs);
    this.#e2eNs.put(number, e2eNs);
    this.#attainment.finish(ttftNs, tpotNs, e2eNs, gaps + 1);
  }

  rejected(slot: number): void {
    this.#leave(slot);
    this.#rejected++;
    this.#classOf(slot)?.reject();
    this.#unanswered(slot);
  }

  failed(slot: number): void {
    this.#leave(slot);
    this.#failed++;
    this.#classOf(slot)?.fail();
    this.#unanswered(slot);
  }

  /** Counts the requests that are in flight at the end of the run as unanswered. */
  close(): void {
    for (const slot of this.#rows.slotsIn()) {
      this.#leave(slot);
      this.#unanswered(slot);
    }
  }

  #unanswered(slot: number): void {
    if (!this.#counts(slot)) return;
    const hasGaps = this.#slots.outputTokens[slot]! > 1;
    this.#attainment.miss(hasGaps);
    this.#classOf(slot)?.miss(hasGaps);
  }

  served(): Served {
    return {
      arrived: this.#arrived,
      finished: this.#finished,
      rejected: this.#rejected,
      failed: this.#failed,
      firstTokens: this.#firstTokens,
      earliestFirstNs: this.#earliestFirstNs,
      latestFirstNs: this.#latestFirstNs,
      promptTokens: this.#promptTokens,
      outputTokens: this.#outputTokens,
      ttftNs: this.#ttftNs.columns(),
      tpotNs: this.#tpotNs.columns(),
      e2eNs: this.#e2eNs.columns(),
      queueNs: this.#queueNs.columns(),
      prefillNs: this.#prefillNs.columns(),
      itlNs: this.itlNs.columns(),
      unanswered: this.#attainment.unanswered,
      preempted: this.#preempted,
      attained: this.#attainment.attained(),
      ...(this.#classes === undefined ? {} : { classes: this.#classes.map((each) => each.served()) }),
    };
  }

  #counts(slot: number): boolean {
    const number = this.#slots.number[slot]!;
    return number >= this.#from && number < this.#to;
  }

  #classOf(slot: number): ClassLog | undefined {
    return this.#classes?.[this.#slots.classIndex[slot]!];
  }
}
