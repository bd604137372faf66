import { counted, grouped } from "@tokenyard/scenario";
import { brief, measured } from "../text/quantity.ts";
import { listed, type StudyConclusion } from "./study-conclusion.ts";

/** Part of an audited claim that a conclusion needs. */
export interface ConcludedClaim {
  readonly id: string;
  readonly text: string;
  /** Part of a claim that has several, such as `decode`. */
  readonly part: string | null;
  readonly verdict: "fails" | "inconsistent" | "depends" | "undecided" | "better" | "holds";
  readonly kind: "arithmetic" | "static" | "dynamic";
  /** Null for a statement in words. */
  readonly claimed: number | null;
  readonly comparison: "=" | "<=" | ">=";
  readonly found: number | null;
  readonly unit: string;
  readonly factor?: number;
  /** Id of the claim whose error this one follows from. */
  readonly root?: string;
  readonly because: string;
  /** Changes that were simulated; `to` is null where none of the values tried makes the claim hold. */
  readonly remedies?: readonly {
    readonly change: string;
    readonly now: string;
    readonly to: string | null;
    readonly found: number | null;
  }[];
  /** Id of the claim whose remedies are those of this one too. */
  readonly helpAt?: string;
}

const COUNTS = {
  fails: (count: number) => (count === 1 ? "1 fails" : `${grouped(count)} fail`),
  inconsistent: (count: number) => (count === 1 ? "1 contradicts another" : `${grouped(count)} contradict others`),
  depends: (count: number) => `${grouped(count)} ${count === 1 ? "depends" : "depend"} on what is assumed`,
  undecided: (count: number) => `${grouped(count)} ${count === 1 ? "is" : "are"} not decided`,
  better: (count: number) => `${grouped(count)} ${count === 1 ? "is" : "are"} better than claimed`,
  holds: (count: number) => `${grouped(count)} ${count === 1 ? "holds" : "hold"}`,
} as const;

/** Whether a plan holds, the deciding claim with its two numbers, and what would make it hold. */
export function auditConclusion(claims: readonly ConcludedClaim[]): StudyConclusion {
  const has = (...verdicts: readonly ConcludedClaim["verdict"][]) => claims.some(({ verdict }) => verdicts.includes(verdict));
  const verdict = has("fails", "inconsistent") ? "missed" : has("depends", "undecided") ? "not-enough-evidence" : "met";
  const opening = {
    missed: "The plan does not hold",
    "not-enough-evidence": "Not enough evidence that the plan holds",
    met: "The plan holds",
  }[verdict];
  const counts = Object.entries(COUNTS).flatMap(([name, text]) => {
    const count = claims.filter((claim) => claim.verdict === name).length;
    return count === 0 ? [] : [text(count)];
  });
  const deciding = decidingClaim(claims);
  const sentences = [
    `${opening}: of ${counted(claims.length, "claim")} ${listed(counts)}.`,
    ...(deciding === undefined ? [] : [claimSentence(deciding), ...remedySentence(deciding, claims)]),
  ];
  return { verdict, sentences };
}

const SEVERITY: readonly ConcludedClaim["verdict"][] = ["fails", "inconsistent", "depends", "undecided"];

/**
 * The claim that a reader should know of first: of the worst verdict, no consequence of another, simulated before summed up, then the one from
 * which most others follow, then the farthest off; of equals the first. Undefined where all hold.
 */
export function decidingClaim<C extends ConcludedClaim>(claims: readonly C[]): C | undefined {
  const worst = SEVERITY.find((each) => claims.some(({ verdict, root }) => verdict === each && root === undefined));
  const family = ({ id }: ConcludedClaim) => id.split("/")[0]!;
  const follow = (claim: C) => claims.filter(({ root }) => root !== undefined && (root === claim.id || root === family(claim))).length;
  const weights = (claim: C) => [claim.claimed === null ? 0 : 1, claim.kind === "dynamic" ? 1 : 0, follow(claim), claim.factor ?? 0];
  return claims
    .filter(({ verdict, root }) => verdict === worst && root === undefined)
    .reduce<C | undefined>((first, claim) => {
      if (first === undefined) return claim;
      const [a, b] = [weights(first), weights(claim)];
      const at = a.findIndex((weight, i) => weight !== b[i]);
      return at >= 0 && b[at]! > a[at]! ? claim : first;
    }, undefined);
}

/** A claim in the plan's words, its part first: `decode: at least 100 tokens/ms per GPU`. */
export function claimTitle({ text, part }: Pick<ConcludedClaim, "text" | "part">): string {
  return part === null ? text : `${part.replaceAll("-", " ")}: ${text}`; // the id keeps its hyphens
}

const GIVERS = { arithmetic: "the plan's own sum", static: "the compiled plan", dynamic: "the simulation" } as const;

function claimSentence({ text, part, kind, verdict, claimed, comparison, found, unit, factor, because }: ConcludedClaim): string {
  if (claimed === null || found === null || verdict === "inconsistent") return `“${claimTitle({ text, part })}”: ${because}`;
  const side = { "=": "", "<=": "at most ", ">=": "at least " }[comparison];
  const off = factor === undefined ? "" : `, ${factor >= 100 ? grouped(Number(factor.toPrecision(3))) : factor.toPrecision(3)} times off`;
  const open = verdict === "depends" ? "; that turns on what is assumed" : verdict === "undecided" ? "; that is not decided" : "";
  const [wanted, given] = [brief(measured(claimed, unit)), brief(measured(found, unit))];
  return `“${claimTitle({ text, part })}”: ${GIVERS[kind]} gives ${given}, where ${side}${wanted} is claimed${off}${open}.`;
}

/** Sentence about the remedies of a claim; empty if no change was simulated for it. */
function remedySentence(claim: ConcludedClaim, claims: readonly ConcludedClaim[]): string[] {
  const { remedies, unit } = claim.helpAt === undefined ? claim : (claims.find(({ id }) => id === claim.helpAt) ?? claim);
  if (remedies === undefined) return [];
  const [first] = remedies.filter(({ to }) => to !== null);
  if (first !== undefined) {
    const then = first.found === null ? "" : `, which gives ${brief(measured(first.found, unit))}`;
    return [`It would hold with ${first.change} ${first.to} instead of ${first.now}${then}.`];
  }
  if (remedies.length === 0) return [];
  return [
    remedies.length === 1
      ? "The one change that was simulated does not make it hold."
      : `None of the ${grouped(remedies.length)} changes that were simulated makes it hold.`,
  ];
}
