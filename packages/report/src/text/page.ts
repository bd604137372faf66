import type { Ink } from "./ink.ts";
import type { Numbers } from "./numbers.ts";

/** Page of a section: characters in a line, colours, and the formatted numbers of the report. */
export interface Page {
  readonly width: number;
  readonly ink: Ink;
  readonly numbers: Numbers;
}
