import { bytesOf } from "@tokenyard/model";
import { exchangeFormats, type Plan } from "@tokenyard/placement";
import type { StageLinks } from "@tokenyard/program";
import type { PoolSetup } from "../../inputs/setup.ts";
import type { SentTokens } from "./sent-rows.ts";

/** Bytes between the ranks of a stage, one sender after another: the dispatch, and the combine, which is the same turned round. */
export class RankBytes {
  readonly #plan: Plan;
  readonly #links: StageLinks;
  readonly #sent: readonly SentTokens[];
  readonly #senders: readonly (readonly number[])[];
  /** Bytes of a token on its way. */
  readonly #dispatched: number;
  readonly #combined: number;
  /** [ranks of the stage] */
  readonly #to: Float64Array;

  /** Tokens go as each of `sent` says. */
  constructor({ plan, scenario }: PoolSetup, links: StageLinks, sent: readonly SentTokens[]) {
    const { dispatch, combine } = exchangeFormats(scenario, plan);
    const { hiddenSize, experts } = scenario.model;
    const exchanged = experts?.inputSize ?? hiddenSize; // tokens are projected before the exchange
    this.#plan = plan;
    this.#links = links;
    this.#dispatched = exchanged * bytesOf(dispatch);
    this.#combined = exchanged * bytesOf(combine);
    this.#sent = sent;
    this.#senders = sent.map((each) => each.senders());
    this.#to = new Float64Array(plan.ranksPerStage);
  }

  /** [ranks of the stage] bytes that rank `from` sends to each. The same array each time. */
  from(from: number): Float64Array {
    const source = Math.floor(from / this.#plan.sourceRanks);
    this.#to.fill(0);
    for (const [i, sent] of this.#sent.entries()) {
      const senders = this.#senders[i]!;
      // in the order of the sources whose tokens they are, so that sums of fractions are always the same
      const own = firstAtLeast(senders, source);
      this.#combine(from, sent, senders, 0, own);
      if (senders[own] === source) this.#dispatch(from, sent.row(source));
      this.#combine(from, sent, senders, own, senders.length);
    }
    return this.#to;
  }

  /** Adds the dispatch of the tokens of rank `from` itself, `sent` [experts' ranks]. */
  #dispatch(from: number, sent: Float64Array): void {
    const { sourceRanks } = this.#plan;
    const { exchange, firstRank } = this.#links;
    const { ranks, share } = exchange[from % sourceRanks]!;
    const source = Math.floor(from / sourceRanks);
    for (let e = 0; e < sent.length; e++) {
      if (sent[e] === 0) continue;
      const member = memberOf(this.#plan, source, e, share);
      if (member >= 0) this.#to[ranks[member]! - firstRank]! += sent[e]! * this.#dispatched;
    }
  }

  /** Results of the tokens that `senders` number `first … end − 1` have sent it. */
  #combine(from: number, sent: SentTokens, senders: readonly number[], first: number, end: number): void {
    const { sourceRanks } = this.#plan;
    const { exchange, firstRank } = this.#links;
    const { ranks, share } = exchange[from % sourceRanks]!;
    const member = Math.floor(from / sourceRanks);
    const e = expertRankOf(this.#plan, member, share);
    if (!Number.isInteger(e)) return;
    const part = partOf(this.#plan, member);
    for (let i = first; i < end; i++) {
      const g = senders[i]!;
      if (partOf(this.#plan, g) === part) this.#to[ranks[g]! - firstRank]! += sent.at(g, e) * this.#combined;
    }
  }
}

/** Index of the first of `rising` numbers that is at least `least`. */
function firstAtLeast(rising: readonly number[], least: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Source of rank `e` of the experts' ranks, for traffic of `from` in an exchange group that reaches index `share` of each; −1: not in it.
 */
function memberOf({ sourceRanks, tensor }: Plan, from: number, e: number, share: number): number {
  const parts = tensor / sourceRanks; // sources that share an expert
  if (parts > 1) return e * parts + (from % parts);
  const places = sourceRanks / tensor; // experts' ranks of a source
  return e % places === share ? Math.floor(e / places) : -1;
}

/** The experts' rank of source number `member` that such a group reaches. */
function expertRankOf({ sourceRanks, tensor }: Plan, member: number, share: number): number {
  const parts = tensor / sourceRanks;
  return parts > 1 ? Math.floor(member / parts) : member * (sourceRanks / tensor) + share;
}

/** Index of a source among those that share an expert. */
function partOf({ sourceRanks, tensor }: Plan, source: number): number {
  const parts = tensor / sourceRanks;
  return parts > 1 ? source % parts : 0;
}
