import type { LinearShape } from "@tokenyard/model";

/** What costs of a draft follow from beside its model. */
export interface DraftSpec {
  /** Brings rows to its width; undefined where it takes tokens alone. */
  readonly input: LinearShape | undefined;
  /** Tokens that windowed columns of its passes see. */
  readonly window: number;
}
