import type { Stream } from "@tokenyard/random";

/** What the experts of a pass are drawn from. */
export interface Draws {
  readonly routing: Stream;
  readonly overflow: Stream;
  readonly guesses?: Stream | undefined;
  /** Where somebody asks what becomes of copies expert by expert: of which expert those are that are dropped. */
  readonly fates?: Stream | undefined;
}
