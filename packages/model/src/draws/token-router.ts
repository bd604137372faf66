import type { Stream } from "@tokenyard/random";
import type { Pass } from "../layers/pass.ts";
import type { Lists } from "./lists.ts";
import type { PickTaker } from "./pick-taker.ts";
import type { SpreadRatios } from "./spread-ratios.ts";
import type { ExpertPlaces, Visits } from "./visits.ts";

/** The sequences of a pass [sources] whose tokens are routed. */
export type RoutedPass = Pick<Pass, "sequences"> & Partial<Pick<Pass, "decoding" | "byClass">>;

/** Sends tokens to experts, by counts: its cost does not grow with the tokens. */
export interface TokenRouter {
  readonly kind: string;
  /** False where the copies of a pass follow from its tokens alone: nothing is drawn, and all layers route alike. */
  readonly draws: boolean;
  /**
   * True if copies are drawn for all sources together and dealt out in proportion to their tokens; those of one source are then not whole.
   */
  readonly deals?: true;
  /** Sets the time for what follows. Only where popularity changes with time. */
  advance?(nowNs: number): void;
  /** The tokens that are routed next are of the sequences of `pass`. Only where tokens of a sequence hang together. */
  begin?(pass: RoutedPass): void;
  /** Shares of the copies of `layer` that its experts get in the mean [experts]; undefined where all get as many, or nothing is known. */
  shares?(layer: number): Float64Array | undefined;
  /** How visits of `places` compare with those of copies that each come with the same chance, in the mean. Only where choices of a token hang together; undefined where no expert has several slots. */
  spread?(layer: number, places: ExpertPlaces): SpreadRatios | undefined;
  /**
   * Draws what `route` draws, and hands it to `taker` token by token, where no counts of single sources are needed. False where it has drawn nothing, as `route`
   * does not draw token by token.
   */
  pick?(layer: number, tokens: ArrayLike<number>, stream: Stream, taker: PickTaker): boolean;
  /**
   * Fills `out` [sources × experts] with the copies that each source's `tokens` [sources] send to each expert of `layer`. A source's copies
   * add up to tokens · topK, and none of its experts gets more than its tokens. Fills `visits`, if given, from the same choices. Numbers
   * drawn from `stream` depend on the arguments and earlier settings; if tokens are correlated, also on earlier draws. Allocates nothing
   * once it knows the places. `lists` describe `out` before; a router that keeps them current afterwards sets `areCurrent`.
   */
  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits, lists?: Lists): void;
}
