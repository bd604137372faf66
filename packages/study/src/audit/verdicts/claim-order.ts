import { type AuditedClaim, VERDICTS, type Verdict } from "./audited-claim.ts";
import { type ClaimFamily, familiesOf, isWrong } from "./root.ts";

/** A claim in reading order, with its consequences under it. */
export interface OrderedClaim {
  readonly claim: AuditedClaim;
  readonly isConsequence: boolean;
}

/** Root errors first, by distance, each with its consequences; then the others by verdict, by distance, and in the order of the plan. */
export function ordered(claims: readonly AuditedClaim[]): OrderedClaim[] {
  const rank = ({ verdict }: AuditedClaim) => VERDICTS.indexOf(verdict);
  const rest = claims
    .filter((claim) => !isWrong(claim))
    .map((claim, at) => ({ claim, at }))
    .sort((a, b) => rank(a.claim) - rank(b.claim) || (b.claim.factor ?? 1) - (a.claim.factor ?? 1) || a.at - b.at);
  return [
    ...familiesOf(claims).flatMap(({ root, consequences }: ClaimFamily) => [
      { claim: root, isConsequence: false },
      ...consequences.map((claim) => ({ claim, isConsequence: true })),
    ]),
    ...rest.map(({ claim }) => ({ claim, isConsequence: false })),
  ];
}

/** How many claims have each verdict, worst first; verdicts that none has are left out. */
export function tally(claims: readonly AuditedClaim[]): { readonly verdict: Verdict; readonly count: number }[] {
  return VERDICTS.map((verdict) => ({ verdict, count: claims.filter((claim) => claim.verdict === verdict).length })).filter(
    ({ count }) => count > 0,
  );
}

const MANY: Readonly<Record<Verdict, string>> = {
  fails: "fail",
  inconsistent: "inconsistent",
  depends: "depend",
  undecided: "undecided",
  better: "better than claimed",
  holds: "hold",
};

/** `1 fails`, `2 fail`, `4 better than claimed`. */
export function countText(verdict: Verdict, count: number): string {
  const isAsNamed = count === 1 && verdict !== "better";
  return `${count} ${isAsNamed ? verdict : MANY[verdict]}`;
}

/** `8 root errors, 12 consequences`; none where nothing is wrong. */
export function rootText(claims: readonly AuditedClaim[]): string | undefined {
  const families = familiesOf(claims);
  if (families.length === 0) return undefined;
  const consequences = families.reduce((sum, family) => sum + family.consequences.length, 0);
  const roots = `${families.length} root error${families.length === 1 ? "" : "s"}`;
  return consequences === 0 ? roots : `${roots}, ${consequences} consequence${consequences === 1 ? "" : "s"}`;
}
