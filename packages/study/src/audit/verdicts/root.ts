import type { AuditedClaim } from "./audited-claim.ts";
import type { AnsweredCase } from "./case.ts";

/** A failed or inconsistent claim with its consequences. */
export interface ClaimFamily {
  /** The part of the root that is farthest off, then other parts of it and the claims that follow from it, farthest off first. */
  readonly root: AuditedClaim;
  readonly consequences: readonly AuditedClaim[];
}

/**
 * For each claim of `wrong` (ids, in the order of the plan) the id of the one whose error it follows from: the one that the scenario names, else one
 * that its sum is made of, else an earlier one about the same number in the same situation. What follows from a consequence follows from its root.
 */
export function rootsOf(cases: readonly AnsweredCase[], wrong: ReadonlySet<string>): ReadonlyMap<string, string> {
  const byId = new Map<string, AnsweredCase[]>();
  for (const each of cases) byId.set(each.claim.id, [...(byId.get(each.claim.id) ?? []), each]);
  const ids = [...byId.keys()].filter((id) => wrong.has(id));
  const causeOf = (id: string): string | undefined => {
    const { claim } = byId.get(id)![0]!;
    if (claim.root !== undefined && wrong.has(claim.root)) return claim.root;
    const summed = new Set(claim.pencil.flatMap(({ claims }) => claims));
    const earlier = ids.slice(0, ids.indexOf(id));
    return ids.find((other) => summed.has(other)) ?? earlier.find((other) => shareNumber(byId.get(other)!, byId.get(id)!));
  };
  const causes = new Map(ids.map((id) => [id, causeOf(id)]));
  const roots = new Map<string, string>();
  for (const id of ids) {
    const passed = new Set([id]);
    let root = id;
    for (let cause = causes.get(root); cause !== undefined && !passed.has(cause); cause = causes.get(root)) {
      passed.add(cause);
      root = cause;
    }
    const isRound = causes.get(root) !== undefined; // each follows from the next: the first of the plan is the root
    roots.set(id, isRound ? ids.find((each) => passed.has(each))! : root);
  }
  return new Map([...roots].filter(([id, root]) => id !== root));
}

function shareNumber(these: readonly AnsweredCase[], those: readonly AnsweredCase[]): boolean {
  const number = ({ claim, part }: AnsweredCase) =>
    part === undefined
      ? undefined
      : JSON.stringify([part.text.trim(), claim.unit, Object.entries(claim.given).sort(), claim.against, claim.over]);
  return those.some((each) => number(each) !== undefined && these.some((other) => number(other) === number(each)));
}

export function isWrong({ verdict }: AuditedClaim): boolean {
  return verdict === "fails" || verdict === "inconsistent";
}

/** The id of a claim without its part. */
export function claimId({ id, part }: AuditedClaim): string {
  return part === null ? id : id.slice(0, -part.length - 1);
}

/** The claims that are wrong by their roots: those that fail first, and of those the farthest off. */
export function familiesOf(claims: readonly AuditedClaim[]): ClaimFamily[] {
  const families = new Map<string, AuditedClaim[]>();
  const wrong = claims.filter(isWrong);
  for (const claim of wrong) {
    const root = claim.root ?? claimId(claim);
    families.set(root, [...(families.get(root) ?? []), claim]);
  }
  const off = ({ factor = 1 }: AuditedClaim) => factor;
  const inconsistent = ({ verdict }: AuditedClaim) => (verdict === "inconsistent" ? 1 : 0);
  return [...families]
    .map(([id, members]): ClaimFamily => {
      const own = (claim: AuditedClaim) => (claimId(claim) === id ? 0 : 1);
      const [root, ...consequences] = [...members].sort((a, b) => own(a) - own(b) || off(b) - off(a));
      return { root: root!, consequences };
    })
    .sort((a, b) => inconsistent(a.root) - inconsistent(b.root) || off(b.root) - off(a.root));
}
