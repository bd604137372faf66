import { factorBetween } from "../claims/claim.ts";
import type { Denial } from "../questions/contradiction.ts";
import { type Finding, pencilFinding } from "../questions/finding.ts";
import type { Remedy } from "../questions/remedy.ts";
import type { FewerGpus } from "../questions/smaller-plan.ts";
import type { Turns } from "../turns/turns.ts";
import type { AuditedClaim, ReadFinding, Verdict } from "./audited-claim.ts";
import type { AnsweredCase, ReadCase } from "./case.ts";
import { because } from "./sentence.ts";

/** Remedies of a failed claim, if they were searched. */
export interface Help {
  readonly remedies?: readonly Remedy[];
  readonly fewerGpus?: FewerGpus;
  /** The reading under which they were asked, where there are several. */
  readonly helpReading?: string;
  /** Id of the claim that demands more of the same number, which was searched instead. */
  readonly helpAt?: string;
}

export interface Evidence extends Help, Turns {
  /** Denials of the claim. */
  readonly denials: readonly Denial[];
  /** GPUs of the whole cluster. */
  readonly gpus: number;
}

/**
 * The verdict on a case: that of its kindest reading. A run decides over the compiled plan, that over the plan's own sums; where runs were made
 * and do not decide, nothing else decides in their place. Where nothing decides, a contradiction with another claim does. A verdict
 * that turns inside the range of an assumption depends.
 */
export function judged({ claim, part, readings }: AnsweredCase, evidence: Evidence): AuditedClaim {
  const { turningPoints, jointTurn, search, denials, gpus, remedies, fewerGpus, helpReading, helpAt } = evidence;
  const [kindest] = readings;
  const finding = kindest?.finding;
  const pencil = claim.pencil.map((sum) => pencilFinding(claim, sum, gpus));
  const sums = pencil.filter(({ claims }) => claims.length === 0);
  const isPhysical = finding !== undefined && (finding.verdict !== "undecided" || finding.found !== null);
  const failed = sums.find(({ verdict }) => verdict === "fails");
  const own = isPhysical ? finding : (failed ?? finding ?? sums[0] ?? pencil[0]!);
  const isTurned = turningPoints.length > 0 || jointTurn !== undefined;
  const verdict = verdictOf(own, isTurned, isPhysical || failed !== undefined ? [] : denials);
  const checks = [own, ...[...(finding === undefined ? [] : [finding]), ...pencil].filter((each) => each !== own)];
  const over = kindest?.points === undefined ? undefined : { path: claim.over!.path, points: kindest.points };
  const { text, section, claimed, comparison, better, tolerance, unit } = claim;
  const found = verdict === "inconsistent" ? (denials[0]?.value ?? own.found) : own.found;
  const isOff = own.verdict === "fails" || own.verdict === "better" || verdict === "inconsistent";
  const factor = isOff && found !== null && Number.isFinite(found) ? factorBetween(found, claimed) : undefined; // one that never comes is off by no factor
  const contradicts = [...new Set(denials.flatMap(({ others }) => others))].sort();
  const read = readings.length > 1 && !areAlike(readings) ? readings.map(readFinding) : undefined;
  return {
    id: idOf({ claim, part }),
    text,
    section: section ?? null,
    part: part?.name ?? null,
    reading: read === undefined ? null : kindest!.reading!,
    kind: own.kind,
    verdict,
    claimed,
    comparison,
    ...(better === undefined ? {} : { better }),
    tolerance,
    found,
    unit,
    ...(own.interval === null ? {} : { interval: own.interval }),
    ...(own.deciding === null ? {} : { deciding: own.deciding }),
    ...(factor === undefined ? {} : { factor }),
    ...(read === undefined ? {} : { readings: read }),
    ...(turningPoints.length === 0 ? {} : { turningPoint: turningPoints[0]!, turningPoints }),
    ...(jointTurn === undefined ? {} : { jointTurn }),
    ...(search === undefined ? {} : { search }),
    ...(contradicts.length === 0 ? {} : { contradicts }),
    checks,
    ...(over === undefined ? {} : { over }),
    ...(remedies === undefined ? {} : { remedies }),
    ...(fewerGpus === undefined ? {} : { fewerGpus }),
    ...(helpReading === undefined ? {} : { helpReading }),
    ...(helpAt === undefined ? {} : { helpAt }),
    because: because({
      claimed,
      comparison,
      tolerance,
      unit,
      verdict,
      checks,
      denials,
      turningPoints,
      jointTurn,
      search,
      against: claim.against,
      readings: read,
      over,
    }),
  };
}

/** `throughput-required/decode`. */
export function idOf({ claim: { id }, part }: Pick<AnsweredCase, "claim" | "part">): string {
  return part?.name === undefined ? id : `${id}/${part.name}`;
}

function verdictOf(own: Finding, isTurned: boolean, denials: readonly Denial[]): Verdict {
  if (isTurned) return "depends";
  return denials.length > 0 ? "inconsistent" : own.verdict;
}

/** Whether all readings give the same number of the compiled plan. */
function areAlike(readings: readonly ReadCase[]): boolean {
  const [first] = readings;
  return readings.every(
    ({ finding: { kind, found, reason } }) => kind !== "dynamic" && found === first!.finding.found && reason === first!.finding.reason,
  );
}

function readFinding({ reading, finding: { verdict, found, interval, deciding, reason } }: ReadCase): ReadFinding {
  return { reading: reading!, verdict, found, interval, deciding, ...(reason === undefined ? {} : { because: reason }) };
}
