import type { Answer } from "./messages.ts";
import type { ReadBlob, Source } from "./source.ts";

/** Environment of the desk: a Worker, or a test. */
export interface Surroundings {
  post(answer: Answer, transfer?: readonly ArrayBufferLike[]): void;
  /** The clock, in milliseconds. */
  nowMs(): number;
  /** Lets other orders arrive. */
  pause(): Promise<void>;
  readonly readBlob: ReadBlob;
  /** Loads readers of files that `source` takes. */
  loadReaders(source: Source): Promise<void>;
}
