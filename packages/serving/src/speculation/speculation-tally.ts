/** Counts of drafts. */
export interface SpeculationTally {
  /** Steps of sequences that verified drafts. */
  steps: number;
  /** Drafts in those steps. */
  drafted: number;
  /** [positions] drafts that were accepted and are out: none beyond the last token of a request. */
  readonly accepted: Float64Array;
  /** Steps of sequences that decoded, with or without drafts, and tokens that came out of them. */
  decodeSteps: number;
  tokens: number;
}

export function createSpeculationTally(drafts: number): SpeculationTally {
  return { steps: 0, drafted: 0, accepted: new Float64Array(drafts), decodeSteps: 0, tokens: 0 };
}
