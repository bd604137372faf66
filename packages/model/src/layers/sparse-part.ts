import type { Precision } from "@tokenyard/scenario";

/** Blocks of kernels of attentions that see a part of the context: chosen tokens, chosen entries, all entries of a compressed history, chosen blocks of tokens. */
export type SparseBlock = "tokens" | "entries" | "history" | "blocks";

/** Role of a kernel in such a block. Source: docs/models/kernels.md#fitted-mixers. */
export interface SparsePart {
  readonly block: SparseBlock;
  /**
   * Core: once in a block, with the kernels around it; `history`: a second core, of compressed entries; `scores`: with the choice that
   * follows.
   */
  readonly part: "core" | "history" | "scores";
  /** Tokens or entries that are chosen; Infinity: all. */
  readonly most: number;
  /** Format in which the products around it multiply. */
  readonly products: Precision;
  /** Heads of a rank's core. */
  readonly heads: number;
}
