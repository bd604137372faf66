import type { Stream } from "@tokenyard/random";

/** What becomes of copies that an expert has no room for. */
export interface Overflow {
  readonly kind: string;
  /** False where it drops nothing, whatever the capacity. */
  readonly limits: boolean;
  /**
   * Cuts `copies` [sources × experts] in place, until no expert has more than `capacity` of them over all sources.
   * Returns the copies dropped. What is drawn depends on the arguments only; allocates nothing while `sources` stays the same.
   */
  cut(copies: Float64Array, sources: number, experts: number, capacity: number, stream: Stream): number;
}
