import type { Pass } from "@tokenyard/model";

/** What of a pass its costs by sequence follow from, [data groups]; or of several passes in the mean. */
export type SequenceColumns = Pick<
  Pass,
  | "phase"
  | "sequences"
  | "newTokens"
  | "rows"
  | "contextTokens"
  | "pairs"
  | "windowedContextTokens"
  | "windowedPairs"
  | "reprojectedTokens"
  | "outputs"
  | "decoding"
>;
