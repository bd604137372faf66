import type { Ink } from "./ink.ts";

/** What a section of the text is set on: characters in a line, and colours. */
export interface Page {
  readonly width: number;
  readonly ink: Ink;
}
