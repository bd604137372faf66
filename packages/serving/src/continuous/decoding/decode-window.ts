/**
 * Σ min(context, window) over the decoding sequences of a data group, each of which grows by a token a step. Sequences are known by their
 * context alone: which outgrow the window at a step is a count, kept by the step modulo the window.
 */
export class DecodeWindow {
  /** Tokens of the next step. */
  tokens = 0;
  /** Sequences whose context is under the window in the step to come. */
  growing = 0;
  readonly #window: number;
  /** Growing sequences whose context reaches the window at step s, by s modulo the window. */
  readonly #outgrowing: Int32Array;

  /** `window`: tokens, at least 1. */
  constructor(window: number) {
    this.#window = window;
    this.#outgrowing = new Int32Array(window);
  }

  /** A sequence with `context` tokens in step number `step`, itself included, decodes from that step on. */
  join(context: number, step: number): void {
    this.tokens += Math.min(context, this.#window);
    if (context >= this.#window) return;
    this.growing++;
    this.#outgrowing[this.#outgrownAt(context, step)]! += 1;
  }

  /** Removes a sequence that would have had `context` tokens in step number `step`. */
  leave(context: number, step: number): void {
    this.tokens -= Math.min(context, this.#window);
    if (context >= this.#window) return;
    this.growing--;
    this.#outgrowing[this.#outgrownAt(context, step)]! -= 1;
  }

  /** The step before number `step` is over: each sequence has a token more. */
  advance(step: number): void {
    if (this.growing === 0) return;
    this.tokens += this.growing;
    const at = step % this.#window;
    this.growing -= this.#outgrowing[at]!;
    this.#outgrowing[at] = 0;
  }

  #outgrownAt(context: number, step: number): number {
    return (step + this.#window - context) % this.#window;
  }
}
