import type { Page } from "../page.ts";
import { paragraph } from "../paragraph.ts";
import type { Report } from "../report.ts";

/** What the reader should doubt: warnings, and values that nobody stated. */
export function noteLines({ warnings, assumed }: Report, { width, ink }: Page): string[] {
  const lines: string[] = [];
  if (warnings.length > 0) lines.push(ink.strong("Warnings"));
  for (const { code, message } of warnings) {
    const [first = "", ...rest] = paragraph(`${code}: ${message}`.split(" "), "  ! ", width);
    lines.push(
      first.replace(`! ${code}`, (sign) => ink.bad(sign)),
      ...rest,
    );
  }
  if (assumed.length > 0) {
    const words = assumed.map((one, at) => assumptionText(one) + (at < assumed.length - 1 ? "," : ""));
    const [first = "", ...rest] = paragraph(words, "Assumed  ", width);
    if (warnings.length > 0) lines.push("");
    lines.push(ink.strong("Assumed") + first.slice("Assumed".length), ...rest);
  }
  return lines;
}

function assumptionText(assumption: Report["assumed"][number]): string {
  return typeof assumption === "string" ? assumption : `${assumption.path} (${assumption.from} to ${assumption.to})`;
}
