import { type BreakdownColumns, Histogram, type Served, Tally } from "@tokenyard/report";
import type { Target } from "@tokenyard/scenario";
import type { RequestClass, RequestSlots } from "@tokenyard/serving";
import { latencyLimits } from "../setup/latency-limits.ts";
import { QUEUE, SPENT_KEYS, TRANSFER } from "../stages/critical-path.ts";
import { Attainment } from "./attainment.ts";
import { ClassLog } from "./class-log.ts";

/** Which requests' latencies count: those with numbers from `from` up to, and without, `to`. */
export interface Counted {
  readonly from: number;
  readonly to: number;
}

/** What became of requests that come and go, added up: memory holds those that are in the house, and tallies. */
export class ServedLog {
  readonly #slots: RequestSlots;
  /** NaN before it was. */
  #startedNs = new Float64Array(64);
  /** NaN before it was out. */
  #firstNs = new Float64Array(64);
  /** When it was preempted; NaN while it is served. */
  #waitsSinceNs = new Float64Array(64);
  /** [SPENT_KEYS, transfer] summed over requests with a first token */
  readonly #ttftSpentNs = new Float64Array(SPENT_KEYS.length + 1);
  /** [SPENT_KEYS, transfer] per output token after the first, summed over finished requests */
  readonly #tpotSpentNs = new Float64Array(SPENT_KEYS.length + 1);
  readonly #ttftNs: Tally;
  readonly #tpotNs: Tally;
  readonly #e2eNs: Tally;
  readonly #queueNs: Tally;
  readonly #prefillNs: Tally;
  readonly #itlNs = new Histogram();
  #arrived = 0;
  finished = 0;
  #rejected = 0;
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

