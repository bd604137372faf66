import type { Stream } from "@tokenyard/random";

/** What the experts of a pass are drawn from. */
export interface Draws {
  readonly routing: Stream;
  readonly overflow: Stream;
  readonly guesses?: Stream | undefined;
  /** Where somebody asks what becomes of copies expert by expert: of which expert those are that are dropped. */
  readonly fates?: Stream | undefined;
  /** Of a pass that may come again; undefined where each is drawn for itself. */
  readonly version?: PassVersion | undefined;
}

/** Which of the passes it is that come again with the same rows. */
export interface PassVersion {
  /** The same for the same pass. */
  readonly key: string;
  /** Its number among those with the same rows. */
  readonly number: number;
}
