import type { RequestClass, RequestSlots } from "@tokenyard/serving";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";
import type { CountedRequests } from "./counted-requests.ts";
import type { Observer } from "./observers.ts";

/** Times and counts of one request. The object is reused for the next one. Times are nanoseconds; NaN where there was none. */
export interface RequestRow {
  /** How many came before it. */
  request: number;
  /** Empty where requests are of one kind. */
  className: string;
  /** −1 without sessions */
  session: number;
  /** Replica that served it first (of the first pool, if there are two); −1 when none did. */
  replica: number;
  arrivedNs: number;
  /** Start of its first pass. */
  startedNs: number;
  firstTokenNs: number;
  /** When its last token was out. */
  finishedNs: number;
  promptTokens: number;
  /** Requested output tokens. */
  outputTokens: number;
  /** Number of preemptions. */
  preemptions: number;
  /** Number of attempts; 1 if clients do not retry. */
  attempts: number;
  status: "finished" | "rejected" | "failed" | "unfinished";
  /** Whether its latencies count, as those of warm-up and cool-down do not. */
  counts: boolean;
}

/** Observer of answered requests, and of those that have left. */
export interface LeftObserver {
  /** The first token of the request of `slot` is out now; once more, if it has begun again since. */
  firstToken(slots: RequestSlots, slot: number, nowNs: number): void;
  /** One begins again whose first token was out. */
  forgotten(): void;
  preempted(): void;
  /** The request of `slot` has left at `nowNs`; its columns are as they were. `counts`: whether its latencies do. */
  left(rows: RequestRows, slot: number, status: RequestRow["status"], nowNs: number, counts: boolean): void;
}

/** Facts on the current requests, in columns by slot; listeners get each when it leaves. It receives every event last. */
export class RequestRows implements Observer {
  /** NaN before it was. */
  startedNs = new Float64Array(32);
  /** NaN before it was out. */
  firstTokenNs = new Float64Array(32);
  /** Since when it waits, of one that is not served. */
  waitsSinceNs = new Float64Array(32);
  /** First tokens that were emitted, counted once for each request. */
  firstTokens = 0;
  readonly slots: RequestSlots;
  #replica = new Int32Array(32);
  #preemptions = new Int32Array(32);
  #attempts = new Int32Array(32);
  #isIn = new Uint8Array(32);
  readonly #classes: readonly RequestClass[];
  readonly #counted: CountedRequests;
  readonly #wanted: readonly ((row: RequestRow) => void)[];
  readonly #counts: LeftObserver | undefined;
  readonly #row: RequestRow = emptyRow();

  /** `wanted` get each request that leaves; `counts`, if there is one, its own counts. */
  constructor(
    slots: RequestSlots,
    classes: readonly RequestClass[],
    counted: CountedRequests,
    wanted: readonly ((row: RequestRow) => void)[],
    counts: LeftObserver | undefined,
  ) {
    this.slots = slots;
    this.#classes = classes;
    this.#counted = counted;
    this.#wanted = wanted;
    this.#counts = counts;
    this.#grow(); // once at the start: V8 treats columns that were never replaced as constants, and recompiles their readers later
  }

  /** Whether a token of `slot` is out. */
  hasToken(slot: number): boolean {
    return this.firstTokenNs[slot]! >= 0;
  }

