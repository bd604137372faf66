import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";
import { amount, factor, span } from "../claims/amount-text.ts";
import { factorBetween, passes } from "../claims/claim.ts";
import type { Denial } from "../questions/contradiction.ts";
import type { Finding } from "../questions/finding.ts";
import type { DecidingInterval } from "../questions/looks.ts";
import type { ChangedValue } from "../turns/corner.ts";
import type { JointTurn } from "../turns/joint-turn.ts";
import type { TurningPoint } from "../turns/turning-point.ts";
import type { Turns } from "../turns/turns.ts";
import type { AuditedClaim, OverPoint, ReadFinding, Verdict } from "./audited-claim.ts";

/** Facts of a claim that its sentence uses. */
export interface ClaimFacts {
  readonly claimed: number;
  readonly comparison: AuditedClaim["comparison"];
  readonly tolerance: number;
  readonly unit: Unit | "";
  readonly verdict: Verdict;
  /** Checks of the claim, the deciding one first. */
  readonly checks: readonly Finding[];
  readonly denials: readonly Denial[];
  readonly turningPoints: readonly TurningPoint[];
  readonly jointTurn: JointTurn | undefined;
  readonly search: Turns["search"];
  /** Parameters of the run whose number is the divisor. */
  readonly against: Parameters | undefined;
  /** Readings if their verdicts differ, the most favourable first. */
  readonly readings: readonly ReadFinding[] | undefined;
  readonly over: { readonly path: string; readonly points: readonly OverPoint[] } | undefined;
}

