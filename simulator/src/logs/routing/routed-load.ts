import type { Fates, FatesByExpert, Lists } from "@tokenyard/model";
import type { ExpertLoad } from "@tokenyard/program";

/** Destinations of the tokens of a pass in a layer. */
export interface RoutedCopies {
  readonly routed: Float64Array;
  readonly rankRows: Float64Array;
  readonly fates: Fates;
  readonly capacityFactor?: number | undefined;
  readonly fatesOf?: FatesByExpert | undefined;
  /** Experts that have copies, where that is known. */
  readonly chosen?: Lists | undefined;
}

/** How unevenly a layer of a pass loaded its experts and their ranks: load variance, and the fullest over the mean. */
export interface UnevenLoad {
  readonly variance: number;
  readonly most: number;
  /** Undefined where experts have one rank. */
  readonly rankVariance: number | undefined;
  readonly rankMost: number;
}

/** Destinations of the tokens of a pass in each of several layers that route alike, none over capacity. */
export interface AlikeRouting extends Pick<RoutedCopies, "routed" | "rankRows" | "fates"> {
  /** Masked copies by expert [experts], if requested. */
  readonly maskedOf: Float64Array | undefined;
}

/** Parts of a load that are recorded. */
export type RoutedLoad = RoutedCopies &
  Pick<ExpertLoad, "capacity" | "own" | "slots" | "tokens" | "copies" | "lists" | "sent" | "arrivals" | "arrivalLists" | "capacityFactor">;
