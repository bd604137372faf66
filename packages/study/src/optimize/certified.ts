import type { Report } from "@tokenyard/report";
import { isByLaw, lawErrorOf } from "../points/exact-point.ts";
import type { Parameters } from "../points/point.ts";
import type { Uncalibrated } from "../winner/real-plan.ts";
import { type WinnerDemands, winnerOf } from "../winner/winner.ts";
import { glanceAtAny } from "./estimates/load-bounds.ts";
import type { Certificate, FormulaAudit, RealWinner, WinnerFacts } from "./search/certificate.ts";
import type { LeftOut } from "./search/left-out.ts";
import type { Optimum } from "./search/optimum.ts";
import type { Prospect } from "./search/prospect.ts";
import type { Contender } from "./search/standing.ts";

interface Parts {
  /** Undefined where the formula judges nothing. */
  readonly leftOut: LeftOut | undefined;
  readonly withoutFormula: readonly string[];
  readonly seed: number | null;
  /** The best plans that were run. */
  readonly contenders: readonly Contender[];
  /** Plans that were neither run nor proved away; none during the search. */
  readonly undecided?: Iterable<Pick<Prospect, "choice" | "variant">>;
  /** The best plan and those that might be better on real servers; none during the search. */
  readonly rivals?: readonly Rival[];
  readonly wanted: WinnerDemands;
}

interface Rival {
  readonly parameters: Parameters;
  readonly report: Report;
}

/** The certificate of the plans that a search has `found`. */
export function certificateOf(
  found: Omit<Optimum, "certificate">,
  { leftOut, withoutFormula, seed, contenders, undecided, rivals = [], wanted }: Parts,
): Certificate {
  return {
    provedAway: found.pruned + found.infeasible,
    run: found.examined,
    notLookedAt: found.left,
    smallerNotRun: found.best === null || undecided === undefined ? null : smallerOf(undecided, found.best.report.gpus),
    formula: leftOut === undefined ? null : auditOf(leftOut),
    withoutFormula,
    seed,
    winner: factsOf(contenders),
    ...(rivals.length === 0 ? {} : { real: realWinner(rivals, wanted) }),
  };
}

function realWinner(rivals: readonly Rival[], wanted: WinnerDemands): RealWinner | Uncalibrated {
  const reports = rivals.map(({ report }) => report);
  const winner = winnerOf(reports, wanted);
  if ("uncalibrated" in winner) return winner;
  const { measure } = winner;
  return { ...winner, measure: measure && { parameters: rivals[measure.plan]!.parameters, chance: measure.chance } };
}

function smallerOf(undecided: NonNullable<Parts["undecided"]>, gpus: number): number {
  let count = 0;
  for (const { choice, variant } of undecided) if ((glanceAtAny(variant.scenario, choice)("gpus")?.low ?? 0) < gpus) count++;
  return count;
}

function auditOf({ prospects, margin, drawn, audited, better, largestError, isOff, mostBetter }: LeftOut): FormulaAudit {
  return {
    leftOut: prospects.size,
    margin,
    drawn,
    audited,
    better,
    largestError: audited === 0 ? null : largestError,
    isWithin: !isOff,
    mostBetter,
  };
}

function factsOf([best, next]: readonly Contender[]): WinnerFacts | null {
  if (best === undefined) return null;
  const [cost, other] = [best.costs[0]!, next?.costs[0]];
  return {
    numbers: isByLaw(best.report) ? "law" : "exact",
    error: lawErrorOf(best.report),
    headroom: best.headroom,
    ahead: other === undefined || cost === 0 ? null : Math.abs(other - cost) / Math.abs(cost),
  };
}
