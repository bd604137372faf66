import { counted } from "@tokenyard/scenario";
import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { rounded } from "../precision.ts";
import { bytes, percent, prefixed, seconds } from "../quantity.ts";

/** Copied caches, and loads from them. */
export function checkpointLines({ checkpoints }: Report, { ink, width, numbers }: Page): string[] {
  if (checkpoints === undefined) return [];
  const { restored, busiestLinkShare } = checkpoints;
  const text = (path: string, form: (value: number, step: number) => string) => numbers.text(`checkpoints.${path}`, form);
  const share = busiestLinkShare === null ? [] : [`${text("busiestLinkShare", percent)} of the busiest link`];
  const back =
    restored.requests === 0
      ? ["none loaded"]
      : [
          `${text("restored.tokens", (value, step) => prefixed(value, "", step))} tokens loaded for ${text("restored.requests", (value, step) => counted(rounded(value, step), "request"))}, in ${text("restored.meanSeconds", seconds)} each`,
        ];
  return [ink.strong("Checkpoints"), ...phrases([`${text("copiedBytes", bytes)} copied`, ...share, ...back], "  ", width)];
}
