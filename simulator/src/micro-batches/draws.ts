import type { Stream } from "@tokenyard/random";

/** What the experts of a pass are drawn from. */
export interface Draws {
  readonly routing: Stream;
  readonly overflow: Stream;
  readonly guesses?: Stream | undefined;
  /** If the fates of copies are requested expert by expert: of which expert those are that are dropped. */
  readonly fates?: Stream | undefined;
}
