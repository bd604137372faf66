import { counted } from "@tokenyard/scenario";
import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { percent, prefixed } from "../quantity.ts";

/** Accepted drafts, and the cost of the others. */
export function speculationLines({ speculation }: Report, { ink, width, numbers }: Page): string[] {
  if (speculation === undefined) return [];
  const { kind, drafts, tree, survival, steps } = speculation;
  const text = (path: string, form: (value: number, step: number) => string) => numbers.text(`speculation.${path}`, form);
  const plain = (value: number, step: number) => prefixed(value, "", step);
  if (steps === 0) return [ink.strong("Speculation"), ...phrases([`${kind}: no step had a draft`], "  ", width)];
  const shares = survival.map((_, at) => text(`survival.${at}.share`, percent));
  const of = drafts === 1 ? "the draft" : "drafts 1 to ";
  const draft = kind === "ngram" || kind === "suffix" ? [] : [`${text("draftShare", percent)} of decoding is the draft's`];
  return [
    ink.strong("Speculation"),
    ...phrases(
      [
        `${kind}, ${tree === undefined ? `${counted(drafts, "draft")} a step` : `trees of ${counted(tree.verified, "token")}, ${counted(drafts, "draft")} deep`}`,
        `${text("tokensPerStep", plain)} tokens a step`,
        `${text("tokensPerSecondPerUser", plain)} tokens/s a user`,
        `${of}${drafts === 1 ? "" : drafts} out in ${shares.join(", ")} of steps`,
        `${text("rejectedShare", percent)} of verified tokens rejected`,
        ...draft,
      ],
      "  ",
      width,
    ),
  ];
}
