import type { AuditedClaim, Verdict } from "./audited-claim.ts";
import type { AnsweredCase } from "./case.ts";
import { factorBetween } from "./claim.ts";
import type { Statement } from "./configuration.ts";
import type { Denial } from "./contradiction.ts";
import { type Finding, pencilFinding } from "./finding.ts";
import type { JointTurn } from "./joint-turn.ts";
import type { Remedy } from "./remedy.ts";
import { because } from "./sentence.ts";
import type { FewerGpus } from "./smaller-plan.ts";
import type { TurningPoint } from "./turning-point.ts";

/** What would make a failed claim hold, where that was asked. */
export interface Help {
  readonly remedies?: readonly Remedy[];
  readonly fewerGpus?: FewerGpus;
  /** Id of the claim that asks more of the same number, of which that was asked instead. */
  readonly helpAt?: string;
}

/** How the verdict turns inside the ranges of assumptions. */
export interface Turns {
  /** On one alone, the nearest to what is assumed first. */
  readonly turningPoints: readonly TurningPoint[];
  /** On several together, where none does alone. */
  readonly jointTurn?: JointTurn;
}

export interface Evidence extends Help, Turns {
  /** What denies the claim. */
  readonly denials: readonly Denial[];
  /** Of the whole cluster. */
  readonly gpus: number;
}

/**
 * The verdict on a case. A run decides over the compiled plan, that over the plan's own sums; where nothing decides, a
 * contradiction with another claim does. A verdict that turns inside the range of an assumption depends.
 */
export function judged({ claim, part, reading, finding, points }: AnsweredCase, evidence: Evidence): AuditedClaim {
  const { turningPoints, jointTurn, denials, gpus, remedies, fewerGpus, helpAt } = evidence;
  const pencil = claim.pencil.map((sum) => pencilFinding(claim, sum, gpus));
  const sums = pencil.filter(({ claims }) => claims.length === 0);
  const isPhysical = finding !== undefined && finding.verdict !== "undecided";
  const failed = sums.find(({ verdict }) => verdict === "fails");
  const own = isPhysical ? finding : (failed ?? finding ?? sums[0] ?? pencil[0]!);
  const isTurned = turningPoints.length > 0 || jointTurn !== undefined;
  const verdict = verdictOf(own, isTurned, isPhysical || failed !== undefined ? [] : denials);
  const checks = [own, ...[...(finding === undefined ? [] : [finding]), ...pencil].filter((each) => each !== own)];
  const over = points === undefined ? undefined : { path: claim.over!.path, points };
  const { text, section, claimed, comparison, tolerance, unit } = claim;
  const found = verdict === "inconsistent" ? (denials[0]?.value ?? own.found) : own.found;
  const isOff = own.verdict === "fails" || verdict === "inconsistent";
  const factor = isOff && found !== null ? factorBetween(found, claimed) : undefined;
  const contradicts = [...new Set(denials.flatMap(({ others }) => others))].sort();
  return {
    id: idOf({ claim, part, reading }),
    text,
    section: section ?? null,
    part: part?.name ?? null,
    reading: reading ?? null,
    kind: own.kind,
    verdict,
    claimed,
    comparison,
    tolerance,
    found,
    unit,
    ...(own.interval === null ? {} : { interval: own.interval }),
    ...(own.deciding === null ? {} : { deciding: own.deciding }),
    ...(factor === undefined ? {} : { factor }),
    ...(turningPoints.length === 0 ? {} : { turningPoint: turningPoints[0]!, turningPoints }),
    ...(jointTurn === undefined ? {} : { jointTurn }),
    ...(contradicts.length === 0 ? {} : { contradicts }),
    checks,
    ...(over === undefined ? {} : { over }),
    ...(remedies === undefined ? {} : { remedies }),
    ...(fewerGpus === undefined ? {} : { fewerGpus }),
    ...(helpAt === undefined ? {} : { helpAt }),
    because: because({ claimed, comparison, tolerance, unit, verdict, checks, denials, turningPoints, jointTurn, over }),
  };
}

/** `throughput/decode/shared-ranks`. */
export function idOf({ claim: { id }, part, reading }: Pick<AnsweredCase, "claim" | "part" | "reading">): string {
  return [id, part?.name, reading].filter((each) => each !== undefined).join("/");
}

function verdictOf(own: Finding, isTurned: boolean, denials: readonly Denial[]): Verdict {
  if (isTurned) return "depends";
  return denials.length > 0 ? "inconsistent" : own.verdict;
}

/** A statement in words as a claim with a verdict: it claims that it is so. */
export function statedVerdict({ id, text, section, verdict, because }: Statement, reading: string | undefined): AuditedClaim {
  return {
    id: reading === undefined ? id : `${id}/${reading}`,
    text,
    section,
    part: null,
    reading: reading ?? null,
    kind: "static",
    verdict,
    claimed: null,
    comparison: "=",
    tolerance: 0,
    found: null,
    unit: "",
    checks: [],
    because,
  };
}

/** `claims` with those that every reading gives the same number for told once, without the reading. */
export function merged(claims: readonly AuditedClaim[]): AuditedClaim[] {
  const groups = new Map<string, AuditedClaim[]>();
  for (const claim of claims) {
    const name = claim.reading === null ? claim.id : claim.id.slice(0, -claim.reading.length - 1);
    groups.set(name, [...(groups.get(name) ?? []), claim]);
  }
  return [...groups].flatMap(([name, group]) => {
    const [first] = group;
    const isOne = group.every(({ kind, found, because }) => kind !== "dynamic" && found === first!.found && because === first!.because);
    return isOne ? [{ ...first!, id: name, reading: null }] : group;
  });
}
