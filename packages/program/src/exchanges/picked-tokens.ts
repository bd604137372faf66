import type { SentPorts } from "@tokenyard/cluster";
import type { PickTaker } from "@tokenyard/model";
import type { ExpertSlots, Plan } from "@tokenyard/placement";
import type { PickedPorts } from "../experts/picked-ports.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";
import { rankOfExperts } from "./token-routes.ts";

/** Tokens that are counted as they are picked, by expert and by the ports that they go through: of thousands of sources no pairs are held. */
export class PickedTokens implements PickTaker, PickedPorts {
  isVisiting = false;
  /** [exchange groups] undefined for one whose tokens go as those of another do */
  readonly #byGroup: readonly (SentPorts | undefined)[];
  /** [experts' ranks of a source] ports of the groups that reach it */
  readonly #byShare: readonly (readonly SentPorts[])[];
  readonly #all: readonly SentPorts[];
  readonly #shares: number;
  #slots: ExpertSlots | undefined;
  #rankOf: Int32Array = new Int32Array(0);
  /** [experts' ranks] the token that came there last */
  readonly #cameAt: Int32Array;
  #tokens = 0;
  #routed: Float64Array = new Float64Array(0);

  /** Routes for stage number `stage` of a plan that `suitsPicks`. */
  constructor({ plan, network, links }: ExchangeSpec, stage: number) {
    const { exchange } = links[stage]!;
    this.#shares = plan.sourceRanks / plan.tensor;
    this.#byGroup = exchange.map(({ ranks, sameAs }, i) => (sameAs === i ? network.sentPorts(ranks) : undefined));
    this.#all = this.#byGroup.filter((ports) => ports !== undefined);
    this.#byShare = Array.from({ length: this.#shares }, (_, share) =>
      this.#byGroup.filter((_ports, i) => exchange[i]!.share === share).filter((ports) => ports !== undefined),
    );
    this.#cameAt = new Int32Array(plan.expert);
  }

  /**
   * Begins tokens for experts in order in `slots`; their copies are added to `routed` [experts]. `isVisiting`: each is sent once to a rank.
   */
  begin(slots: ExpertSlots, isVisiting: boolean, routed: Float64Array): void {
    if (this.#slots !== slots) this.#rankOf = rankOfExperts(slots);
    this.#slots = slots;
    this.isVisiting = isVisiting;
    this.#routed = routed;
    this.#cameAt.fill(0);
    this.#tokens = 0;
    for (const ports of this.#byGroup) ports?.clear(isVisiting);
  }

  take(source: number, picks: Int32Array, tokens: number, topK: number): void {
    const rankOf = this.#rankOf;
    const routed = this.#routed;
    const cameAt = this.#cameAt;
    const shares = this.#shares;
    const isVisiting = this.isVisiting;
    const all = this.#all;
    let now = this.#tokens;
    for (let at = 0, end = topK; end <= tokens * topK; end += topK) {
      now++;
      for (let i = 0; i < all.length; i++) all[i]!.begin(source);
      for (; at < end; at++) {
        const x = picks[at]!;
        const e = rankOf[x]!;
        routed[x]! += 1;
        if (isVisiting && cameAt[e] === now) continue;
        cameAt[e] = now;
        const share = e % shares;
        const reached = this.#byShare[share]!;
        for (let i = 0; i < reached.length; i++) reached[i]!.send((e - share) / shares);
      }
    }
    this.#tokens = now;
  }

  end(): void {
    for (const ports of this.#byGroup) ports?.end();
  }

  portsOf(i: number): SentPorts {
    return this.#byGroup[i]!;
  }
}

/** Whether the tokens of a pass can be counted as they are picked: each source has whole experts' ranks of its own, and sends them their copies. */
export function suitsPicks({ exchange, sourceRanks, tensor }: Plan): boolean {
  return exchange === "all-to-all" && sourceRanks % tensor === 0;
}
