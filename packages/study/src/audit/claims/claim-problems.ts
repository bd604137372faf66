import { type ClaimSpec, type Problem, type Problems, type ReadPieces, ScenarioProblems } from "@tokenyard/scenario";
import { claimsRead } from "./claim-reader.ts";

/**
 * Problems of the paths and formulas of claims beside those that `error` lists. Claims that may depend on the value of a wrong one are left
 * out, and if more than claims is wrong, so is the effect of their values on the scenario.
 */
export function claimProblems(error: Problems, readPieces?: ReadPieces): readonly Problem[] {
  const readable = error instanceof ScenarioProblems ? error.readableClaims() : undefined;
  if (readable === undefined) return [];
  const { claims, wrong, locate } = readable;
  const unread = claims.flatMap(({ id }, i) => (wrong.has(i) ? [id] : []));
  const hangs = ({ from = [] }: ClaimSpec) => [from].flat().some((text) => unread.some((id) => text.includes(id)));
  const isOfUnread = ({ path: [section, at] }: Problem) =>
    section === "claims" && typeof at === "number" && (wrong.has(at) || hangs(claims[at]!));
  return claimsRead(readable, readable.scenario, readPieces)
    .problems.filter((problem) => !isOfUnread(problem))
    .map((problem) => {
      const place = problem.place ?? locate?.(problem.path);
      return place === undefined ? problem : { ...problem, place };
    });
}
