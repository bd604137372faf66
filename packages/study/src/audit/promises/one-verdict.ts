import type { AuditedClaim } from "../verdicts/audited-claim.ts";

/** Prefix of the ids of promises. */
const PROMISE = "promise.";

/**
 * `claims` and `promises`, where a promise `promise.x` beside a claim `x` is the same sentence of the plan: they are one claim, which depends on the
 * reading where they disagree.
 */
export function oneVerdictEach(claims: readonly AuditedClaim[], promises: readonly AuditedClaim[]): AuditedClaim[] {
  const promised = new Map(promises.map((promise) => [promise.id.slice(PROMISE.length), promise]));
  const joined = claims.map((claim) => {
    const promise = claim.part === null ? promised.get(claim.id) : undefined;
    if (promise === undefined) return claim;
    promised.delete(claim.id);
    return joinedClaim(claim, promise);
  });
  return [...joined, ...promised.values()];
}

function joinedClaim(claim: AuditedClaim, promise: AuditedClaim): AuditedClaim {
  const isAlike = claim.verdict === promise.verdict;
  const { root, factor, ...rest } = claim;
  const kept = isAlike ? { ...(root === undefined ? {} : { root }), ...(factor === undefined ? {} : { factor }) } : {};
  return {
    ...rest,
    ...kept,
    verdict: isAlike ? claim.verdict : "depends",
    ...(promise.policies === undefined ? {} : { policies: promise.policies }),
    because: isAlike
      ? `${claim.because} ${promise.because}`
      : `As "${claim.text}" it ${plain(claim)}: ${claim.because} As "${promise.text}" it ${plain(promise)}: ${promise.because}`,
  };
}

function plain({ verdict }: AuditedClaim): string {
  return verdict === "undecided" || verdict === "better" || verdict === "inconsistent" ? `is ${verdict}` : verdict;
}
