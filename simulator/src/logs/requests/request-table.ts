import type { RequestColumns } from "@tokenyard/report";
import type { RequestRow } from "./request-rows.ts";

const STATUS: Readonly<Record<RequestRow["status"], number>> = { unfinished: 0, finished: 1, rejected: 2, failed: 3 };

/** The rows of all requests, kept by their number. */
export class RequestTable {
  #arrivedNs = new Float64Array(16);
  #promptTokens = new Int32Array(16);
  #outputTokens = new Int32Array(16);
  #firstTokenNs = new Float64Array(16);
  #finishedNs = new Float64Array(16);
  #status = new Uint8Array(16);
  #count = 0;

  /** A request has left, or nothing more happens. */
  add({ request, arrivedNs, promptTokens, outputTokens, firstTokenNs, finishedNs, status }: RequestRow): void {
    while (request >= this.#status.length) this.#grow();
    this.#count = Math.max(this.#count, request + 1);
    this.#arrivedNs[request] = arrivedNs;
    this.#promptTokens[request] = promptTokens;
    this.#outputTokens[request] = outputTokens;
    this.#firstTokenNs[request] = firstTokenNs;
    this.#finishedNs[request] = finishedNs;
    this.#status[request] = STATUS[status];
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

  #grow(): void {
    const length = 2 * this.#status.length;
    const grownColumn = <T extends Float64Array | Int32Array | Uint8Array>(column: T, into: T): T => {
      into.set(column);
      return into;
    };
    this.#arrivedNs = grownColumn(this.#arrivedNs, new Float64Array(length));
    this.#promptTokens = grownColumn(this.#promptTokens, new Int32Array(length));
    this.#outputTokens = grownColumn(this.#outputTokens, new Int32Array(length));
    this.#firstTokenNs = grownColumn(this.#firstTokenNs, new Float64Array(length));
    this.#finishedNs = grownColumn(this.#finishedNs, new Float64Array(length));
    this.#status = grownColumn(this.#status, new Uint8Array(length));
  }
}
