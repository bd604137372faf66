import type { Conclusion } from "../schema/conclusion-schema.ts";

/** Conclusion of a study: its verdict, and at most three sentences, whose numbers are in the study. */
export interface StudyConclusion extends Pick<Conclusion, "verdict"> {
  readonly sentences: readonly string[];
}

/** The power of ten of the first digit: 2 for 612, -1 for 0.5. */
export function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
