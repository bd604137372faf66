/** Question of a search, as a caller gives it. */
export interface Asked {
  /** Objectives to minimise or maximise: the first counts most, and several have a front. */
  readonly objectives: readonly { readonly text: string; readonly better: "less" | "more" }[];
  /** Conditions that a plan must hold; the scenario's targets when there are none. */
  readonly subjectTo?: readonly string[];
  /** Whether the scenario's targets must be held too. */
  readonly targets?: boolean;
}