  arrived(slot: number): void {
    while (slot >= this.#isIn.length) this.#grow();
    this.startedNs[slot] = Number.NaN;
    this.firstTokenNs[slot] = Number.NaN;
    this.waitsSinceNs[slot] = this.slots.arrivedNs[slot]!;
    this.#replica[slot] = -1;
    this.#preemptions[slot] = 0;
    this.#attempts[slot] = 1;
    this.#isIn[slot] = 1;
  }

  /** Counts one more attempt of the request in `slot`. */
  sentAgain(slot: number): void {
    this.#attempts[slot]!++;
  }

  /** Records when `slot` started, the first time only. */
  started(slot: number, { replica }: MicroBatch, nowNs: number): void {
    if (this.startedNs[slot]! >= 0) return;
    this.startedNs[slot] = nowNs;
    this.#replica[slot] = replica;
  }

  firstToken(slot: number, _: MicroBatch, nowNs: number): void {
    if (!this.hasToken(slot)) {
      this.firstTokens++;
      this.#counts?.firstToken(this.slots, slot, nowNs);
    }
    this.firstTokenNs[slot] = nowNs;
  }

  preempted(slot: number, _: MicroBatch, nowNs: number): void {
    this.waitsSinceNs[slot] = nowNs;
    this.#preemptions[slot]!++;
    this.#counts?.preempted();
  }

  /** Resets its times to those of the new start. */
  startedOver(slot: number, nowNs: number): void {
    if (this.hasToken(slot)) {
      this.firstTokens--;
      this.#counts?.forgotten();
    }
    this.startedNs[slot] = Number.NaN;
    this.firstTokenNs[slot] = Number.NaN;
    this.waitsSinceNs[slot] = nowNs;
  }

  handedOver(slot: number, _: MicroBatch, nowNs: number): void {
    this.waitsSinceNs[slot] = nowNs;
  }

  moved(slot: number, ns: number): void {
    this.waitsSinceNs[slot]! += ns;
  }

  finished(slot: number, _: MicroBatch, nowNs: number): void {
    this.#report(slot, "finished", nowNs);
  }

  rejected(slot: number): void {
    this.#report(slot, "rejected", Number.NaN);
  }

  failed(slot: number): void {
    this.#report(slot, "failed", Number.NaN);
  }

  /** Slots of the requests that are in. */
  slotsIn(): number[] {
    return [...this.#isIn.keys()].filter((slot) => this.#isIn[slot] === 1);
  }

  /** Reports the requests that are still in flight at the end of the run. */
  close(): void {
    for (let slot = 0; slot < this.#isIn.length; slot++) if (this.#isIn[slot] === 1) this.#report(slot, "unfinished", Number.NaN);
  }

  #report(slot: number, status: RequestRow["status"], finishedNs: number): void {
    this.#isIn[slot] = 0;
    this.#counts?.left(this, slot, status, finishedNs, this.#doesCount(slot));
    if (this.#wanted.length > 0) this.#emit(slot, status, finishedNs);
  }

  /** Whether its latencies count. */
  #doesCount(slot: number): boolean {
    const number = this.slots.number[slot]!;
    return number >= this.#counted.from && number < this.#counted.to;
  }

  #emit(slot: number, status: RequestRow["status"], finishedNs: number): void {
    const slots = this.slots;
    const row = this.#row;
    row.request = slots.number[slot]!;
    row.className = this.#classes.length < 2 ? "" : this.#classes[slots.classIndex[slot]!]!.name;
    row.session = slots.session[slot]!;
    row.replica = this.#replica[slot]!;
    row.arrivedNs = slots.arrivedNs[slot]!;
    const beganEarlier = slots.outBefore[slot]! > 1; // its first tokens were out before the run
    row.startedNs = beganEarlier ? Number.NaN : this.startedNs[slot]!;
    row.firstTokenNs = beganEarlier ? Number.NaN : this.firstTokenNs[slot]!;
    row.finishedNs = finishedNs;
    row.promptTokens = slots.promptTokens[slot]!;
    row.outputTokens = slots.outputTokens[slot]!;
    row.preemptions = this.#preemptions[slot]!;
    row.attempts = this.#attempts[slot]!;
    row.status = status;
    row.counts = this.#doesCount(slot);
    for (const listen of this.#wanted) listen(row);
  }

  #grow(): void {
    const length = 2 * this.#isIn.length;
    this.startedNs = grownColumn(this.startedNs, new Float64Array(length));
    this.firstTokenNs = grownColumn(this.firstTokenNs, new Float64Array(length));
    this.waitsSinceNs = grownColumn(this.waitsSinceNs, new Float64Array(length));
    this.#replica = grownColumn(this.#replica, new Int32Array(length));
    this.#preemptions = grownColumn(this.#preemptions, new Int32Array(length));
    this.#attempts = grownColumn(this.#attempts, new Int32Array(length));
    this.#isIn = grownColumn(this.#isIn, new Uint8Array(length));
  }
}

function grownColumn<T extends Int32Array | Float64Array | Uint8Array>(column: T, into: T): T {
  into.set(column);
  return into;
}

function emptyRow(): RequestRow {
  return {
    request: 0,
    className: "",
    session: -1,
    replica: -1,
    arrivedNs: 0,
    startedNs: 0,
    firstTokenNs: 0,
    finishedNs: 0,
    promptTokens: 0,
    outputTokens: 0,
    preemptions: 0,
    attempts: 1,
    status: "finished",
    counts: true,
  };
}
