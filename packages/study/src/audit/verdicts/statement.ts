import type { SearchedPolicies, Statement } from "../claims/configuration.ts";
import type { AuditedClaim } from "./audited-claim.ts";

/** Verdicts, the most favourable first. */
const KINDEST = ["holds", "depends", "undecided", "fails"];

/** Statement of one word of the configuration under each reading, as a claim with the most favourable verdict: it claims to be true. */
export function statedClaim(stated: readonly (readonly [reading: string | undefined, statement: Statement])[]): AuditedClaim {
  const sorted = stated
    .map((each, i) => ({ each, i }))
    .sort((a, b) => KINDEST.indexOf(a.each[1].verdict) - KINDEST.indexOf(b.each[1].verdict) || a.i - b.i)
    .map(({ each }) => each);
  const [reading, { id, text, section, verdict, because, isRun = false, policies }] = sorted[0]!;
  const isAlike = sorted.every(([, other]) => other.verdict === verdict && other.because === because);
  const under = stated.length > 1 ? `it fails under all ${stated.length} readings, and ` : "";
  const readings = sorted.map(([name, each]) => ({
    reading: name ?? "",
    verdict: each.verdict === "depends" ? ("undecided" as const) : each.verdict,
    found: null,
    interval: null,
    deciding: null,
    because: each.because,
  }));
  return {
    id,
    text,
    section,
    part: null,
    reading: isAlike ? null : (reading ?? null),
    kind: isRun ? "dynamic" : "static",
    verdict,
    claimed: null,
    comparison: "=",
    tolerance: 0,
    found: null,
    unit: "",
    ...(isAlike ? {} : { readings }),
    checks: [],
    ...(policies === undefined ? {} : { policies }),
    because: verdict === "fails" ? because.replace(/\.$/, `; ${under}${searchedText(isRun, policies)}.`) : because,
  };
}

/** How far another verdict was looked for. */
function searchedText(isRun: boolean, policies: SearchedPolicies | undefined): string {
  if (policies !== undefined) return `with none of ${policies.tried.length} policies that were searched does it hold`;
  return isRun ? "no assumption was moved for it" : "no assumption enters it";
}
