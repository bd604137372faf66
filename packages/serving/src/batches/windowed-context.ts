import type { ServingContext } from "../scheduler.ts";

/**
 * Σ min(context, window) over decoding sequences by data group, kept up while each grows by a token a pass. A pass costs in the order of
 * data groups + sequences that leave or outgrow the window.
 */
export class WindowedContext {
  /** [data groups] */
  readonly tokens: Float64Array;
  /** Sequences whose context is shorter than the window [data groups]; it grows by one token for each. */
  readonly growing: Float64Array;
  readonly #window: number;
  readonly #promptTokens: Int32Array;
  readonly #dataGroupOf: Int32Array;
  /** Members that will outgrow the window, longest prompt first: in the order in which they do. */
  readonly #outgrowing: Int32Array;
  #outgrown = 0;

  /** Every one of `members` has its prompt cached, and nothing more. */
  constructor(members: Int32Array, dataGroupOf: Int32Array, { requests, dataGroups, window }: ServingContext) {
    const { promptTokens, outputTokens } = requests;
    this.#window = window;
    this.#promptTokens = promptTokens;
    this.#dataGroupOf = dataGroupOf;
    this.tokens = new Float64Array(dataGroups);
    this.growing = new Float64Array(dataGroups);
    for (const request of members) {
      const group = dataGroupOf[request]!;
      this.tokens[group]! += Math.min(promptTokens[request]!, window);
      if (promptTokens[request]! < window) this.growing[group]! += 1;
    }
    const outgrowing = members.filter((request) => {
      const prompt = promptTokens[request]!;
      return prompt < window && prompt + outputTokens[request]! - 1 >= window; // the last output token is never cached
    });
    this.#outgrowing = outgrowing.sort((a, b) => promptTokens[b]! - promptTokens[a]! || a - b);
  }

  /** `request` leaves, with `decoded` tokens after its prompt. */
  leave(request: number, decoded: number): void {
    const group = this.#dataGroupOf[request]!;
    const context = this.#promptTokens[request]! + decoded;
    this.tokens[group]! -= Math.min(context, this.#window);
    if (context < this.#window) this.growing[group]! -= 1;
  }

  /** Every sequence that has not left gets a token more, and then has `decoded` after its prompt. */
  grow(decoded: number): void {
    const { tokens } = this;
    for (let group = 0; group < tokens.length; group++) tokens[group]! += this.growing[group]!;
    for (; this.#outgrown < this.#outgrowing.length; this.#outgrown++) {
      const request = this.#outgrowing[this.#outgrown]!;
      if (this.#promptTokens[request]! + decoded < this.#window) return;
      this.growing[this.#dataGroupOf[request]!]! -= 1;
    }
  }
}
