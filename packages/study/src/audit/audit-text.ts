import { amount, factor, span } from "./amount.ts";
import type { Audit } from "./audit.ts";
import type { AuditedClaim, OverPoint, Verdict } from "./audited-claim.ts";
import { type ClaimGroup, claimGroups, tally } from "./claim-group.ts";
import { helpText } from "./help-text.ts";
import { confidence, turnText } from "./sentence.ts";
import type { TurningPoint } from "./turning-point.ts";

export interface AuditTextOptions {
  /** Sets what is good, bad or aside in colours; none when not given. */
  readonly ink?: (text: string, tone: "good" | "bad" | "doubtful" | "strong" | "faint") => string;
  /** Characters in a line; 100 when none is given, 60 at least. */
  readonly width?: number;
}

const SIGNS: Readonly<Record<Verdict, string>> = { fails: "✗", inconsistent: "≠", depends: "~", undecided: "?", holds: "✓" };
const TONES = { fails: "bad", inconsistent: "bad", depends: "doubtful", undecided: "doubtful", holds: "good" } as const;
const RELATIONS = { "=": "", "<=": "≤ ", ">=": "≥ " } as const;

/** The audit for a person: a table of verdicts, worst first, then each claim with its reason and numbers, then the assumptions. */
export function auditText(audit: Audit, { ink = (text) => text, width = 100 }: AuditTextOptions = {}): string {
  const room = Math.max(60, width);
  const groups = claimGroups(audit.claims);
  const { scenario, seed, maxReplications, runs } = audit;
  const counts = tally(groups).map(({ verdict, count }) => ink(`${count} ${plural(verdict, count)}`, TONES[verdict]));
  const lines = [
    ink(`${scenario.name} · ${groups.length} claims · seed ${seed} · ${runs} runs, at most ${maxReplications} of one scenario`, "strong"),
    "─".repeat(room),
    counts.join(" · "),
    "",
    ...overview(groups, audit.readings, ink, room),
    "",
    ink("Why", "strong"),
    ...groups.flatMap((group) => details(group, ink, room)),
    ...assumptions(audit, ink, room),
  ];
  return `${lines.join("\n")}\n`;
}

type Ink = NonNullable<AuditTextOptions["ink"]>;

function overview(groups: readonly ClaimGroup[], readings: readonly string[], ink: Ink, room: number): string[] {
  const head = {
    verdict: "verdict",
    name: "claim",
    claimed: "claimed",
    found: readings.length < 2 ? "found" : readings.join(" | "),
    off: "off",
  };
  const rows = groups.map((group) => ({
    verdict: group.verdict,
    name: group.name,
    claimed: claimedText(group.claims[0]!),
    found: foundText(group),
    off: offText(group),
  }));
  const widest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const claimedWidth = widest([head, ...rows].map(({ claimed }) => claimed));
  const foundWidth = widest([head, ...rows].map(({ found }) => found));
  const nameWidth = Math.min(widest(rows.map(({ name }) => name)), Math.max(20, room - 28 - claimedWidth - foundWidth));
  const line = ({ name, claimed, found, off }: Omit<typeof head, "verdict">) =>
    `${name.padEnd(nameWidth)}  ${claimed.padStart(claimedWidth)}  ${found.padStart(foundWidth)}  ${off}`.trimEnd();
  return [
    ink(`  ${head.verdict.padEnd(13)}${line(head)}`, "faint"),
    ...rows.map((row) => `${ink(`${SIGNS[row.verdict]} ${row.verdict.padEnd(13)}`, TONES[row.verdict])}${line(row)}`),
  ];
}

/** What was found under each reading, once where all are alike; the unit only where it is not that of the claim. */
function foundText({ claims }: ClaimGroup): string {
  const [{ claimed, unit }] = claims as readonly [AuditedClaim];
  const own = claimed === null ? "" : unitText(amount(claimed, unit));
  const texts = claims.map(({ found }) => amount(found, unit));
  return [...new Set(texts)].map((text) => (unitText(text) === own ? text.split(" ")[0] : text)).join(" | ");
}

/** What follows the number of an amount. */
function unitText(text: string): string {
  return text.split(" ").slice(1).join(" ");
}

function offText({ claims }: ClaimGroup): string {
  const off = claims.map((claim) => claim.factor).filter((each) => each !== undefined);
  return off.length === 0 ? "" : `${factor(Math.max(...off))}×`;
}

export function claimedText({ claimed, comparison, unit }: AuditedClaim): string {
  return claimed === null ? "" : `${RELATIONS[comparison]}${amount(claimed, unit)}`;
}

