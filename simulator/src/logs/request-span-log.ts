import { REQUEST_STATES, type RequestSpans, type RequestState } from "@tokenyard/report";
import type { RequestSlots } from "@tokenyard/serving";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { Observer } from "./requests/observers.ts";
import { type SpanWindow, TooManySpans, windowLimit } from "./span-log.ts";

/** State of each request over time, from its arrival to its end without a gap: a row for each state that touches the window. */
export class RequestSpanLog implements Observer {
  readonly #slots: RequestSlots;
  readonly #window: SpanWindow;
  /** By slot: its state, with the start and place; −1 before it is served. */
  readonly #state: (RequestState | undefined)[] = [];
  readonly #sinceNs: number[] = [];
  readonly #replica: number[] = [];
  readonly #hasToken: boolean[] = [];
  readonly #rows = {
    request: [] as number[],
    state: [] as number[],
    replica: [] as number[],
    startNs: [] as number[],
    endNs: [] as number[],
  };

  constructor(slots: RequestSlots, window: SpanWindow) {
    this.#slots = slots;
    this.#window = window;
  }

  arrived(slot: number): void {
    this.#state[slot] = "queued";
    this.#sinceNs[slot] = this.#slots.arrivedNs[slot]!;
    this.#replica[slot] = -1;
    this.#hasToken[slot] = false;
  }

  started(slot: number, { replica }: MicroBatch, nowNs: number): void {
    this.#turn(slot, this.#hasToken[slot] === true ? "decode" : "prefill", nowNs);
    this.#replica[slot] = replica;
  }

  firstToken(slot: number, _: MicroBatch, nowNs: number): void {
    this.#hasToken[slot] = true;
    this.#turn(slot, "decode", nowNs);
  }

  preempted(slot: number, _: MicroBatch, nowNs: number): void {
    this.#turn(slot, "preempted", nowNs);
  }

  startedOver(slot: number, nowNs: number): void {
    this.#hasToken[slot] = false;
    this.#turn(slot, "queued", nowNs);
  }

  handedOver(slot: number, _: MicroBatch, nowNs: number): void {
    this.#turn(slot, "queued", nowNs);
  }

  moved(slot: number, ns: number, nowNs: number): void {
    this.#turn(slot, "moved", nowNs - ns);
    this.#turn(slot, "queued", nowNs);
  }

  finished(slot: number, _: MicroBatch, nowNs: number): void {
    this.#turn(slot, undefined, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#turn(slot, undefined, nowNs);
  }

  failed(slot: number, nowNs: number): void {
    this.#turn(slot, undefined, nowNs);
  }

  /** Ends open states at `nowNs`, the end of the run. */
  columns(nowNs: number): RequestSpans {
    for (const slot of this.#state.keys()) this.#turn(slot, undefined, nowNs);
    const { request, state, replica, startNs, endNs } = this.#rows;
    return {
      request: Int32Array.from(request),
      state: Uint8Array.from(state),
      replica: Int32Array.from(replica),
      startNs: Float64Array.from(startNs),
      endNs: Float64Array.from(endNs),
    };
  }

  /** Changes the state of `slot` to `next` at `nowNs`. A state without length leaves no row. Throws TooManySpans. */
  #turn(slot: number, next: RequestState | undefined, nowNs: number): void {
    const state = this.#state[slot];
    const sinceNs = this.#sinceNs[slot]!;
    this.#state[slot] = next;
    this.#sinceNs[slot] = nowNs;
    if (state === undefined || sinceNs === nowNs || nowNs <= this.#window.fromNs || sinceNs >= this.#window.toNs) return;
    const rows = this.#rows;
    rows.request.push(this.#slots.number[slot]!);
    rows.state.push(REQUEST_STATES.indexOf(state));
    rows.replica.push(this.#replica[slot]!);
    rows.startNs.push(sinceNs);
    rows.endNs.push(nowNs);
    const most = windowLimit(this.#window);
    if (rows.request.length > most) throw new TooManySpans(most);
  }
}
