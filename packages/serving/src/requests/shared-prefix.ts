import { type Stream, zipf } from "@tokenyard/random";
import type { PrefixSpec } from "@tokenyard/scenario";
import type { ArrivingRequest } from "./arriving-request.ts";

/** The system prompts that the requests of one class share: each begins with one of `groups`, drawn as a zipf has it. */
export class SharedPrefix {
  /** Tokens of each system prompt. */
  readonly tokens: number;
  readonly groups: number;
  readonly #exponent: number;
  readonly #stream: Stream;
  readonly #firstId: number;
  readonly #ids: (Int32Array | undefined)[] = [];

  /** Theirs are the ids from `firstId` up to, and without, `firstId` + groups. */
  constructor({ tokens, groups, exponent }: PrefixSpec, firstId: number, stream: Stream) {
    this.tokens = tokens;
    this.groups = groups;
    this.#exponent = exponent;
    this.#stream = stream;
    this.#firstId = firstId;
  }

  /** Number of the next request's, from 0; nothing is drawn where there is one only. */
  draw(): number {
    return this.groups === 1 ? 0 : zipf(this.#stream, this.groups, this.#exponent) - 1;
  }

  /** Puts one of them, drawn, before the prompt of `out`: a single block with an id. */
  put(out: ArrivingRequest): void {
    const group = this.draw();
    const ids = this.#ids[group] ?? Int32Array.of(this.#firstId + group);
    this.#ids[group] = ids;
    out.promptTokens += this.tokens;
    out.prefix = ids;
    out.prefixBlockTokens = this.tokens;
  }
}