  constructor(slots: RequestSlots, classes: readonly RequestClass[], targets: readonly Target[], counted: Counted) {
    this.#slots = slots;
    this.#from = counted.from;
    this.#to = counted.to;
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

  arrive(slot: number): void {
    while (slot >= this.#firstNs.length) this.#grow();
    this.#arrived++;
    this.lastArrivalNs = this.#slots.arrivedNs[slot]!;
    const ofClass = this.#classOf(slot);
    if (ofClass !== undefined) ofClass.arrived++;
    this.#startedNs[slot] = Number.NaN;
    this.#firstNs[slot] = Number.NaN;
    this.#waitsSinceNs[slot] = this.#slots.arrivedNs[slot]!;
  }

  /** It is served from now on, or again. `spentNs` [SPENT_KEYS]: where the time of its micro-batch has gone up to now. */
  started(slot: number, nowNs: number, spentNs: Float64Array): void {
    const waitedNs = nowNs - this.#waitsSinceNs[slot]!;
    const again = this.#startedNs[slot]! >= 0;
    if (!again) this.#startedNs[slot] = nowNs;
    if (!this.#counts(slot)) return;
    this.#spend(slot, spentNs, -1);
    this.#queued(slot, waitedNs);
    if (again) return;
    this.#queueNs.put(this.#slots.number[slot]!, waitedNs);
    this.#classOf(slot)?.queued(waitedNs);
  }

  preempted(slot: number, nowNs: number, spentNs: Float64Array): void {
    this.#preempted++;
    this.#waitsSinceNs[slot] = nowNs;
    if (this.#counts(slot)) this.#spend(slot, spentNs, 1);
  }

  firstToken(slot: number, nowNs: number, spentNs: Float64Array): void {
    const slots = this.#slots;
    this.#firstNs[slot] = nowNs;
    if (this.#counts(slot)) {
      const number = slots.number[slot]!;
      this.#ttftNs.put(number, nowNs - slots.arrivedNs[slot]!);
      this.#prefillNs.put(number, nowNs - this.#startedNs[slot]!);
      addTimes(this.#ttftSpentNs, spentNs, 1);
      this.#spendLater(slot, spentNs, -1);
    }
    this.#firstTokens++;
    this.#promptTokens += slots.promptTokens[slot]!;
    this.#outputTokens++;
    if (nowNs < this.#earliestFirstNs) this.#earliestFirstNs = nowNs;
    if (nowNs > this.#latestFirstNs) this.#latestFirstNs = nowNs;
  }

  /** Its first token is out, and it leaves the pool that computed its prompt. */
  handedOver(slot: number, nowNs: number, spentNs: Float64Array): void {
    this.#waitsSinceNs[slot] = nowNs;
    if (this.#counts(slot)) this.#spend(slot, spentNs, 1);
  }

  /** Its cache has moved to another pool; of its wait since it was handed over, the move took `ns`. */
  moved(slot: number, ns: number): void {
    this.#waitsSinceNs[slot] = this.#waitsSinceNs[slot]! + ns;
    if (this.#counts(slot)) this.#tpotSpentNs[TRANSFER] = this.#tpotSpentNs[TRANSFER]! + ns / (this.#slots.outputTokens[slot]! - 1);
  }

  gaps(lengthNs: number, count: number): void {
    this.#itlNs.add(lengthNs, count);
  }

  steps(atNs: Float64Array, count: number, sequences: number): void {
    this.#itlNs.addGaps(atNs, count, sequences);
  }

  finish(slot: number, nowNs: number, spentNs: Float64Array): void {
    const slots = this.#slots;
    const gaps = slots.outputTokens[slot]! - 1;
    const arrivedNs = slots.arrivedNs[slot]!;
    const firstNs = this.#firstNs[slot]!;
    const ttftNs = firstNs - arrivedNs;
    const tpotNs = gaps > 0 ? (nowNs - firstNs) / gaps : 0;
    const e2eNs = nowNs - arrivedNs;
    const counts = this.#counts(slot);
    this.finished++;
    this.#outputTokens += gaps;
    this.#classOf(slot)?.finish(ttftNs, tpotNs, e2eNs, gaps + 1, counts);
    if (!counts) return;
    const number = slots.number[slot]!;
    this.#spendLater(slot, spentNs, 1);
    if (gaps > 0) this.#tpotNs.put(number, tpotNs);
    this.#e2eNs.put(number, e2eNs);
    this.#attainment.finish(ttftNs, tpotNs, e2eNs, gaps + 1);
  }

  reject(slot: number): void {
    const counts = this.#counts(slot);
    this.#rejected++;
    this.#classOf(slot)?.reject(counts);
    if (counts) this.#attainment.reject();
  }

  served(): Served {
    return {
      arrived: this.#arrived,
      finished: this.finished,
      rejected: this.#rejected,
      failed: 0,
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
      itlNs: this.#itlNs.columns(),
      preempted: this.#preempted,
      attained: this.#attainment.attained(),
      ...(this.#classes === undefined ? {} : { classes: this.#classes.map((each) => each.served()) }),
    };
  }

  /** With `transfer` among the keys where caches move from pool to pool. */
  breakdown(transfers: boolean): BreakdownColumns {
    const keys = transfers ? [...SPENT_KEYS, "transfer"] : SPENT_KEYS;
    const column = (sumsNs: Float64Array) => sumsNs.subarray(0, keys.length).map(whole);
    return { keys, ttftNs: column(this.#ttftSpentNs), tpotNs: column(this.#tpotSpentNs) };
  }

  #counts(slot: number): boolean {
    const number = this.#slots.number[slot]!;
    return number >= this.#from && number < this.#to;
  }

  #classOf(slot: number): ClassLog | undefined {
    return this.#classes?.[this.#slots.classIndex[slot]!];
  }

  /** Adds `sign` × `spentNs` to what the TTFT or, once its first token is out, the TPOT of a request that counts went into. */
  #spend(slot: number, spentNs: Float64Array, sign: number): void {
    if (this.#isBeforeFirst(slot)) addTimes(this.#ttftSpentNs, spentNs, sign);
    else this.#spendLater(slot, spentNs, sign);
  }

  /** As `#spend`, of one whose first token is out. */
  #spendLater(slot: number, spentNs: Float64Array, sign: number): void {
    const gaps = this.#slots.outputTokens[slot]! - 1;
    if (gaps > 0) addTimes(this.#tpotSpentNs, spentNs, sign / gaps);
  }

  #queued(slot: number, ns: number): void {
    if (this.#isBeforeFirst(slot)) this.#ttftSpentNs[QUEUE]! += ns;
    else this.#tpotSpentNs[QUEUE]! += ns / (this.#slots.outputTokens[slot]! - 1);
  }

  #isBeforeFirst(slot: number): boolean {
    return !(this.#firstNs[slot]! >= 0);
  }

  #grow(): void {
    const longer = (column: Float64Array<ArrayBuffer>) => {
      const into = new Float64Array(2 * column.length);
      into.set(column);
      return into;
    };
    this.#startedNs = longer(this.#startedNs);
    this.#firstNs = longer(this.#firstNs);
    this.#waitsSinceNs = longer(this.#waitsSinceNs);
  }
}

/** What is left of equal sums that were added and taken away again is nothing. */
function whole(sumNs: number): number {
  return Math.abs(sumNs) < 0.5 ? 0 : sumNs;
}

function addTimes(sums: Float64Array, spentNs: Float64Array, factor: number): void {
  for (let key = 0; key < spentNs.length; key++) sums[key]! += spentNs[key]! * factor;
}
