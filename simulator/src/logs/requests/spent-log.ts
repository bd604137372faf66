import type { BreakdownColumns } from "@tokenyard/report";
import type { RequestSlots } from "@tokenyard/serving";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import { QUEUE, SPENT_KEYS, TRANSFER } from "../../programs/critical-path.ts";
import type { CountedRequests } from "./counted-requests.ts";
import type { Observer } from "./observers.ts";
import type { RequestRows } from "./request-rows.ts";
import { addShare, addShares, createShareSums, type ShareSums, sharesOf } from "./share-sums.ts";

/**
 * Time of requests by cause, up to the first token and from there to the last, summed over the answered ones that count. If requests may
 * fail, the time of each is kept apart until it finishes. Time before a restart counts as queue.
 */
export class SpentLog implements Observer {
  readonly #slots: RequestSlots;
  readonly #rows: RequestRows;
  readonly #counted: CountedRequests;
  /** [SPENT_KEYS, transfer] summed over finished requests */
  readonly #ttftNs = new Float64Array(SPENT_KEYS.length + 1);
  /** [SPENT_KEYS, transfer] per output token after the first, summed over finished requests */
  readonly #tpotNs = createShareSums(SPENT_KEYS.length + 1);
  /** By slot: the two of the request that is in, where some may fail. */
  readonly #apart: Spent[] | undefined;
  /** `rows` hear of everything after this. */
  constructor(slots: RequestSlots, rows: RequestRows, counted: CountedRequests, mayFail = false) {
    this.#slots = slots;
    this.#rows = rows;
    this.#counted = counted;
    this.#apart = mayFail ? [] : undefined;
  }

  arrived(slot: number): void {
    if (this.#apart === undefined) return;
    this.#apart[slot] ??= { ttftNs: new Float64Array(this.#ttftNs.length), tpotNs: createShareSums(this.#ttftNs.length) };
    this.#apart[slot].ttftNs.fill(0);
    this.#apart[slot].tpotNs.fill(0);
  }

  started(slot: number, { spentNs }: MicroBatch, nowNs: number): void {
    if (!this.#counts(slot)) return;
    this.#spend(slot, spentNs, -1);
    const waitedNs = nowNs - this.#rows.waitsSinceNs[slot]!;
    if (!this.#rows.hasToken(slot)) this.#ttftOf(slot)[QUEUE]! += waitedNs;
    else addShare(this.#tpotOf(slot), QUEUE, waitedNs, 1 / (this.#slots.outputTokens[slot]! - 1));
  }

  firstToken(slot: number, { spentNs }: MicroBatch): void {
    if (!this.#counts(slot)) return;
    addTimes(this.#ttftOf(slot), spentNs, 1);
    this.#spendLater(slot, spentNs, -1);
  }

  startedOver(slot: number, nowNs: number): void {
    const { ttftNs, tpotNs } = this.#apart![slot]!;
    ttftNs.fill(0);
    tpotNs.fill(0);
    ttftNs[QUEUE] = nowNs - this.#slots.arrivedNs[slot]!;
  }

  preempted(slot: number, { spentNs }: MicroBatch): void {
    if (this.#counts(slot)) this.#spend(slot, spentNs, 1);
  }

  handedOver(slot: number, { spentNs }: MicroBatch): void {
    if (this.#counts(slot)) this.#spend(slot, spentNs, 1);
  }

  moved(slot: number, ns: number): void {
    if (!this.#counts(slot)) return;
    if (this.#rows.hasToken(slot)) addShare(this.#tpotOf(slot), TRANSFER, ns, 1 / (this.#slots.outputTokens[slot]! - 1));
    else this.#ttftOf(slot)[TRANSFER]! += ns;
  }

  finished(slot: number, { spentNs }: MicroBatch): void {
    if (!this.#counts(slot)) return;
    this.#spendLater(slot, spentNs, 1);
    if (this.#apart === undefined) return;
    addTimes(this.#ttftNs, this.#apart[slot]!.ttftNs, 1);
    addTimes(this.#tpotNs, this.#apart[slot]!.tpotNs, 1);
  }

  rejected(): void {}

  failed(): void {}

  /** Ends the run: the time of unanswered requests is left out. */
  close(): void {}

  /** With `transfer` among the keys where caches move from pool to pool. */
  breakdown(transfers: boolean): BreakdownColumns {
    const keys = transfers ? [...SPENT_KEYS, "transfer"] : SPENT_KEYS;
    return { keys, ttftNs: this.#ttftNs.slice(0, keys.length), tpotNs: sharesOf(this.#tpotNs, keys.length) };
  }

  #counts(slot: number): boolean {
    const number = this.#slots.number[slot]!;
    return number >= this.#counted.from && number < this.#counted.to;
  }

  /** Adds `sign` × `spentNs` to the parts of a request's TTFT or, once its first token was emitted, of its TPOT. */
  #spend(slot: number, spentNs: Float64Array, sign: number): void {
    if (this.#rows.hasToken(slot)) this.#spendLater(slot, spentNs, sign);
    else addTimes(this.#ttftOf(slot), spentNs, sign);
  }

  /** Sums of the time of a request. */
  #ttftOf(slot: number): Float64Array {
    return this.#apart === undefined ? this.#ttftNs : this.#apart[slot]!.ttftNs;
  }

  #tpotOf(slot: number): ShareSums {
    return this.#apart === undefined ? this.#tpotNs : this.#apart[slot]!.tpotNs;
  }

  /** Like `#spend`, for a request whose first token was emitted. */
  #spendLater(slot: number, spentNs: Float64Array, sign: number): void {
    const gaps = this.#slots.outputTokens[slot]! - 1;
    if (gaps > 0) addShares(this.#tpotOf(slot), spentNs, sign / gaps);
  }
}

interface Spent {
  readonly ttftNs: Float64Array;
  readonly tpotNs: ShareSums;
}

function addTimes(sums: Float64Array, spentNs: Float64Array, sign: number): void {
  for (let key = 0; key < spentNs.length; key++) sums[key]! += spentNs[key]! * sign;
}
