import { createGroupCost, type GroupCost } from "@tokenyard/program";
import { slowDown } from "../stages/slowdown.ts";
import type { Steps } from "./steps.ts";

/** What `Steps` say of a stage where data groups are slow, each by a factor of its own. */
export class SlowSteps {
  attentionNs = new Float64Array(0);
  takenNs = new Float64Array(0);
  readonly windowed: GroupCost;
  readonly head: GroupCost;
  readonly #steps: Steps;
  /** [data groups] */
  readonly #factors: Float64Array;
  #known = 0;

  constructor(steps: Steps, factors: Float64Array) {
    this.#steps = steps;
    this.#factors = factors;
    this.windowed = createGroupCost(factors.length);
    this.head = createGroupCost(factors.length);
  }

  /** Other steps begin. */
  begin(): void {
    this.#known = 0;
    this.#slow(this.#steps.windowed, this.windowed);
    this.#slow(this.#steps.head, this.head);
  }

  /** Works out the attention of those whose own is known. */
  look(): void {
    const { attentionNs, known } = this.#steps;
    const groups = this.#factors.length;
    if (this.attentionNs.length < attentionNs.length) {
      const before = this.attentionNs;
      this.attentionNs = new Float64Array(attentionNs.length);
      this.attentionNs.set(before);
    }
    for (; this.#known < known; this.#known++) {
      const from = this.#known * groups;
      for (let g = 0; g < groups; g++) this.attentionNs[from + g] = Math.round(attentionNs[from + g]! * this.#factors[g]!);
    }
  }

  /** The same steps are taken as of `Steps`. */
  take(from: number, count: number): void {
    const groups = this.#factors.length;
    if (this.takenNs.length < count * groups) this.takenNs = new Float64Array(this.attentionNs.length);
    for (let i = 0; i < count * groups; i++) this.takenNs[i] = this.attentionNs[from * groups + i]!;
  }

  #slow(cost: GroupCost, into: GroupCost): void {
    into.durationNs.set(cost.durationNs);
    into.groupBytes.set(cost.groupBytes);
    into.flops = cost.flops;
    into.bytes = cost.bytes;
    into.insideSeconds = cost.insideSeconds;
    slowDown(into.durationNs, this.#factors);
  }
}
