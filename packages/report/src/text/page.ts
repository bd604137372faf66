import type { Ink } from "./ink.ts";
import type { Numbers } from "./numbers.ts";

/** What a section of the text is set on: characters in a line, colours, and the report's numbers as they read. */
export interface Page {
  readonly width: number;
  readonly ink: Ink;
  readonly numbers: Numbers;
}
