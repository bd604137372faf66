import { claimTitle, htmlText } from "@tokenyard/report";
import { counted } from "@tokenyard/scenario";
import type { Audit } from "../audit.ts";
import { amount, factor, span } from "../claims/amount-text.ts";
import type { AuditedClaim, Verdict } from "../verdicts/audited-claim.ts";
import { countText, ordered, rootText, tally } from "../verdicts/claim-order.ts";
import { claimedText, foundWithUnit, SIGNS } from "./audit-text.ts";
import { helpText } from "./help-text.ts";
import { realSentence, realText } from "./real-text.ts";

const CLASSES: Readonly<Record<Verdict, string>> = {
  fails: "bad",
  inconsistent: "bad",
  depends: "open-claim",
  undecided: "open-claim",
  better: "good",
  holds: "good",
};

/** How much an audit rests on, in sentences. */
export function auditFacts(audit: Audit): string[] {
  const { claims, readings, seed, runs, maxReplications, searched } = audit;
  const read = readings.length < 2 ? "" : ` under ${readings.length} readings`;
  const roots = rootText(claims);
  return [
    `${counted(claims.length, "claim")}${read}, by ${counted(runs, "run")} from seed ${seed} on, at most ${maxReplications} of one scenario.`,
    ...realSentence(audit),
    ...(roots === undefined ? [] : [`${roots}: what follows from another error stands under it.`]),
    ...(searched ? [] : ["Ranges of assumptions and policies were not searched."]),
  ];
}

/** Every claim as a line with its verdict and its two numbers, worst first; each opens to its arithmetic. HTML without scripts. */
export function auditHtml(audit: Audit): string {
  const { claims, assumptions } = audit;
  const counts = tally(claims).map(
    ({ verdict, count }) => `<li class="${CLASSES[verdict]}">${SIGNS[verdict]} ${countText(verdict, count)}</li>`,
  );
  const lines = ordered(claims).map(({ claim, isConsequence }) => claimHtml(claim, isConsequence));
  const ranged = assumptions.map(({ path, unit, from, to, assumed, turns, turnsWithOthers }) => {
    const value = assumed === null ? "none" : amount(assumed, unit);
    const turned = [...turns, ...turnsWithOthers.map((id) => `${id} (with others)`)];
    const cells = [path, value, span({ low: from, high: to }, unit), turned.length === 0 ? "no verdict" : turned.join(", ")];
    return rowHtml(cells, [1, 2]);
  });
  const heads = ["assumed", "value", "range that was tried", "verdicts that turn on it"].map(
    (text) => `<th scope="col" class="left">${text}</th>`,
  );
  return [
    `<ul class="counts">${counts.join("")}</ul>`,
    `<h2>Claims</h2>`,
    ...lines,
    ...(ranged.length === 0
      ? []
      : [
          `<h2>What verdicts turn on</h2>`,
          `<div class="scrolls" tabindex="0" role="region" aria-label="what verdicts turn on"><table class="answer-table"><thead><tr>${heads.join("")}</tr></thead><tbody>${ranged.join("\n")}</tbody></table></div>`,
        ]),
  ].join("\n");
}

function claimHtml(claim: AuditedClaim, isConsequence: boolean): string {
  const { verdict, section, id, root, claimed } = claim;
  const numbers = claimed === null ? [] : [`claimed ${claimedText(claim)},`, `found ${foundWithUnit(claim)}`];
  const cells = [
    `<span class="verdict">${SIGNS[verdict]} ${verdict}</span>`,
    `<span class="what">${isConsequence ? "↳ " : ""}${htmlText(claimTitle(claim))}</span>`,
    `<span class="two">${numbers.map((text) => `<span>${htmlText(text)}</span>`).join(" ")}</span>`,
    `<span class="off">${claim.factor === undefined ? "" : `${factor(claim.factor)}×`}</span>`,
  ];
  const why = [
    `<p>${htmlText(claim.because)}</p>`,
    ...realText(claim).map((line) => `<p>${htmlText(line)}</p>`),
    ...checksHtml(claim),
    ...helpText(claim).map((line) => `<p><strong>${htmlText(line)}</strong></p>`),
    `<p class="faint">${htmlText([id, ...(section === null ? [] : [section]), ...(root === undefined ? [] : [`follows from ${root}`])].join(" · "))}</p>`,
  ];
  return `<details class="claim ${CLASSES[verdict]}"><summary>${cells.join("")}</summary><div class="why">${why.join("")}</div></details>`;
}

/** A row of a table; the cells at `amounts` stay on a line. */
function rowHtml(cells: readonly string[], amounts: readonly number[]): string {
  const cell = (text: string, at: number) => `<td class="left${amounts.includes(at) ? " amount" : ""}">${htmlText(text)}</td>`;
  return `<tr>${cells.map(cell).join("")}</tr>`;
}

/** The formula and number of every check, and of every reading where they differ. */
function checksHtml({ checks, readings, unit }: AuditedClaim): string[] {
  const rows = [
    ...checks.map(({ kind, formula, found, deciding, replications }) => [
      kind,
      formula,
      amount(found, unit),
      deciding === null ? "" : `${span(deciding, unit)}, ${counted(replications, "run")}`,
    ]),
    ...(readings ?? []).map(({ reading, found, deciding }) => [
      "reading",
      reading,
      amount(found, unit),
      deciding === null ? "" : span(deciding, unit),
    ]),
  ];
  if (rows.length === 0) return [];
  const heads = ["check", "by", "found", "decided on"].map((text) => `<th scope="col" class="left">${text}</th>`).join("");
  return [
    `<div class="scrolls" tabindex="0" role="region" aria-label="checks"><table class="answer-table"><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => rowHtml(row, [2])).join("")}</tbody></table></div>`,
  ];
}
