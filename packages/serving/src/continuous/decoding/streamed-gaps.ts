import type { SchedulerObserver } from "../../requests/request-observer.ts";
import type { Sequences } from "../sequences.ts";
import type { PassGaps } from "./pass-gaps.ts";

/**
 * When clients last had tokens of the decoding sequences, where tokens after the first are streamed `interval` at a time: sequences that are streamed at
 * the same steps, modulo the interval, together. Tokens that are streamed together have no time between them.
 */
export class StreamedGaps {
  readonly #interval: number;
  readonly #sequences: Sequences;
  /** [steps modulo the interval] sequences that were streamed at such a step, and when that last ended. */
  readonly #counts: Float64Array;
  readonly #streamedNs: Float64Array;
  /** [steps modulo the interval] slots that joined since; their columns say when they were streamed. */
  readonly #joined: readonly number[][];

  constructor(interval: number, sequences: Sequences) {
    this.#interval = interval;
    this.#sequences = sequences;
    this.#counts = new Float64Array(interval);
    this.#streamedNs = new Float64Array(interval);
    this.#joined = Array.from({ length: interval }, () => []);
  }

  /** `slot` decodes from the step on that its column says. */
  join(slot: number): void {
    this.#joined[this.#placeOf(slot)]!.push(slot);
  }

  /** Step number `step` has ended at `nowNs`. */
  close(step: number, nowNs: number, pass: PassGaps, observer: SchedulerObserver): void {
    const at = step % this.#interval;
    const joined = this.#joined[at]!;
    const count = this.#counts[at]! + joined.length;
    if (count === 0) return;
    if (this.#counts[at]! > 0) pass.add(nowNs - this.#streamedNs[at]!, this.#counts[at]!, observer);
    for (const slot of joined) pass.add(nowNs - this.#sequences.streamedNs[slot]!, 1, observer);
    pass.add(0, count * (this.#interval - 1), observer);
    joined.length = 0;
    this.#counts[at] = count;
    this.#streamedNs[at] = nowNs;
  }

  /** Removes `slot` after `steps` steps; its columns hold what was streamed. */
  leave(slot: number, steps: number): void {
    const { out, streamed, streamedNs } = this.#sequences;
    const at = this.#placeOf(slot);
    const joined = this.#joined[at]!;
    const place = joined.indexOf(slot);
    if (place >= 0) {
      joined.splice(place, 1);
      return;
    }
    this.#counts[at]! -= 1;
    const now = out[slot]! + steps;
    streamed[slot] = now - ((now - streamed[slot]!) % this.#interval);
    streamedNs[slot] = this.#streamedNs[at]!;
  }

  /** The step at which it is streamed, modulo the interval. */
  #placeOf(slot: number): number {
    const { joinStep, out, streamed } = this.#sequences;
    return (joinStep[slot]! + streamed[slot]! + this.#interval - out[slot]! - 1) % this.#interval;
  }
}

/**
 * Records that `slot` has emitted `out` tokens at `nowNs`: waiting tokens are streamed when there are `interval` of them, or at its `last`.
 */
export function streamTokens(
  slot: number,
  out: number,
  nowNs: number,
  isLast: boolean,
  interval: number,
  { streamed, streamedNs }: Sequences,
  add: (lengthNs: number, count: number) => void,
): void {
  const waiting = out - streamed[slot]!;
  if (waiting === 0 || (waiting < interval && !isLast)) return;
  add(nowNs - streamedNs[slot]!, 1);
  if (waiting > 1) add(0, waiting - 1);
  streamed[slot] = out;
  streamedNs[slot] = nowNs;
}
