/** How experts that a gate draws are drawn: for all tokens of each pass, or by their law. */
export type Resolution = "exact" | "law";

/** Seconds of one core that a run is expected to take, by how it draws experts. */
export type ExpectedSeconds = Readonly<Record<Resolution, number>>;
