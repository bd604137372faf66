import { assumptionText, claimTitle, paragraph } from "@tokenyard/report";
import { counted } from "@tokenyard/scenario";
import type { Audit } from "../audit.ts";
import { amount, factor, span } from "../claims/amount-text.ts";
import type { AuditedClaim, OverPoint, Verdict } from "../verdicts/audited-claim.ts";
import { countText, type OrderedClaim, ordered, rootText, tally } from "../verdicts/claim-order.ts";
import { confidence } from "../verdicts/sentence.ts";
import { helpText } from "./help-text.ts";
import { realSentence, realText } from "./real-text.ts";

export interface AuditTextOptions {
  /** Colours for good, bad and minor parts; none by default. */
  readonly ink?: (text: string, tone: "good" | "bad" | "doubtful" | "strong" | "faint") => string;
  /** Characters in a line; 100 when none is given, 60 at least. */
  readonly width?: number;
}

export const SIGNS: Readonly<Record<Verdict, string>> = {
  fails: "✗",
  inconsistent: "≠",
  depends: "~",
  undecided: "?",
  better: "✓",
  holds: "✓",
};
const TONES = { fails: "bad", inconsistent: "bad", depends: "doubtful", undecided: "doubtful", better: "good", holds: "good" } as const;
const RELATIONS = { "=": "", "<=": "≤ ", ">=": "≥ " } as const;
const FOLLOWS = "↳ ";
/** Characters of a claim's text in the table, where the numbers leave fewer. */
const LEAST_NAME = 12;

/** The audit for a person: its conclusion, a table of verdicts in the plan's words, worst first, then each claim with its reason and numbers, then the assumptions. */
export function auditText(audit: Audit, { ink = (text) => text, width = 100 }: AuditTextOptions = {}): string {
  const room = Math.max(60, width);
  const claims = ordered(audit.claims);
  const { scenario, seed, maxReplications, runs, readings } = audit;
  const roots = rootText(audit.claims);
  const counts = tally(audit.claims).map(({ verdict, count }) => ink(countText(verdict, count), TONES[verdict]));
  const read = readings.length < 2 ? "" : ` · ${readings.length} readings`;
  const lines = [
    ink(
      `${scenario.name} · ${counted(claims.length, "claim")}${read} · seed ${seed} · ${counted(runs, "run")}, at most ${maxReplications} of one scenario${audit.searched ? "" : " · assumptions and policies not searched (--no-ranges)"}`,
      "strong",
    ),
    "─".repeat(room),
    ...paragraph([...audit.conclusion.sentences, ...realSentence(audit)].join(" ").split(" "), "", room),
    "",
    [...counts, ...(roots === undefined ? [] : [roots])].join(" · "),
    "",
    ...overview(claims, ink, room),
    "",
    ink("Why", "strong"),
    ...claims.flatMap(({ claim }) => details(claim, ink, room)),
    ...assumptions(audit, ink, room),
  ];
  return `${lines.join("\n")}\n`;
}

type Ink = NonNullable<AuditTextOptions["ink"]>;

function overview(claims: readonly OrderedClaim[], ink: Ink, room: number): string[] {
  const head = { name: "what the plan says", claimed: "claimed", found: "found", off: "off" };
  const rows = claims.map(({ claim, isConsequence }) => ({
    verdict: claim.verdict,
    name: `${isConsequence ? FOLLOWS : ""}${claimTitle(claim)}`,
    claimed: claimedText(claim),
    found: foundWithUnit(claim),
    off: claim.factor === undefined ? "" : `${factor(claim.factor)}×`,
  }));
  const widest = (key: keyof typeof head) => Math.max(...[head, ...rows].map((row) => row[key].length));
  const [claimedWidth, foundWidth, offWidth] = [widest("claimed"), widest("found"), widest("off")];
  const nameWidth = Math.min(widest("name"), Math.max(LEAST_NAME, room - 21 - claimedWidth - foundWidth - offWidth));
  const line = ({ name, claimed, found, off }: typeof head) => {
    const cut = name.length <= nameWidth ? name : `${name.slice(0, nameWidth - 1).trimEnd()}…`;
    return `${cut.padEnd(nameWidth)}  ${claimed.padStart(claimedWidth)}  ${found.padStart(foundWidth)}  ${off.padStart(offWidth)}`.trimEnd();
  };
  return [
    ink(`  ${"verdict".padEnd(13)}${line(head)}`, "faint"),
    ...rows.map((row) => `${ink(`${SIGNS[row.verdict]} ${row.verdict.padEnd(13)}`, TONES[row.verdict])}${line(row)}`),
  ];
}

/** Found value with its unit; empty for a statement in words. */
export function foundWithUnit({ claimed, found, unit }: AuditedClaim): string {
  return claimed === null ? "" : amount(found, unit);
}

export function claimedText({ claimed, comparison, unit }: AuditedClaim): string {
  return claimed === null ? "" : `${RELATIONS[comparison]}${amount(claimed, unit)}`;
}

