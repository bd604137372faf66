/** Numbers of the tokens of a run: prompt by prompt, then output by output over all sequences. */
export class TokenNumbers {
  readonly #prompts: readonly number[];
  /** [sequences + 1] number of the first token of each prompt, and of the first output */
  readonly #first: readonly number[];

  constructor(prompts: readonly number[]) {
    this.#prompts = prompts;
    const first = [0];
    for (const tokens of prompts) first.push(first.at(-1)! + tokens);
    this.#first = first;
  }

  /** Number of the token at `position` of `sequence`. */
  of(sequence: number, position: number): number {
    const prompt = this.#prompts[sequence]!;
    if (position < prompt) return this.#first[sequence]! + position;
    return this.#first.at(-1)! + (position - prompt) * this.#prompts.length + sequence;
  }

  /** Sequence of a token, and its position in it. */
  placeOf(token: number): { readonly sequence: number; readonly position: number } {
    const output = token - this.#first.at(-1)!;
    if (output >= 0) {
      const sequence = output % this.#prompts.length;
      return { sequence, position: this.#prompts[sequence]! + Math.floor(output / this.#prompts.length) };
    }
    const sequence = this.#first.findIndex((first) => first > token) - 1;
    return { sequence, position: token - this.#first[sequence]! };
  }
}
