import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { paragraph } from "../paragraph.ts";

/** Conclusion of the report, as one paragraph; its verdict is coloured. */
export function conclusionLines({ conclusion }: Report, { width, ink }: Page): string[] {
  const { verdict, sentences } = conclusion;
  const lines = paragraph(sentences.join(" ").split(" "), "", width);
  const [first = "", ...rest] = lines;
  const word = /^(Met|Missed|Not enough evidence)/.exec(first)?.[0] ?? "";
  const colour = verdict === "met" ? ink.good : verdict === "missed" ? ink.bad : ink.strong;
  return [colour(word) + first.slice(word.length), ...rest];
}
