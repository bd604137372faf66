import { type BreakdownColumns, type Served, Tally } from "@tokenyard/report";
import type { RequestSlots } from "@tokenyard/serving";
import { QUEUE, SPENT_KEYS } from "./critical-path.ts";

/** What became of requests that come and go, added up: memory holds those that are in the house, and tallies. */
export class ServedLog {
  readonly #slots: RequestSlots;
  #startedNs = new Float64Array(64);
  #firstNs = new Float64Array(64);
  /** When it was preempted; NaN while it is served. */
  #waitsSinceNs = new Float64Array(64);
  /** [SPENT_KEYS] summed over requests with a first token */
  readonly #ttftSpentNs = new Float64Array(SPENT_KEYS.length);
  /** [SPENT_KEYS] per output token after the first, summed over finished requests */
  readonly #tpotSpentNs = new Float64Array(SPENT_KEYS.length);
  readonly #ttftNs = new Tally();
  readonly #tpotNs = new Tally();
  readonly #e2eNs = new Tally();
  readonly #queueNs = new Tally();
  readonly #prefillNs = new Tally();
  readonly #itlNs = Tally.histogram();
  #arrived = 0;
  finished = 0;
  #rejected = 0;
  #firstTokens = 0;
  #earliestFirstNs = Number.POSITIVE_INFINITY;
  #latestFirstNs = 0;
  #promptTokens = 0;
  #outputTokens = 0;
  #preempted = 0;

  constructor(slots: RequestSlots) {
    this.#slots = slots;
  }

  arrive(slot: number): void {
    while (slot >= this.#firstNs.length) this.#grow();
    this.#arrived++;
    this.#startedNs[slot] = Number.NaN;
    this.#firstNs[slot] = Number.NaN;
    this.#waitsSinceNs[slot] = this.#slots.arrivedNs[slot]!;
  }

  /** It is served from now on, or again. `spentNs` [SPENT_KEYS]: where the time of its micro-batch has gone up to now. */
  started(slot: number, nowNs: number, spentNs: Float64Array): void {
    const waitedNs = nowNs - this.#waitsSinceNs[slot]!;
    if (Number.isNaN(this.#startedNs[slot]!)) {
      this.#startedNs[slot] = nowNs;
      this.#queueNs.put(this.#slots.number[slot]!, waitedNs);
    }
    this.#spend(slot, spentNs, -1);
    this.#queued(slot, waitedNs);
  }

  preempted(slot: number, nowNs: number, spentNs: Float64Array): void {
    this.#preempted++;
    this.#waitsSinceNs[slot] = nowNs;
    this.#spend(slot, spentNs, 1);
  }

  firstToken(slot: number, nowNs: number, spentNs: Float64Array): void {
    const number = this.#slots.number[slot]!;
    this.#spend(slot, spentNs, 1);
    this.#firstNs[slot] = nowNs;
    this.#spend(slot, spentNs, -1);
    this.#ttftNs.put(number, nowNs - this.#slots.arrivedNs[slot]!);
    this.#prefillNs.put(number, nowNs - this.#startedNs[slot]!);
    this.#firstTokens++;
    this.#promptTokens += this.#slots.promptTokens[slot]!;
    this.#outputTokens++;
    if (nowNs < this.#earliestFirstNs) this.#earliestFirstNs = nowNs;
    if (nowNs > this.#latestFirstNs) this.#latestFirstNs = nowNs;
  }

  gaps(lengthNs: number, count: number): void {
    this.#itlNs.add(lengthNs, count);
  }

  finish(slot: number, nowNs: number, spentNs: Float64Array): void {
    const number = this.#slots.number[slot]!;
    const gaps = this.#slots.outputTokens[slot]! - 1;
    this.#spend(slot, spentNs, 1);
    this.finished++;
    this.#outputTokens += gaps;
    if (gaps > 0) this.#tpotNs.put(number, (nowNs - this.#firstNs[slot]!) / gaps);
    this.#e2eNs.put(number, nowNs - this.#slots.arrivedNs[slot]!);
  }

  reject(): void {
    this.#rejected++;
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
    };
  }

  breakdown(): BreakdownColumns {
    return { keys: SPENT_KEYS, ttftNs: this.#ttftSpentNs, tpotNs: this.#tpotSpentNs };
  }

  /** Adds `sign` × `spentNs` to what the request's TTFT or, once its first token is out, its TPOT went into. */
  #spend(slot: number, spentNs: Float64Array, sign: number): void {
    if (Number.isNaN(this.#firstNs[slot]!)) {
      addTimes(this.#ttftSpentNs, spentNs, sign);
      return;
    }
    const gaps = this.#slots.outputTokens[slot]! - 1;
    if (gaps > 0) addTimes(this.#tpotSpentNs, spentNs, sign / gaps);
  }

  #queued(slot: number, ns: number): void {
    const first = Number.isNaN(this.#firstNs[slot]!);
    const sums = first ? this.#ttftSpentNs : this.#tpotSpentNs;
    sums[QUEUE] = sums[QUEUE]! + (first ? ns : ns / (this.#slots.outputTokens[slot]! - 1));
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

function addTimes(sums: Float64Array, spentNs: Float64Array, factor: number): void {
  for (let key = 0; key < sums.length; key++) sums[key] = sums[key]! + spentNs[key]! * factor;
}
