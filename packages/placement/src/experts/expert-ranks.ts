/** Ranks of a stage that can hold experts. */
export interface ExpertRanks {
  /** Experts' ranks of a stage. */
  readonly expert: number;
  readonly ranksPerStage: number;
  readonly gpusPerNode: number;
}