function details(claim: AuditedClaim, ink: Ink, room: number): string[] {
  const { id, section, verdict, root, because } = claim;
  const follows = root === undefined ? "" : ` · follows from ${root}`;
  const [first = "", ...more] = wrapped(`${claimTitle(claim)}${section === null ? "" : ` (${section})`}`, 2, room);
  const opening = [`${SIGNS[verdict]} ${first.trimStart()}`, ...more].map((line) => ink(line, TONES[verdict]));
  const name = wrapped(`id ${id}${follows}`, 4, room).map((line) => ink(line, "faint"));
  const helps = helpText(claim).flatMap((line) => wrapped(line, 4, room));
  return [
    "",
    ...opening,
    ...name,
    ...wrapped(because, 4, room),
    ...numbers(claim, room),
    ...realText(claim).flatMap((line) => wrapped(line, 4, room)),
    ...turns(claim, room),
    ...helps,
  ];
}

/** Details for an engineer: means, intervals and runs under each reading. */
function numbers(claim: AuditedClaim, room: number): string[] {
  const { readings, over, unit, checks } = claim;
  if (over !== undefined) {
    const points = over.points.map((point) => `${point.value}: ${amount(point.found, unit)}${decidedOn(point, unit)}`).join("; ");
    return wrapped(points, 4, room);
  }
  if (readings !== undefined) {
    return readings.flatMap(({ reading, verdict, found, deciding, because }) => {
      const said = claim.claimed === null || found === null ? (because ?? "no value") : amount(found, unit);
      return wrapped(`${SIGNS[verdict]} ${reading}: ${said}${decidedOn({ verdict, deciding }, unit)}`, 4, room);
    });
  }
  if (claim.interval === undefined || claim.deciding === undefined) return [];
  const { replications = 0, verdict = "undecided" } = checks.find(({ kind }) => kind === "dynamic") ?? {};
  const { interval, deciding, found } = claim;
  const by = `${decidedText(verdict)} ${span(deciding, unit)} (${confidence(deciding)}), ${replications} runs`;
  return wrapped(`${amount(found, unit)}; 95 % interval ${span(interval, unit)}, ${by}`, 4, room);
}

function decidedOn({ deciding, verdict }: Pick<OverPoint, "deciding" | "verdict">, unit: AuditedClaim["unit"]): string {
  return deciding === null ? "" : ` (${decidedText(verdict)} ${span(deciding, unit)})`;
}

function decidedText(verdict: OverPoint["verdict"]): string {
  return verdict === "undecided" ? "undecided on" : "decided on";
}

/**
 * Further assumptions that turn the verdict, beside the one in the sentence: the value that turns it, and the last one before that does
 * not.
 */
function turns({ turningPoints = [] }: AuditedClaim, room: number): string[] {
  const [first, ...others] = turningPoints;
  if (first === undefined || others.length === 0) return [];
  const phrases = others.map(({ path, unit, value, keeps }) => {
    return `${path} ${amount(value, unit)}${keeps === null ? "" : ` (not at ${amount(keeps, unit)})`}`;
  });
  return wrapped(`it ${first.verdict} also with ${phrases.join("; or ")}`, 4, room);
}

function assumptions({ assumptions: ranged, unvaried, unvariedValues }: Audit, ink: Ink, room: number): string[] {
  const rows = ranged.flatMap(({ path, unit, from, to, assumed, turns: alone, turnsWithOthers }) => {
    const value = assumed === null ? "none" : amount(assumed, unit);
    const verdicts = [
      ...(alone.length === 0 ? [] : [`turns ${alone.join(", ")}`]),
      ...(turnsWithOthers.length === 0 ? [] : [`with others ${turnsWithOthers.join(", ")}`]),
    ].join("; ");
    return wrapped(
      `${path} ${value} (${span({ low: from, high: to }, unit)}): ${verdicts === "" ? "no verdict turns" : verdicts}`,
      2,
      room,
    );
  });
  const others = unvaried.flatMap((each) => wrapped(assumptionText(each, unvariedValues), 2, room));
  return [
    ...(rows.length === 0 ? [] : ["", ink("Assumed, with the ranges tried", "strong"), ...rows]),
    ...(others.length === 0 ? [] : ["", ink(rows.length === 0 ? "Assumed" : "Assumed besides", "strong"), ...others]),
  ];
}

/** `text` in lines of at most `room` characters, `indent` of them blank. */
function wrapped(text: string, indent: number, room: number): string[] {
  const lines: string[] = [];
  const margin = " ".repeat(indent);
  let line = margin;
  for (const word of text.split(" ")) {
    if (line !== margin && line.length + 1 + word.length > room) {
      lines.push(line);
      line = `${margin}  `;
    }
    line += (line.trim() === "" ? "" : " ") + word;
  }
  return [...lines, line];
}
