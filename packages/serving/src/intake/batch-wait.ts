import type { Sequences } from "../continuous/sequences.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { Lobby } from "./lobby.ts";

/** Prompts of a data group that wait beside its decodes until a step has enough tokens, as `batch_wait_timeout_iters` has it. */
export class BatchWait {
  readonly #rules: NonNullable<IntakeRules["batchWait"]>;
  readonly #sequences: Sequences;
  readonly #budget: number;
  /** Steps that prompts have waited for, and since when; of none yet NaN. */
  #steps = 0;
  #sinceNs = Number.NaN;

  constructor(rules: NonNullable<IntakeRules["batchWait"]>, sequences: Sequences, budget: number) {
    this.#rules = rules;
    this.#sequences = sequences;
    this.#budget = budget;
  }

  /** Whether prompts that are `known`, of which there are places for `places`, wait beside `decoding` sequences. */
  holds({ known }: Lobby, places: number, decoding: number, nowNs: number): boolean {
    if (decoding === 0 || known.size === 0 || places <= 0) return false;
    const { steps, timeNs, share } = this.#rules;
    if (this.#steps >= steps || nowNs - this.#sinceNs >= timeNs) return false;
    const enough = share * this.#budget;
    let tokens = decoding;
    let left = places;
    for (const slot of known) {
      if (tokens >= enough || left-- === 0) break;
      tokens += this.#sequences.target[slot]!;
    }
    return tokens < enough;
  }

  /** A step begins; prompts wait for the next one, or do not. */
  began(isHeld: boolean, nowNs: number): void {
    if (!isHeld) {
      this.#steps = 0;
      this.#sinceNs = Number.NaN;
      return;
    }
    if (this.#steps++ === 0) this.#sinceNs = nowNs;
  }
}
