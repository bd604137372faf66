import { admitted, type Claim } from "../claims/claim.ts";
import { pencilFinding } from "./finding.ts";

/** Why a claim cannot hold beside others, as seen from the claim. */
export interface Denial {
  /** Ids of the others, in order. */
  readonly others: readonly string[];
  /** Formula of the other claims, or the number that both claims are about. */
  readonly formula: string;
  /** Value of the claim by the others, in its unit; null when the claim is itself part of another's sum. */
  readonly value: number | null;
  /** The slip of units that the difference looks like. */
  readonly slip: string | undefined;
}

/**
 * For each id that has any, the denials of the claim: a sum over other claims with another value (which denies those as well), and claims
 * of a disjoint value of the same number. They are in the order of ids, whatever the order of the claims.
 */
export function denials(claims: readonly Claim[], gpus: number): ReadonlyMap<string, readonly Denial[]> {
  const found = new Map<string, Denial[]>();
  const note = (id: string, others: readonly string[], formula: string, value: number | null, slip?: string) =>
    found.set(id, [...(found.get(id) ?? []), { others: [...others].sort(), formula, value, slip }]);
  const sorted = [...claims].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [i, claim] of sorted.entries()) {
    for (const sum of claim.pencil) {
      if (sum.claims.length === 0) continue;
      const { verdict, found: value, slip } = pencilFinding(claim, sum, gpus);
      if (verdict !== "fails") continue;
      note(claim.id, sum.claims, sum.text, value, slip);
      for (const other of sum.claims) note(other, [claim.id, ...sum.claims.filter((id) => id !== other)], sum.text, null);
    }
    for (const other of sorted.slice(i + 1)) {
      const shared = claim.parts.find((part) => other.parts.some(({ text }) => text.trim() === part.text.trim()));
      if (shared === undefined || !isAlike(claim, other) || meet(claim, other)) continue;
      note(claim.id, [other.id], shared.text, other.claimed);
      note(other.id, [claim.id], shared.text, claim.claimed);
    }
  }
  return found;
}

/** Whether both claim values in one unit, judged under the same values of the scenario. */
function isAlike(a: Claim, b: Claim): boolean {
  const situation = ({ unit, given, against, over }: Claim) => JSON.stringify([unit, Object.entries(given).sort(), against, over]);
  return situation(a) === situation(b);
}

function meet(a: Claim, b: Claim): boolean {
  const [x, y] = [admitted(a), admitted(b)];
  return x.low <= y.high && y.low <= x.high;
}
