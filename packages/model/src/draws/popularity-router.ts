import type { Stream } from "@tokenyard/random";
import type { Lists } from "./lists.ts";
import type { PickTaker } from "./pick-taker.ts";
import type { SpreadRatios } from "./spread-ratios.ts";
import type { TokenRouter } from "./token-router.ts";
import type { ExpertPlaces, Visits } from "./visits.ts";

/** How the tokens of a layer choose: see ExpertChoice. */
interface Choice {
  count(tokens: number, stream: Stream, out: Float64Array, source: number, visits?: Visits, lists?: Lists): void;
  shares(): Float64Array;
  spread?(places: ExpertPlaces): SpreadRatios | undefined;
  picks?(tokens: number, isVisiting: boolean): boolean;
  pick?(tokens: number, stream: Stream, source: number, taker: PickTaker): void;
}

/** A token router of a gate with popularity: each layer has its own weights, each source chooses by them. */
export class PopularityRouter implements TokenRouter {
  readonly kind: string;
  readonly draws = true;
  readonly #choices: readonly (Choice | undefined)[]; // [layers]

  /** `choices` [layers]; layers may share one. Undefined in a layer without experts. */
  constructor(kind: string, choices: readonly (Choice | undefined)[]) {
    this.kind = kind;
    this.#choices = choices;
  }

  shares(layer: number): Float64Array | undefined {
    return this.#choices[layer]?.shares();
  }

  spread(layer: number, places: ExpertPlaces): SpreadRatios | undefined {
    return this.#choices[layer]?.spread?.(places);
  }

  pick(layer: number, tokens: ArrayLike<number>, stream: Stream, taker: PickTaker): boolean {
    const choice = this.#choices[layer]!;
    let most = 0;
    for (let source = 0; source < tokens.length; source++) if (tokens[source]! > most) most = tokens[source]!;
    if (choice.picks?.(most, taker.isVisiting) !== true) return false;
    for (let source = 0; source < tokens.length; source++) if (tokens[source]! > 0) choice.pick!(tokens[source]!, stream, source, taker);
    return true;
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits, lists?: Lists): void {
    const choice = this.#choices[layer]!;
    for (let source = 0; source < tokens.length; source++) {
      if (tokens[source] === 0 && lists?.lengths[source] === 0 && (visits === undefined || visits.ranks.lengths[source] === 0)) continue; // as it was
      choice.count(tokens[source]!, stream, out, source, visits, lists);
    }
    if (lists !== undefined) lists.areCurrent = true;
  }
}
