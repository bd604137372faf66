/** Where a stage's experts can lie. */
export interface ExpertRanks {
  /** Experts' ranks of a stage. */
  readonly expert: number;
  readonly ranksPerStage: number;
  readonly gpusPerNode: number;
}
