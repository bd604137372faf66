import type { RequestClass, RequestSlots } from "@tokenyard/serving";
import type { Counted } from "./served-log.ts";

/** What became of one request. The object is filled anew for the next one. Times are nanoseconds; NaN where there was none. */
export interface RequestRow {
  /** How many came before it. */
  request: number;
  /** Empty where requests are of one kind. */
  className: string;
  /** −1 without sessions */
  session: number;
  /** That served it first; −1 when none did. Where prefill and decode have pools of their own, of the first. */
  replica: number;
  arrivedNs: number;
  /** Start of its first pass. */
  startedNs: number;
  firstTokenNs: number;
  /** When its last token was out. */
  finishedNs: number;
  promptTokens: number;
  /** That it asked for. */
  outputTokens: number;
  /** How often its cache was taken from it. */
  preemptions: number;
  status: "finished" | "rejected" | "unfinished";
  /** Whether its latencies count, as those of warm-up and cool-down do not. */
  counts: boolean;
}

/** Follows the requests in the house, and tells of each when it leaves: memory does not grow with those that have left. */
export class RequestRows {
  readonly #slots: RequestSlots;
  readonly #classes: readonly RequestClass[];
  readonly #counted: Counted;
  readonly #tell: (row: RequestRow) => void;
  /** By slot; undefined where nobody is. */
  readonly #held: (Held | undefined)[] = [];
  readonly #row: RequestRow;

  constructor(slots: RequestSlots, classes: readonly RequestClass[], counted: Counted, tell: (row: RequestRow) => void) {
    this.#slots = slots;
    this.#classes = classes;
    this.#counted = counted;
    this.#tell = tell;
    this.#row = emptyRow();
  }

  arrive(slot: number): void {
    this.#held[slot] = { startedNs: Number.NaN, firstTokenNs: Number.NaN, replica: -1, preemptions: 0 };
  }

  /** Only the first time counts. */
  started(slot: number, nowNs: number, replica: number): void {
    const held = this.#held[slot]!;
    if (!Number.isNaN(held.startedNs)) return;
    held.startedNs = nowNs;
    held.replica = replica;
  }

  /** `passNs`: how long the pass took that yielded it; with it begins what a batch that was dealt out is known of. */
  firstToken(slot: number, nowNs: number, passNs: number, replica: number): void {
    this.started(slot, nowNs - passNs, replica);
    this.#held[slot]!.firstTokenNs = nowNs;
  }

  preempted(slot: number): void {
    this.#held[slot]!.preemptions++;
  }

  /** It leaves: finished at `nowNs`, or rejected. */
  leave(slot: number, nowNs: number, status: "finished" | "rejected"): void {
    this.#told(slot, status, status === "finished" ? nowNs : Number.NaN);
  }

  /** Nothing more happens: tells of those that are still in. */
  close(): void {
    for (let slot = 0; slot < this.#held.length; slot++) if (this.#held[slot] !== undefined) this.#told(slot, "unfinished", Number.NaN);
  }

  #told(slot: number, status: RequestRow["status"], finishedNs: number): void {
    const slots = this.#slots;
    const row = this.#row;
    const held = this.#held[slot]!;
    row.request = slots.number[slot]!;
    row.className = this.#classes.length < 2 ? "" : this.#classes[slots.classIndex[slot]!]!.name;
    row.session = slots.session[slot]!;
    row.replica = held.replica;
    row.arrivedNs = slots.arrivedNs[slot]!;
    row.startedNs = held.startedNs;
    row.firstTokenNs = held.firstTokenNs;
    row.finishedNs = finishedNs;
    row.promptTokens = slots.promptTokens[slot]!;
    row.outputTokens = slots.outputTokens[slot]!;
    row.preemptions = held.preemptions;
    row.status = status;
    row.counts = row.request >= this.#counted.from && row.request < this.#counted.to;
    this.#held[slot] = undefined;
    this.#tell(row);
  }
}

/** What is known of a request that is in. */
interface Held {
  startedNs: number;
  firstTokenNs: number;
  replica: number;
  preemptions: number;
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
    status: "finished",
    counts: true,
  };
}
