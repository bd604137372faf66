import type { Audit } from "../audit.ts";
import { amount, factor, span } from "../claims/amount-text.ts";
import { ordered, rootText, tally } from "../verdicts/claim-order.ts";
import { claimedText } from "./audit-text.ts";
import { helpText } from "./help-text.ts";
import { realText } from "./real-text.ts";

/** The audit as Markdown, for the review of a plan: a table of all claims, then remedies, then assumptions. */
export function auditMarkdown(audit: Audit): string {
  const claims = ordered(audit.claims);
  const rows = claims.map(({ claim, isConsequence }) => [
    `**${claim.verdict}**`,
    `${isConsequence ? "↳ " : ""}\`${claim.id}\``,
    `${claim.text}${claim.section === null ? "" : ` (${claim.section})`}`,
    claimedText(claim),
    claim.claimed === null
      ? ""
      : `${amount(claim.found, claim.unit)}${claim.deciding === undefined ? "" : ` (${span(claim.deciding, claim.unit)})`}`,
    claim.factor === undefined ? "" : `${factor(claim.factor)}×`,
    claim.reading ?? "",
    [claim.because, ...realText(claim).map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`)].join(" "),
  ]);
  const helps = claims.flatMap(({ claim }) => helpText(claim).map((line) => `- \`${claim.id}\`: ${line}`));
  const assumed = audit.assumptions.map(({ path, unit, from, to, assumed: value, turns, turnsWithOthers }) => [
    `\`${path}\``,
    value === null ? "none" : amount(value, unit),
    span({ low: from, high: to }, unit),
    turns.map((id) => `\`${id}\``).join(", "),
    turnsWithOthers.map((id) => `\`${id}\``).join(", "),
  ]);
  const roots = rootText(audit.claims);
  const counts = tally(audit.claims).map(({ verdict, count }) => `${count} ${verdict}`);
  const sections = [
    `## Audit of ${audit.scenario.name}`,
    `${[...counts, ...(roots === undefined ? [] : [roots])].join(", ")}. Seed ${audit.seed}, ${audit.runs} runs. Beside a mean stands the interval that decided, wider than that of 95 % where it was looked at several times.`,
    table(["verdict", "claim", "what the plan says", "claimed", "found", "off", "read as", "because"], rows),
    ...(helps.length === 0 ? [] : ["### What would help", helps.join("\n")]),
    ...(assumed.length === 0
      ? []
      : ["### Assumed", table(["value", "assumed", "range", "verdicts that turn", "that turn with others only"], assumed)]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
