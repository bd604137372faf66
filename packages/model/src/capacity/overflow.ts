import type { Stream } from "@tokenyard/random";

/** Copies on their way to a layer's experts, those of sources `from` … `end` − 1 in competition with each other for the same room. */
export interface Crowd {
  /** [sources × experts] */
  readonly copies: Float64Array;
  readonly experts: number;
  from: number;
  end: number;
  /** [experts] copies to each, of all these sources together; undefined: they are not added up. */
  totals?: ArrayLike<number> | undefined;
  /** [sources]: no expert gets more copies of a source than it has tokens. */
  tokens: ArrayLike<number>;
  /** How likely experts are to be a token's next choice, in proportion [experts]; undefined: one as likely as another. */
  chances: ArrayLike<number> | undefined;
  /** [experts] number of each expert's set, from 0; experts of one set can stand in for each other; undefined: all can */
  regions: Int32Array | undefined;
  /** Experts without a slot: their copies leave them at any capacity, and no others come; undefined: all have one. */
  closed?: Int32Array | undefined;
}

/** Fates of copies that an expert had no room for; all others are kept. */
export interface Fates {
  /** Computed by another expert. */
  rerouted: number;
  /** Copies without room: the token goes on by its residual. */
  dropped: number;
  /** Masked copies, chosen at random as the dropped ones are. */
  masked: number;
  /** [experts] of those that are masked, if requested. */
  maskedOf?: Float64Array;
}

/** Policy for copies that an expert has no room for. */
export interface Overflow {
  readonly kind: string;
  /** False where it leaves all copies as they are, whatever the capacity. */
  readonly limits: boolean;
  /** Whether copies may go to other experts: `anywhere`, or to those of the same rank or node; false: to none. */
  readonly reroutes: false | "rank" | "node" | "any";
  /** Whether copies may be masked. */
  readonly masks: boolean;
  /**
   * Changes the crowd's copies in place, until no expert has more than `capacity` of them over its sources, and adds to `fates`.
   * What is drawn depends on the arguments only; allocates nothing while the sizes and the regions stay the same.
   */
  cut(crowd: Crowd, capacity: number, stream: Stream, fates: Fates): void;
}

/** Copies to `expert`, of all sources of the crowd. */
export function copiesTo(expert: number, { copies, experts, from, end }: Crowd): number {
  let total = 0;
  for (let s = from; s < end; s++) total += copies[s * experts + expert]!;
  return total;
}
