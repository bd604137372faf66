import type { LinearShape } from "@tokenyard/model";

/** Facts besides its model on which the costs of a draft depend. */
export interface DraftSpec {
  /** Projection of rows to its width; undefined if it takes tokens alone. */
  readonly input: LinearShape | undefined;
  /** Tokens that windowed columns of its passes see. */
  readonly window: number;
}
