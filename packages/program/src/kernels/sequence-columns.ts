import type { Pass } from "@tokenyard/model";

/** [data groups] parts of a pass that its costs by sequence depend on; or means over several passes */
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
