/** Hears which blocks a data group keeps; `depth` is the place of the block in its text, from 1. */
export interface KeptListener {
  /** `slot` computed the block, and `keys` are those of its blocks, not to be kept; both undefined of a place to resume at. */
  gained(high: number, low: number, depth: number, slot?: number, keys?: Int32Array): void;
  lost(high: number, low: number): void;
}
