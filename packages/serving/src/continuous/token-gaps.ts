import type { RequestLog } from "../scheduler.ts";

/** When the decoding sequences had their last token: few times, each with how many sequences. */
export class TokenGaps {
  readonly #times: number[] = [];
  readonly #counts: number[] = [];

  join(timeNs: number): void {
    const last = this.#times.length - 1;
    if (last >= 0 && this.#times[last] === timeNs) {
      this.#counts[last]!++;
      return;
    }
    this.#times.push(timeNs);
    this.#counts.push(1);
  }

  /** One that had its last token at `timeNs` decodes no more. */
  leave(timeNs: number): void {
    const at = this.#times.indexOf(timeNs);
    if (--this.#counts[at]! > 0) return;
    this.#times.splice(at, 1);
    this.#counts.splice(at, 1);
  }

  /** All have a token now. */
  close(nowNs: number, log: RequestLog): void {
    let sequences = 0;
    for (let i = 0; i < this.#times.length; i++) {
      log.gaps(nowNs - this.#times[i]!, this.#counts[i]!);
      sequences += this.#counts[i]!;
    }
    this.moveTo(nowNs, sequences);
  }

  /** All `sequences` had their last token at `nowNs`. */
  moveTo(nowNs: number, sequences: number): void {
    if (sequences === 0) return;
    this.#times.length = 1;
    this.#counts.length = 1;
    this.#times[0] = nowNs;
    this.#counts[0] = sequences;
  }
}
