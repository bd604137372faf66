import type { Unit } from "@tokenyard/scenario";
import { amount, factor, span } from "./amount.ts";
import type { AuditedClaim, OverPoint, Verdict } from "./audited-claim.ts";
import { factorBetween } from "./claim.ts";
import type { Denial } from "./contradiction.ts";
import type { Finding } from "./finding.ts";
import type { JointTurn } from "./joint-turn.ts";
import type { DecidingInterval } from "./looks.ts";
import type { TurningPoint } from "./turning-point.ts";

/** What a sentence tells of. */
export interface Told {
  readonly claimed: number;
  readonly comparison: AuditedClaim["comparison"];
  readonly tolerance: number;
  readonly unit: Unit | "";
  readonly verdict: Verdict;
  /** The deciding one first. */
  readonly checks: readonly Finding[];
  readonly denials: readonly Denial[];
  readonly turningPoints: readonly TurningPoint[];
  readonly jointTurn: JointTurn | undefined;
  readonly over: { readonly path: string; readonly points: readonly OverPoint[] } | undefined;
}

/** Why the verdict is what it is, in one sentence. */
export function because(told: Told): string {
  const clauses = [mainClause(told), ...pencilClauses(told), ...denialClauses(told)];
  const text = clauses.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function mainClause(told: Told): string {
  const { verdict, checks, over, turningPoints, jointTurn, denials } = told;
  const [deciding] = checks;
  const [turn] = turningPoints;
  if (turn !== undefined) return `${foundClause(told, deciding!)}, but ${turnClause(turn)}`;
  if (jointTurn !== undefined) return `${foundClause(told, deciding!)}, but ${jointClause(jointTurn)}`;
  const [denied] = denials;
  if (verdict === "inconsistent" && denied !== undefined) return deniedClause(denied, told);
  if (over !== undefined) return overClause(over, told);
  if (deciding?.verdict === "undecided") return undecidedClause(deciding, told);
  return foundClause(told, deciding!);
}

const WANTED = { "=": "claimed", "<=": "allowed", ">=": "wanted" } as const;
const GIVERS = { arithmetic: "the plan's own sum", static: "the compiled plan", dynamic: "the simulation" } as const;

function foundClause({ claimed, comparison, tolerance, unit }: Told, finding: Finding): string {
  const { kind, found, formula, slip, verdict } = finding;
  const giver = kind === "arithmetic" ? `${GIVERS[kind]} (${formula})` : GIVERS[kind];
  const tail = slip === undefined ? "" : `: ${slip}`;
  const isApart = comparison === "=" && verdict === "holds" && amount(found, unit) !== amount(claimed, unit);
  if (isApart) return `${giver} gives ${amount(found, unit)}, within ${amount(tolerance, "%")} of the ${amount(claimed, unit)} claimed`;
  return `${giver} gives ${amount(found, unit)}, ${against(found!, claimed, comparison, unit, verdict === "holds")}${tail}`;
}

/** `6.05 times less than the 100 tokens/ms wanted`, `as claimed`. */
function against(found: number, claimed: number, comparison: Told["comparison"], unit: Unit | "", holds: boolean): string {
  const times = factorBetween(found, claimed);
  const wanted = WANTED[comparison];
  if (comparison === "=" && holds) return "as claimed";
  const isLittleOff = times !== undefined && times < 1.005;
  if (isLittleOff && holds) return `just the ${amount(claimed, unit)} ${wanted}`;
  const side = found < claimed ? "less" : "more";
  if (times === undefined || isLittleOff) return `${side} than the ${amount(claimed, unit)} ${wanted}`;
  return `${factor(times)} times ${side} than the ${amount(claimed, unit)} ${wanted}`;
}

function undecidedClause({ reason, found, deciding, replications }: Finding, { claimed, comparison, unit }: Told): string {
  if (found === null || deciding === null) return reason ?? "nothing decides it";
  const interval = `its ${confidence(deciding)} interval of ${span(deciding, unit)} after ${replications} runs`;
  return `the simulation gives ${amount(found, unit)}, and ${interval} does not tell it from the ${amount(claimed, unit)} ${WANTED[comparison]}`;
}

/** `98.75 %`. */
export function confidence({ confidence: share }: DecidingInterval): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

function turnClause(turn: TurningPoint): string {
  return `it ${turn.verdict} with ${turnText(turn)}, which is inside its assumed range`;
}

/** Where a verdict turns: `cluster.gpu.launch of 4.2 us or more`, `cluster.gpusPerNode of 4 or less`. */
export function turnText({ path, unit, value, keeps }: TurningPoint): string {
  const beyond = keeps === null ? "" : value > keeps ? " or more" : " or less";
  return `${path} of ${amount(value, unit)}${beyond}`;
}

function jointClause({ changes, verdict }: JointTurn): string {
  const values = changes.map(({ path, unit, value }) => `${path} ${amount(value, unit)}`);
  return `it ${verdict} when these come together, each inside its assumed range: ${values.join(", ")}`;
}

function overClause({ path, points }: NonNullable<Told["over"]>, { unit, claimed, comparison }: Told): string {
  const found = points.flatMap((point) => (point.found === null ? [] : [point.found]));
  const held = points.filter(({ verdict }) => verdict === "holds").map(({ value }) => String(value));
  const open = points.filter(({ verdict }) => verdict === "undecided").map(({ value }) => String(value));
  const range = found.length === 0 ? "nothing" : `${amount(Math.min(...found), unit)} to ${amount(Math.max(...found), unit)}`;
  const [from, to] = [points[0]?.value, points.at(-1)?.value];
  const where = held.length === points.length ? "at all of them" : held.length === 0 ? "at none" : `only at ${held.join(", ")}`;
  const rest = open.length === 0 ? "" : ` (undecided at ${open.join(", ")})`;
  const bound = `${comparison === "=" ? "" : `${comparison === "<=" ? "at most" : "at least"} `}${amount(claimed, unit)}`;
  return `over ${points.length} values of ${path} from ${from} to ${to} the simulation gives ${range}, which is ${bound} ${where}${rest}`;
}

function deniedClause({ others, formula, value, slip }: Denial, { unit, claimed }: Told): string {
  const names = others.join(" and ");
  if (value === null) return `it cannot hold beside ${names}: by ${formula} they deny each other`;
  const by = formula === names ? "" : ` (${formula})`;
  const tail = slip === undefined ? "" : `: ${slip}`;
  const makes = others.length === 1 ? "makes" : "make";
  return `it cannot hold beside ${names}, which ${makes} it ${amount(value, unit)}${by}, ${against(value, claimed, "=", unit, false)}${tail}`;
}

/** What the plan's own sums say beside a check that decides more. */
function pencilClauses({ checks, verdict, unit, claimed }: Told): string[] {
  const [deciding, ...others] = checks;
  return others.flatMap((check) => {
    if (check.kind !== "arithmetic" || deciding?.kind === "arithmetic") return [];
    if (check.verdict === "holds") return verdict === "fails" ? [`its own sum (${check.formula}) is right, what goes into it is not`] : [];
    if (check.verdict !== "fails" || check.claims.length > 0) return []; // what other claims make of it is told with them
    const slip = check.slip === undefined ? "" : `: ${check.slip}`;
    return [`its own sum (${check.formula}) gives ${amount(check.found, unit)}, not ${amount(claimed, unit)}${slip}`];
  });
}

/** What other claims make of one that something else decides. */
function denialClauses({ denials, verdict, unit }: Told): string[] {
  return denials.slice(verdict === "inconsistent" ? 1 : 0).flatMap(({ others, formula, value }) => {
    if (value === null) return [];
    const names = others.join(" and ");
    if (formula === names) return [`the plan's other claim ${names} makes it ${amount(value, unit)}`];
    return [`the plan's other claims (${formula}) make it ${amount(value, unit)}`];
  });
}
