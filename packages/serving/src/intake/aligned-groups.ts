import type { IntakeRules } from "./intake-rules.ts";

/** Data groups that begin their prompts together, as TensorRT-LLM's `attention_dp_config.enable_balance` has them: two counters, which every step moves. */
export class AlignedGroups {
  readonly #rules: NonNullable<IntakeRules["aligned"]>;
  /** Steps since all groups had prompts, or since prompts were admitted. */
  #waited = 0;
  /** Steps since all groups had prompts, while the groups wait for more prompts. */
  #gathered = 0;

  constructor(rules: NonNullable<IntakeRules["aligned"]>) {
    this.#rules = rules;
  }

  /** Whether prompts wait: all groups decode, and some have no prompt, or no place for one. */
  holds(allHavePrompts: boolean, allDecode: boolean): boolean {
    if (!allDecode) return false;
    return allHavePrompts ? this.#gathered < this.#rules.waitSteps : this.#waited + 1 < this.#rules.timeoutSteps;
  }

  /** A step begins. */
  began(allHavePrompts: boolean, allDecode: boolean): void {
    const isHeld = this.holds(allHavePrompts, allDecode);
    if (allHavePrompts) {
      this.#waited = 0;
      this.#gathered = isHeld ? this.#gathered + 1 : 0;
    } else this.#waited = isHeld ? this.#waited + 1 : 0;
  }

  /** `count` steps that only decode begin one after another, in which no request waits; `allDecode`: whether all groups do. */
  advanced(count: number, allDecode: boolean): void {
    this.#waited = allDecode ? (this.#waited + count) % Math.max(1, this.#rules.timeoutSteps) : 0;
  }
}
