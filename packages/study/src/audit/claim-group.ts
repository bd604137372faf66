import { type AuditedClaim, VERDICTS, type Verdict } from "./audited-claim.ts";

/** One claim (one part of it) under every reading of the plan, as a reader wants it: together. */
export interface ClaimGroup {
  /** The claims' id without the reading. */
  readonly name: string;
  /** The worst of its verdicts. */
  readonly verdict: Verdict;
  /** In the order of the readings. */
  readonly claims: readonly AuditedClaim[];
}

/** The groups of `claims`, worst first: by verdict, then by how far off they are, then in the order of the plan. */
export function claimGroups(claims: readonly AuditedClaim[]): ClaimGroup[] {
  const groups = new Map<string, AuditedClaim[]>();
  for (const claim of claims) groups.set(nameOf(claim), [...(groups.get(nameOf(claim)) ?? []), claim]);
  return [...groups]
    .map(([name, each], at) => ({ name, verdict: worst(each), claims: each, off: Math.max(...each.map(({ factor = 1 }) => factor)), at }))
    .sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || b.off - a.off || a.at - b.at)
    .map(({ off: _off, at: _at, ...group }) => group);
}

/** How many claims have each verdict, worst first; verdicts that none has are left out. */
export function tally(groups: readonly ClaimGroup[]): { readonly verdict: Verdict; readonly count: number }[] {
  return VERDICTS.map((verdict) => ({ verdict, count: groups.filter((group) => group.verdict === verdict).length })).filter(
    ({ count }) => count > 0,
  );
}

export function nameOf({ id, reading }: AuditedClaim): string {
  return reading === null ? id : id.slice(0, -reading.length - 1);
}

function worst(claims: readonly AuditedClaim[]): Verdict {
  return VERDICTS.find((verdict) => claims.some((claim) => claim.verdict === verdict)) ?? "holds";
}
