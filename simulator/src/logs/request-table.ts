import type { BreakdownColumns, RequestColumns } from "@tokenyard/report";
import { SPENT_KEYS } from "../stages/critical-path.ts";

const FINISHED = 1;
const REJECTED = 2;

/** A row for every request, by its number: when it arrived, when its first token was out, when it was finished; and where that time went. */
export class RequestTable {
  #arrivedNs = new Float64Array(16);
  #promptTokens = new Int32Array(16);
  #outputTokens = new Int32Array(16);
  #firstTokenNs = new Float64Array(16);
  #finishedNs = new Float64Array(16);
  #status = new Uint8Array(16);
  #count = 0;
  /** [SPENT_KEYS] summed over requests */
  readonly #ttftNs = new Float64Array(SPENT_KEYS.length);
  readonly #tpotNs = new Float64Array(SPENT_KEYS.length);

  /** Requests arrive in order of their number. */
  arrive(arrivedNs: number, promptTokens: number, outputTokens: number): void {
    const request = this.#count++;
    if (request === this.#status.length) this.#grow();
    this.#arrivedNs[request] = arrivedNs;
    this.#promptTokens[request] = promptTokens;
    this.#outputTokens[request] = outputTokens;
    this.#firstTokenNs[request] = Number.NaN;
    this.#finishedNs[request] = Number.NaN;
  }

  /** `spentNs` [SPENT_KEYS]: where the time of the request's micro-batch has gone up to now. */
  firstToken(request: number, nowNs: number, spentNs: Float64Array): void {
    this.#firstTokenNs[request] = nowNs;
    addTimes(this.#ttftNs, spentNs, 1);
    const gaps = this.#outputTokens[request]! - 1;
    if (gaps > 0) addTimes(this.#tpotNs, spentNs, -1 / gaps);
  }

  finish(request: number, nowNs: number, spentNs: Float64Array): void {
    this.#finishedNs[request] = nowNs;
    this.#status[request] = FINISHED;
    const gaps = this.#outputTokens[request]! - 1;
    if (gaps > 0) addTimes(this.#tpotNs, spentNs, 1 / gaps);
  }

  reject(request: number): void {
    this.#status[request] = REJECTED;
  }

  columns(): RequestColumns {
    const count = this.#count;
    return {
      arrivedNs: this.#arrivedNs.slice(0, count),
      firstTokenNs: this.#firstTokenNs.slice(0, count),
      finishedNs: this.#finishedNs.slice(0, count),
      promptTokens: this.#promptTokens.slice(0, count),
      outputTokens: this.#outputTokens.slice(0, count),
      status: this.#status.slice(0, count),
    };
  }

  breakdown(): BreakdownColumns {
    return { keys: SPENT_KEYS, ttftNs: this.#ttftNs, tpotNs: this.#tpotNs };
  }

  #grow(): void {
    const length = 2 * this.#status.length;
    const longer = <T extends Float64Array | Int32Array | Uint8Array>(column: T, into: T): T => {
      into.set(column);
      return into;
    };
    this.#arrivedNs = longer(this.#arrivedNs, new Float64Array(length));
    this.#promptTokens = longer(this.#promptTokens, new Int32Array(length));
    this.#outputTokens = longer(this.#outputTokens, new Int32Array(length));
    this.#firstTokenNs = longer(this.#firstTokenNs, new Float64Array(length));
    this.#finishedNs = longer(this.#finishedNs, new Float64Array(length));
    this.#status = longer(this.#status, new Uint8Array(length));
  }
}

function addTimes(sums: Float64Array, spentNs: Float64Array, factor: number): void {
  for (let key = 0; key < sums.length; key++) sums[key] = sums[key]! + spentNs[key]! * factor;
}
