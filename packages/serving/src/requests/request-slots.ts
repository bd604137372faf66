import { Problems } from "@tokenyard/scenario";
import type { ArrivingRequest } from "./arriving-request.ts";
import type { Requests } from "./request.ts";

/** Most requests at once: with their records they take about a gibibyte. */
const MOST_AT_ONCE = 8_388_608;

/**
 * The current requests, in columns by slot. A slot is reused once its request has left, so that the columns are as long as the most
 * requests at once. Columns are replaced when they grow: read them from here each time.
 */
export class RequestSlots implements Requests {
  arrivedNs = new Float64Array(32);
  promptTokens = new Int32Array(32);
  outputTokens = new Int32Array(32);
  /** Tokens of the request that are cached at its destination; 0 once it is admitted, or sent elsewhere. */
  cachedTokens = new Int32Array(32);
  /** Output tokens that the request had before it arrived, and its place among requests that decode. */
  outBefore = new Int32Array(32);
  place = new Int32Array(32);
  /** How many came before it. */
  number = new Float64Array(32);
  classIndex = new Uint16Array(32);
  session = new Int32Array(32);
  /** Ids of the leading pieces of its prompt and output, as far as they are known, and the tokens of one piece. */
  readonly text: (Int32Array | undefined)[] = [];
  textIdTokens = new Int32Array(32);
  #free = new Int32Array(32);
  #freed = 0;
  #used = 0;
  #taken = 0;
  readonly #most: number;

  /** `most` may be in at once. */
  constructor(most = MOST_AT_ONCE) {
    this.#most = most;
    this.#grow(); // once at the start: V8 treats columns that were never replaced as constants, and recompiles their readers later
  }

  /** Slots that have been in use at once, at most. */
  get count(): number {
    return this.#used;
  }

  /** Requests that are in now. */
  get held(): number {
    return this.#used - this.#freed;
  }

  /** A slot for the request that just came. Throws Problems where there is none left: a queue that grows for ever would fill any memory. */
  take(request: ArrivingRequest): number {
    if (this.held === this.#most) throw tooMany(this.#most);
    const slot = this.#freed > 0 ? this.#free[--this.#freed]! : this.#used++;
    if (slot === this.arrivedNs.length) this.#grow();
    this.arrivedNs[slot] = request.arrivedNs;
    this.promptTokens[slot] = request.promptTokens;
    this.outputTokens[slot] = request.outputTokens;
    this.cachedTokens[slot] = request.cachedTokens;
    this.outBefore[slot] = request.outBefore;
    this.place[slot] = request.place;
    this.number[slot] = this.#taken++;
    this.classIndex[slot] = request.classIndex;
    this.session[slot] = request.session;
    this.text[slot] = request.text ?? request.prefix;
    this.textIdTokens[slot] = request.prefixBlockTokens;
    return slot;
  }

  /** The request of `slot` has left. */
  leave(slot: number): void {
    this.#free[this.#freed++] = slot;
  }

  #grow(): void {
    const length = 2 * this.arrivedNs.length;
    this.arrivedNs = grown(this.arrivedNs, new Float64Array(length));
    this.promptTokens = grown(this.promptTokens, new Int32Array(length));
    this.outputTokens = grown(this.outputTokens, new Int32Array(length));
    this.cachedTokens = grown(this.cachedTokens, new Int32Array(length));
    this.outBefore = grown(this.outBefore, new Int32Array(length));
    this.place = grown(this.place, new Int32Array(length));
    this.number = grown(this.number, new Float64Array(length));
    this.classIndex = grown(this.classIndex, new Uint16Array(length));
    this.session = grown(this.session, new Int32Array(length));
    this.textIdTokens = grown(this.textIdTokens, new Int32Array(length));
    this.#free = grown(this.#free, new Int32Array(length));
  }
}

function grown<T extends Float64Array | Int32Array | Uint16Array>(column: T, longer: T): T {
  longer.set(column);
  return longer;
}

function tooMany(most: number): Problems {
  const given = `more than ${most.toPrecision(2).replace("e+", "e")} requests that wait or are served at once`;
  return new Problems([{ path: ["workload"], given, wanted: "a rate that the plan can serve, a shorter duration or fewer requests" }]);
}