/** Reason for the verdict, in one sentence. */
export function because(facts: ClaimFacts): string {
  const clauses = [mainClause(facts), ...readingsClauses(facts), ...searchClauses(facts), ...pencilClauses(facts), ...denialClauses(facts)];
  const text = clauses.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function mainClause(facts: ClaimFacts): string {
  const { verdict, checks, over, turningPoints, jointTurn, denials } = facts;
  const [deciding] = checks;
  const [turn] = turningPoints;
  if (turn !== undefined) return `${foundClause(facts, deciding!)}, but ${turnClause(turn)}`;
  if (jointTurn !== undefined) return `${foundClause(facts, deciding!)}, but ${jointClause(jointTurn)}`;
  const [denied] = denials;
  if (verdict === "inconsistent" && denied !== undefined) return deniedClause(denied, facts);
  if (over !== undefined) return overClause(over, facts);
  if (deciding?.verdict === "undecided") return undecidedClause(deciding, facts);
  return foundClause(facts, deciding!);
}

const WANTED = { "=": "claimed", "<=": "allowed", ">=": "wanted" } as const;
const GIVERS = { arithmetic: "the plan's own sum", static: "the compiled plan", dynamic: "the simulation" } as const;

function foundClause({ claimed, comparison, tolerance, unit, readings, against: divisor }: ClaimFacts, finding: Finding): string {
  const { kind, found, formula, slip, verdict } = finding;
  const read = readings === undefined || kind === "arithmetic" ? "" : `, read as ${readings[0]!.reading},`;
  const giver = kind === "arithmetic" ? `${GIVERS[kind]} (${formula})` : `${GIVERS[kind]}${read}`;
  const ratio = divisor === undefined || kind !== "dynamic" ? "" : ` of what it gives with ${settingsText(divisor)}`;
  const tail = verdict === "better" ? ": better than that" : slip === undefined ? "" : `: ${slip}`;
  const isApart = comparison === "=" && verdict === "holds" && amount(found, unit) !== amount(claimed, unit);
  if (isApart && Math.abs(found! - claimed) > (tolerance + 1e-9) * Math.abs(claimed))
    return `${giver} gives ${amount(found, unit)}${ratio}, no worse than the ${amount(claimed, unit)} claimed`;
  if (isApart)
    return `${giver} gives ${amount(found, unit)}${ratio}, within ${amount(tolerance, "%")} of the ${amount(claimed, unit)} claimed`;
  return `${giver} gives ${amount(found, unit)}${ratio}, ${against(found!, claimed, comparison, unit, verdict === "holds")}${tail}`;
}

const MOST_SETTINGS = 3;

/** `serving.overlap none, parallelism.data 1`; of many the first ones. */
function settingsText(settings: Parameters): string {
  const all = Object.entries(settings).map(
    ([path, value]) => `${path} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
  );
  if (all.length <= MOST_SETTINGS) return all.join(", ");
  return `${all.slice(0, MOST_SETTINGS - 1).join(", ")} and ${all.length - MOST_SETTINGS + 1} other values`;
}

/** `6.05 times less than the 100 tokens/ms wanted`, `as claimed`. */
function against(found: number, claimed: number, comparison: ClaimFacts["comparison"], unit: Unit | "", holds: boolean): string {
  const times = factorBetween(found, claimed);
  const wanted = WANTED[comparison];
  if (comparison === "=" && holds) return "as claimed";
  if (found === Number.POSITIVE_INFINITY && !holds) return `where ${amount(claimed, unit)} is ${wanted}`;
  const isLittleOff = times !== undefined && times < 1.005;
  if (isLittleOff && holds) return `just the ${amount(claimed, unit)} ${wanted}`;
  const side = found < claimed ? "less" : "more";
  if (times === undefined || isLittleOff) return `${side} than the ${amount(claimed, unit)} ${wanted}`;
  return `${factor(times)} times ${side} than the ${amount(claimed, unit)} ${wanted}`;
}

function undecidedClause({ reason, found, deciding, replications }: Finding, { claimed, comparison, unit }: ClaimFacts): string {
  if (found === null || deciding === null) return reason ?? "nothing decides it";
  const interval = `its ${confidence(deciding)} interval of ${span(deciding, unit)} after ${replications} runs`;
  return `the simulation gives ${amount(found, unit)}, and ${interval} does not distinguish it from the ${amount(claimed, unit)} ${WANTED[comparison]}`;
}

/** `98.75 %`. */
export function confidence({ confidence: share }: DecidingInterval): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

function turnClause(turn: TurningPoint): string {
  return `it ${turn.verdict} with ${turnText(turn)}, which is inside its assumed range`;
}

/** Point where a verdict turns: `cluster.gpu.launch of 4.2 us or more`, `cluster.gpusPerNode of 4 or less`. */
function turnText({ path, unit, value, keeps }: TurningPoint): string {
  const beyond = keeps === null ? "" : value > keeps ? " or more" : " or less";
  return `${path} of ${amount(value, unit)}${beyond}`;
}

function jointClause({ changes, verdict, reading }: JointTurn): string {
  const read = reading === undefined ? "" : `, read as ${reading},`;
  if (changes.length === 1) return `it ${verdict}${read} with ${changedText(changes)}, which is inside its assumed range`;
  return `it ${verdict}${read} when these come together, each inside its assumed range: ${changedText(changes)}`;
}

function changedText(changes: readonly ChangedValue[]): string {
  return changes.map(({ path, unit, value }) => `${path} ${amount(value, unit)}`).join(", ");
}

/** Clauses on the readings whose verdict differs from the first, or a clause that all fail. */
function readingsClauses({ readings, verdict, over }: ClaimFacts): string[] {
  if (readings === undefined) return [];
  const [kindest] = readings;
  const named = (rows: readonly ReadFinding[]) => rows.map(({ reading }) => reading).join(", ");
  const failing = readings.filter((each) => each.verdict === "fails");
  const open = readings.filter((each) => each.verdict === "undecided" && each !== kindest);
  const all = failing.length === readings.length;
  return [
    ...(verdict === "fails" && over === undefined
      ? [`it fails under ${all ? `all ${failing.length}` : `${failing.length} of ${readings.length}`} readings`]
      : []),
    ...(passes(kindest!.verdict) && failing.length > 0
      ? [`it fails under ${failing.length} of ${readings.length} readings (${named(failing)})`]
      : []),
    ...(open.length > 0 ? [`undecided under ${named(open)}`] : []),
  ];
}

/** Clauses on the search that did not save a failed claim. */
function searchClauses({ verdict, checks: [deciding], search, readings, unit, over }: ClaimFacts): string[] {
  if (verdict !== "fails" || over !== undefined) return [];
  if (deciding?.kind === "arithmetic") return ["no assumption enters it"];
  if (search === undefined) return [];
  const { single, joint, runs, nearest } = search;
  if (single + joint === 0) return ["no assumption has a range"];
  const parts = [`${single} with one assumption changed`, ...(joint === 0 ? [] : [`${joint} with several`])];
  const size = [...parts, ...(runs === 0 ? [] : [`in ${runs} runs`])].join(", ");
  const none = `at none of the ${single + joint} points searched inside the assumed ranges does it hold (${size})`;
  if (nearest === undefined) return [none, "none of them is nearer"];
  const read = nearest.reading === null || readings === undefined ? "" : ` read as ${nearest.reading}`;
  return [
    none,
    `the nearest gives ${amount(nearest.found, unit)}${read}${nearest.changes.length === 0 ? "" : ` with ${changedText(nearest.changes)}`}`,
  ];
}

function overClause({ path, points }: NonNullable<ClaimFacts["over"]>, { unit, claimed, comparison }: ClaimFacts): string {
  const found = points.flatMap((point) => (point.found === null ? [] : [point.found]));
  const held = points.filter(({ verdict }) => passes(verdict)).map(({ value }) => String(value));
  const open = points.filter(({ verdict }) => verdict === "undecided").map(({ value }) => String(value));
  const range = found.length === 0 ? "nothing" : `${amount(Math.min(...found), unit)} to ${amount(Math.max(...found), unit)}`;
  const [from, to] = [points[0]?.value, points.at(-1)?.value];
  const where = held.length === points.length ? "at all of them" : held.length === 0 ? "at none" : `only at ${held.join(", ")}`;
  const rest = open.length === 0 ? "" : ` (undecided at ${open.join(", ")})`;
  const bound = `${comparison === "=" ? "" : `${comparison === "<=" ? "at most" : "at least"} `}${amount(claimed, unit)}`;
  return `over ${points.length} values of ${path} from ${from} to ${to} the simulation gives ${range}, which is ${bound} ${where}${rest}`;
}

function deniedClause({ others, formula, value, slip }: Denial, { unit, claimed }: ClaimFacts): string {
  const names = others.join(" and ");
  if (value === null) return `it cannot hold beside ${names}: by ${formula} they deny each other`;
  const by = formula === names ? "" : ` (${formula})`;
  const tail = slip === undefined ? "" : `: ${slip}`;
  const makes = others.length === 1 ? "makes" : "make";
  return `it cannot hold beside ${names}, which ${makes} it ${amount(value, unit)}${by}, ${against(value, claimed, "=", unit, false)}${tail}`;
}

/** Clauses about the plan's own calculation, beside the check that decides. */
function pencilClauses({ checks, verdict, unit, claimed }: ClaimFacts): string[] {
  const [deciding, ...others] = checks;
  return others.flatMap((check) => {
    if (check.kind !== "arithmetic" || deciding?.kind === "arithmetic") return [];
    if (check.verdict === "holds") return verdict === "fails" ? [`its own sum (${check.formula}) is right, what goes into it is not`] : [];
    if (check.verdict !== "fails" || check.claims.length > 0) return []; // what other claims make of it is printed with them
    const slip = check.slip === undefined ? "" : `: ${check.slip}`;
    return [`its own sum (${check.formula}) gives ${amount(check.found, unit)}, not ${amount(claimed, unit)}${slip}`];
  });
}

/** Clauses on other claims that deny one that something else decides. */
function denialClauses({ denials, verdict, unit }: ClaimFacts): string[] {
  return denials.slice(verdict === "inconsistent" ? 1 : 0).flatMap(({ others, formula, value }) => {
    if (value === null) return [];
    const names = others.join(" and ");
    if (formula === names) return [`the plan's other claim ${names} makes it ${amount(value, unit)}`];
    return [`the plan's other claims (${formula}) make it ${amount(value, unit)}`];
  });
}
