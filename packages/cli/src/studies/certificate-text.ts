import {
  type Certificate,
  type FormulaAudit,
  MOST_MARGIN,
  type NearestMiss,
  type Optimum,
  type Parameters,
  type RealWinner,
  type WinnerFacts,
} from "@tokenyard/study";
import { counted, grouped } from "../terminal/amount.ts";
import { valueText } from "./case-column.ts";

/** How a search under load came to its answer, and how sure that is: a line for each step. */
export function certificateLines({ certificate, objectives, best, seeds }: Optimum): string[] {
  if (certificate === undefined) return [];
  const lines = formulaLines(certificate);
  const { winner } = certificate;
  if (winner !== null) lines.push(`  the best plan ${winnerText(winner, objectives[0]!.text)}`);
  if (winner !== null && certificate.seed !== null && seeds === undefined)
    lines.push(`  all of this is of the requests of seed ${certificate.seed}: run --replications says how far others move it`);
  return [...lines, ...realLines(certificate, objectives[0]!.text, best?.parameters ?? {})];
}

/** How sure the best plan is on real servers, and the run that would decide. */
function realLines({ real }: Certificate, objective: string, best: Parameters): string[] {
  if (real === undefined) return [];
  if ("uncalibrated" in real)
    return [`  how sure it is on real servers is not known: measured runs say nothing of ${real.uncalibrated.join(", ")}`];
  const { chance, misses, beaten, measure } = real;
  const reasons = [
    ...(misses >= SELDOM ? [`it misses a constraint with ${percent(misses)}`] : []),
    ...(beaten >= SELDOM ? [`another is better with ${percent(beaten)}${regretText(real, objective)}`] : []),
  ];
  const why = reasons.length === 0 ? "" : `: ${reasons.join(", ")}`;
  const lines = [`  on real servers it stays the best with ${percent(chance)}${why} (${againstText(real)})`];
  if (measure === null) return lines;
  const otherwise = Object.entries(measure.parameters).filter(([path, value]) => best[path] !== value);
  const which =
    otherwise.length === 0 ? "it" : `the plan with ${otherwise.map(([path, value]) => `${path} ${valueText(value)}`).join(", ")}`;
  return [
    ...lines,
    `  to decide: a measured run of ${which}, given to tokenyard calibrate, would make the choice sure to ${percent(measure.chance)} in the mean`,
  ];
}

/** Probability below which nothing is printed. */
const SELDOM = 0.005;

function regretText({ regret }: RealWinner, objective: string): string {
  return regret === null ? "" : `, by ${percent(regret)} of ${objective} in the mean`;
}

function againstText({ against, unknown }: RealWinner): string {
  const known = against - unknown;
  const rest = unknown === 0 ? "" : `; of ${counted(unknown, "other")} measured runs say nothing`;
  return known === 0
    ? `no other plan that was run comes near${rest}`
    : `seeds aside, against the ${counted(known, "nearest other")} that ${known === 1 ? "was" : "were"} run${rest}`;
}

function formulaLines({ formula, withoutFormula }: Certificate): string[] {
  if (withoutFormula.length > 0)
    return [`  every plan that is not proved away is run: the formula of loads does not know ${withoutFormula.join(", ")}`];
  if (formula === null || (formula.leftOut === 0 && formula.audited === 0)) return [];
  const { leftOut, margin, isWithin } = formula;
  const lines: string[] = [];
  if (leftOut > 0)
    lines.push(
      `  ${counted(leftOut, "plan")} left out by the formula of loads: they would miss a constraint, or be beaten, with numbers ${times(margin)} better`,
    );
  lines.push(auditLine(formula));
  const stays = margin < MOST_MARGIN ? "and the search ended before that was widened" : "which is as wide as it may be";
  if (!isWithin && leftOut > 0) lines.push(`  its error passes half of the margin, ${stays}: plans may be out that belong in`);
  return lines;
}

function auditLine({ leftOut, drawn, audited, better, largestError, margin, isWithin, mostBetter }: FormulaAudit): string {
  if (largestError === null) return "  no plan that it left out was run: how far off it is, is not known";
  const where = isWithin && largestError * largestError > margin ? ", though none of those so far off came near to winning" : "";
  const off =
    largestError === 1 ? "none came out better than it says" : `they came out at most ${times(largestError)} better than it says${where}`;
  const isOver = audited === drawn;
  const unknown = isOver ? "" : "; how many of the others would win is not known";
  const share = mostBetter === null ? unknown : `; with 95 % confidence at most ${percent(mostBetter)} of those left out would win`;
  const rest = leftOut === 0 ? "; the others that it had left out were run too, or a plan that was run provably beats them" : "";
  const won = `; ${grouped(better)} would have won, and ${better === 1 ? "counts" : "count"}${rest}`;
  const found = better === 0 ? (leftOut === 0 ? "" : share) : won;
  const were = audited === 1 ? "was" : "were";
  const what = isOver
    ? `${counted(audited, "plan")} that it had left out ${were} drawn at random and run`
    : `${grouped(audited)} of ${grouped(drawn)} plans that were drawn at random from those that it had left out ${were} run, so that the audit is not finished`;
  return `  ${what}: ${off}${found}`;
}

function winnerText({ numbers, error, headroom, ahead }: WinnerFacts, objective: string): string {
  const drawn = numbers === "exact" ? "has exact numbers" : `has numbers by the law of uneven experts, ± ${percent(error)}`;
  const room = headroom > 0 ? `, ${percent(headroom)} from its nearest constraint` : "";
  if (ahead === null) return `${drawn}${room}; no other plan that was run holds the constraints`;
  return `${drawn}${room}; ${objective} of the next that was run is ${ahead === 0 ? "the same" : `${percent(ahead)} worse`}`;
}

/** Lines on the bounds with which the nearest plan would hold the constraints. */
export function nearestLines({ missed, parameters }: NearestMiss): string[] {
  const relaxed = missed.map(
    ({ constraint, value, bound }) => `${constraint.replace(/\s*(<=|>=|<|>).*$/, "")} is ${times(factorOf(value, bound))} off`,
  );
  const plan = Object.entries(parameters).map(([path, value]) => `${path} ${valueText(value)}`);
  return [
    `nearest: ${relaxed.join(", ")}, with ${plan.join(", ")}`,
    `it would hold ${missed.map(({ constraint, value, bound }) => loosened(constraint, value, bound)).join(" and ")}`,
  ];
}

function factorOf(value: number, bound: number): number {
  return value > bound ? value / bound : bound / value;
}

/** The constraint with its bound moved to `value`, rounded away from it. */
function loosened(constraint: string, value: number, bound: number): string {
  const factor = value / bound;
  return constraint.replace(/([0-9.]+(?:e[+-]?\d+)?)(?!.*[0-9])/, (number) => {
    const moved = Number(number) * factor;
    const step = 10 ** (Math.floor(Math.log10(Math.abs(moved))) - 1);
    return String(Number((factor > 1 ? Math.ceil(moved / step) * step : Math.floor(moved / step) * step).toPrecision(2)));
  });
}

function times(factor: number): string {
  return `${Number(factor.toPrecision(3))} ×`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
