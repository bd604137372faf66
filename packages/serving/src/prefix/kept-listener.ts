/** Hears which blocks a data group keeps; `depth` is the place of the block in its text, from 1. */
export interface KeptListener {
  gained(high: number, low: number, depth: number): void;
  lost(high: number, low: number): void;
}
