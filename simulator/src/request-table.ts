import type { BreakdownColumns, RequestColumns } from "@tokenyard/report";
import type { Requests } from "@tokenyard/serving";
import { SPENT_KEYS } from "./critical-path.ts";

const FINISHED = 1;

/** A row for every request: when it arrived, when its first token was out, when it was finished; and where that time went. */
export class RequestTable {
  readonly #requests: Requests;
  readonly #firstTokenNs: Float64Array;
  readonly #finishedNs: Float64Array;
  readonly #status: Uint8Array;
  /** [SPENT_KEYS] summed over requests */
  readonly #ttftNs = new Float64Array(SPENT_KEYS.length);
  readonly #tpotNs = new Float64Array(SPENT_KEYS.length);
  finished = 0;

  constructor(requests: Requests) {
    this.#requests = requests;
    this.#firstTokenNs = new Float64Array(requests.count).fill(Number.NaN);
    this.#finishedNs = new Float64Array(requests.count).fill(Number.NaN);
    this.#status = new Uint8Array(requests.count);
  }

  /** `spentNs` [SPENT_KEYS]: where the time of the request's micro-batch has gone up to now. */
  firstToken(request: number, nowNs: number, spentNs: Float64Array): void {
    this.#firstTokenNs[request] = nowNs;
    addTimes(this.#ttftNs, spentNs, 1);
    const gaps = this.#requests.outputTokens[request]! - 1;
    if (gaps > 0) addTimes(this.#tpotNs, spentNs, -1 / gaps);
  }

  finish(request: number, nowNs: number, spentNs: Float64Array): void {
    this.#finishedNs[request] = nowNs;
    this.#status[request] = FINISHED;
    this.finished++;
    const gaps = this.#requests.outputTokens[request]! - 1;
    if (gaps > 0) addTimes(this.#tpotNs, spentNs, 1 / gaps);
  }

  columns(): RequestColumns {
    const { arrivedNs, promptTokens, outputTokens } = this.#requests;
    return {
      arrivedNs,
      firstTokenNs: this.#firstTokenNs,
      finishedNs: this.#finishedNs,
      promptTokens,
      outputTokens,
      status: this.#status,
    };
  }

  breakdown(): BreakdownColumns {
    return { keys: SPENT_KEYS, ttftNs: this.#ttftNs, tpotNs: this.#tpotNs };
  }
}

function addTimes(sums: Float64Array, spentNs: Float64Array, factor: number): void {
  for (let key = 0; key < sums.length; key++) sums[key] = sums[key]! + spentNs[key]! * factor;
}
