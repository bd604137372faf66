export type DraftKind = "mtp" | "eagle" | "draft-model" | "ngram" | "suffix";

/** Speculation keys that a scenario states itself, and not by flags. */
export interface StatedSpeculation {
  /** Drafts of a step, at most; undefined where the tree leaves them to the engine. */
  readonly tokens: number | undefined;
  readonly kind: DraftKind | undefined;
  readonly isParallel: boolean;
  readonly isTree: boolean;
  readonly acceptance: boolean;
  readonly draft: boolean;
}

/** Speculation that the flags of an engine ask for. */
export interface Drafting {
  readonly kind: DraftKind;
  /** Undefined where the engine refuses to start without it. */
  readonly tokens: number | undefined;
  readonly isParallel?: boolean;
  readonly tree?: { readonly width: number; readonly verified: number } | undefined;
  /** Tokens by batch size, in place of `tokens`. */
  readonly depths?: readonly { readonly upTo: number; readonly tokens: number }[] | undefined;
}