function details(group: ClaimGroup, ink: Ink, room: number): string[] {
  const [first] = group.claims;
  const { text, section, verdict } = first!;
  const opening = ink(`${SIGNS[group.verdict]} ${group.name}`, TONES[group.verdict]);
  const quoted = wrapped(`${text}${section === null ? "" : ` (${section})`}`, 4, room).map((line) => ink(line, "faint"));
  const isAlike = group.claims.every((claim) => claim.because === first!.because);
  const isOfOneKind = group.claims.every((claim) => claim.verdict === verdict && claim.claimed !== null && claim.jointTurn === undefined);
  const told = isOfOneKind ? [first!] : group.claims; // what differs is told with the numbers
  const reasons = (isAlike ? [first!] : told).flatMap((claim) => wrapped(`${isAlike ? "" : opened(claim)}${claim.because}`, 4, room));
  return ["", opening, ...quoted, ...reasons, ...numbers(group, room), ...turns(group, room), ...help(group, room)];
}

/** What an engineer checks: means, intervals and runs of each reading. */
function numbers({ claims }: ClaimGroup, room: number): string[] {
  return claims.flatMap((claim) => {
    const { reading, found, unit, interval, deciding, over, checks, factor: off } = claim;
    if (interval === undefined || deciding === undefined)
      return reading === null || claim.claimed === null ? [] : wrapped(`${reading}: ${amount(found, unit)}${timesOff(off)}`, 4, room);
    const { replications: runs = 0, verdict = "undecided" } = checks.find(({ kind }) => kind === "dynamic") ?? {};
    const mean = `${amount(found, unit)}${timesOff(off)}; 95 % interval ${span(interval, unit)}, ${decidedText(verdict)} ${span(deciding, unit)} (${confidence(deciding)}), ${runs} runs`;
    const points = over?.points.map((point) => `${point.value}: ${amount(point.found, unit)}${decidedOn(point, unit)}`).join("; ");
    return wrapped(`${opened(claim)}${points ?? mean}`, 4, room);
  });
}

function timesOff(off: number | undefined): string {
  return off === undefined ? "" : `, ${factor(off)}× off`;
}

function decidedOn({ deciding, verdict }: OverPoint, unit: AuditedClaim["unit"]): string {
  return deciding === null ? "" : ` (${decidedText(verdict)} ${span(deciding, unit)})`;
}

function decidedText(verdict: OverPoint["verdict"]): string {
  return verdict === "undecided" ? "undecided on" : "decided on";
}

/** The reading that a line is about. */
function opened({ reading }: AuditedClaim): string {
  return reading === null ? "" : `${reading}: `;
}

/** Where else verdicts turn than the sentence says. */
function turns({ claims }: ClaimGroup, room: number): string[] {
  if (claims.every(({ turningPoints = [] }) => turningPoints.length < 2) && claims.length < 2) return [];
  return claims.flatMap(({ reading, turningPoints = [] }) => {
    if (turningPoints.length === 0) return [];
    const [{ verdict }] = turningPoints as readonly [TurningPoint];
    return wrapped(`${reading === null ? "" : `${reading}: `}${verdict} with ${turningPoints.map(turnText).join("; or ")}`, 4, room);
  });
}

/** What would help, under each reading where it differs. */
function help({ claims }: ClaimGroup, room: number): string[] {
  const texts = claims.map((claim) => helpText(claim));
  const isShared = (line: string) => texts.every((lines) => lines.includes(line));
  return claims.flatMap(({ reading }, i) =>
    texts[i]!.flatMap((line) => {
      if (isShared(line)) return i === claims.length - 1 ? wrapped(line, 4, room) : [];
      return wrapped(`${reading}: ${line}`, 4, room);
    }),
  );
}

function assumptions({ assumptions: all }: Audit, ink: Ink, room: number): string[] {
  if (all.length === 0) return [];
  const rows = all.flatMap(({ path, unit, from, to, assumed, turns, turnsWithOthers }) => {
    const value = assumed === null ? "none" : amount(assumed, unit);
    const alone = turns.length === 0 ? [] : [`turns ${turns.join(", ")}`];
    const joint = turnsWithOthers.length === 0 ? [] : [`with others ${turnsWithOthers.join(", ")}`];
    const verdicts = [...alone, ...joint].join("; ");
    return wrapped(
      `${path} ${value} (${span({ low: from, high: to }, unit)}): ${verdicts === "" ? "no verdict turns" : verdicts}`,
      2,
      room,
    );
  });
  return ["", ink("Assumed, with the ranges tried", "strong"), ...rows];
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

/** `1 fails`, `2 fail`. */
function plural(verdict: Verdict, count: number): string {
  if (count === 1 || verdict === "inconsistent" || verdict === "undecided") return verdict;
  return { fails: "fail", depends: "depend", holds: "hold" }[verdict];
}
