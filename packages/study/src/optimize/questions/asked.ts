/** What a search is asked for. */
export interface Asked {
  /** What to make small or large: the first counts most, and several have a front. */
  readonly objectives: readonly { readonly text: string; readonly better: "less" | "more" }[];
  /** Conditions that a plan must hold; the scenario's targets when there are none. */
  readonly subjectTo?: readonly string[];
  /** Whether the scenario's targets must be held too. */
  readonly targets?: boolean;
}
