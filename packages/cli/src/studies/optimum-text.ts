import { type Case, type ExaminedPlan, type Formula, type Optimum, resultScope } from "@tokenyard/study";
import { scatter } from "../tables/scatter.ts";
import { textTable } from "../tables/text-table.ts";
import { counted, grouped } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { harmless, styled } from "../terminal/terminal.ts";
import { caseColumns, valueText } from "./case-column.ts";
import { certificateLines, nearestLines } from "./certificate-text.ts";
import { frontLines } from "./front-text.ts";
import { leastText } from "./least-text.ts";
import { seedsLines } from "./seeds-text.ts";

const MOST_REASONS = 5;

export interface OptimumTextOptions {
  /** `optimum of deployment-plan`. */
  readonly title: string;
  /** Columns of the plans; the objectives first. */
  readonly formulas: readonly Formula[];
  /** All plans that were run, with the values of `formulas`. */
  readonly examined: readonly Case[];
  /** How the best plan is launched, line by line; none where no engine serves. */
  readonly launched?: readonly string[];
  /** Sentence on the number of GPUs that carry a requested load. */
  readonly carried?: string;
}

/** Text on a search: the best plan and the front beside the scenario's own plan, with the certainty. */
export function optimumText(
  found: Optimum,
  { title, formulas, examined, launched = [], carried }: OptimumTextOptions,
  channel: Channel,
): string {
  const { objectives, constraints, best, front, given } = found;
  const goals = objectives.map(({ text, better }) => `${better === "less" ? "least" : "most"} ${text}`);
  const lines = [
    styled(channel, "bold", harmless(`${title}: ${goals.join(", then ")}`)),
    harmless(`subject to ${constraints.join(", ") || "nothing"}`),
    "",
    ...(carried === undefined ? [] : [harmless(`${carried}.`), ""]),
  ];
  if (best === null)
    lines.push(harmless(noneText(found, formulas)), ...(found.nearest === undefined ? [] : nearestLines(found.nearest).map(harmless)), "");
  const plans = [
    ...(best === null ? [] : [{ role: "best", plan: best }]),
    ...front.filter((plan) => !isSame(plan, best)).map((plan) => ({ role: "front", plan })),
    ...(given === null || isSame(given, best) ? [] : [{ role: "given", plan: given }]),
  ];
  if (plans.length > 0) lines.push(...tableLines(plans, formulas, channel), "");
  const sure = frontLines(found, formulas);
  if (sure.length > 0) lines.push(...sure.map(harmless), "");
  if (launched.length > 0) lines.push(...launched.map(harmless), "");
  if (given !== null) lines.push(harmless(givenText(found, given)), "");
  const least = leastText(found, examined);
  if (least !== undefined) lines.push(harmless(least), "");
  if (objectives.length > 1) lines.push(...plotLines(front, examined, formulas));
  lines.push(countsText(found));
  lines.push(...offeredLines(found).map(harmless));
  lines.push(...certificateLines(found).map(harmless));
  lines.push(...seedsLines(found, formulas).map(harmless));
  lines.push(...lawLines(found).map(harmless));
  lines.push(...formatLines(found).map(harmless));
  for (const { plans: count, message } of found.reasons.slice(0, MOST_REASONS))
    lines.push(harmless(`  ${grouped(count)} cannot be, as ${message}`));
  return `${lines.join("\n")}\n`;
}

/**
 * How a search under load came to its answer, for a page: where numbers of its front may be, counts and certificate, a sentence each; of other
 * searches none.
 */
export function pageNotes(found: Optimum, formulas: readonly Formula[] = []): string[] {
  if (found.certificate === undefined) return [];
  const none = found.nearest === undefined ? [] : nearestLines(found.nearest);
  const lines = [
    ...none,
    ...frontLines(found, formulas),
    countsText(found),
    ...offeredLines(found),
    ...certificateLines(found),
    ...seedsLines(found, formulas),
    ...lawLines(found),
    ...formatLines(found),
  ];
  return lines.map((line) => line.trim());
}

/** Why the run of the best plan says little about a steady load: its queue grew, or it was too short; none where it was steady. */
function offeredLines({ best }: Optimum): string[] {
  const behind = (best?.report.warnings ?? []).filter(({ code }) => code === "overload" || code === "burst");
  return behind.map(({ code, message }) => `  ${code} in the run of the best plan: ${message}; more requests would show what it holds`);
}

/** Lines on which of the best plans have exact numbers, where experts followed their law. */
function lawLines({ drawnExactly, keptByLaw, leftToDraw }: Optimum): string[] {
  const lines: string[] = [];
  if (drawnExactly !== undefined)
    lines.push(`  experts went by their law; ${counted(drawnExactly, "plan")} of the best ran again with all of them drawn`);
  if (keptByLaw !== undefined) {
    const { plans, reason } = keptByLaw;
    lines.push(
      `  ${counted(plans, "plan")} of the best could not be drawn exactly, and ${plans === 1 ? "keeps its" : "keep their"} numbers by the law: ${reason}`,
    );
  }
  if (leftToDraw !== undefined)
    lines.push(
      `  ${counted(leftToDraw, "plan")} of the best did not run again with all experts drawn: exact numbers may change which is best`,
    );
  return lines;
}

/** That a search over number formats looks at speed and memory alone; none where the best plan has those of the scenario. */
function formatLines({ best, given }: Optimum): string[] {
  const formats = Object.entries(best?.parameters ?? {}).filter(([path]) => path.startsWith("model.precision."));
  const changed = formats.filter(([path, format]) => format !== given?.parameters[path]);
  if (changed.length === 0) return [];
  const named = changed.map(([path, format]) => `${path} ${valueText(format)}`).join(", ");
  return [`  ${named}: what other number formats do to the answers of the model is not judged here`];
}

/** Why there is no best plan. */
function noneText({ objectives, valueless, proven, given, examined, seeds }: Optimum, formulas: readonly Formula[]): string {
  const plans = proven ? "no plan" : "no plan that was run";
  if (seeds !== undefined)
    return proven
      ? "no plan holds the constraints over the requests of all seeds"
      : "no plan that was run with all seeds holds the constraints over their requests";
  const holds = given?.holds.every((each) => each) === true;
  const isValued =
    given !== null &&
    caseOf(given, 0, formulas)
      .values.slice(0, objectives.length)
      .every((value) => value !== null);
  if (valueless > 0 || (holds && !isValued))
    return `${plans} that holds the constraints has a value of ${objectives.map(({ text }) => text).join(" and ")}`;
  if (!holds) return `${plans} holds the constraints`;
  const searched = examined === 0 ? "no plan was run beside the scenario's own" : `${plans} holds the constraints but the scenario's own`;
  return `${searched}, which is not among those that were searched`;
}

interface Named {
  readonly role: string;
  readonly plan: ExaminedPlan;
}

/** Parameters that are equal in all plans are below the table, once. */
function tableLines(plans: readonly Named[], formulas: readonly Formula[], channel: Channel): string[] {
  const cases = plans.map(({ plan }, index) => caseOf(plan, index, formulas));
  const paths = [...new Set(plans.flatMap(({ plan }) => Object.keys(plan.parameters)))];
  const differs = (path: string) => new Set(plans.map(({ plan }) => JSON.stringify(plan.parameters[path]))).size > 1;
  const { head, body } = textTable([
    { heading: "", align: "left", cells: plans.map(({ role }) => role) },
    ...caseColumns(cases, paths.filter(differs), formulas),
  ]);
  const alike = paths.filter((path) => !differs(path)).map((path) => `${path} ${valueText(plans[0]!.plan.parameters[path]!)}`);
  return [
    ...head.map((line) => styled(channel, "dim", harmless(line))),
    ...body.map(harmless),
    ...(alike.length === 0 ? [] : ["", harmless(`all with ${alike.join(", ")}`)]),
  ];
}

function givenText(found: Optimum, given: NonNullable<Optimum["given"]>): string {
  const { constraints, best, proven } = found;
  const missed = constraints.filter((_, i) => !given.holds[i]);
  if (missed.length > 0) return `the scenario's own plan misses ${missed.join(", ")}`;
  if (!isSame(given, best)) return "the scenario's own plan holds all of them";
  return proven ? "the scenario's own plan is the best" : `the scenario's own plan is the ${bestOfText(found)}`;
}

/** `best of 2, 492 not looked at` */
function bestOfText({ examined, left }: Optimum): string {
  const others = left === null ? "the others not looked at" : `${grouped(left)} not looked at`;
  return `best of ${grouped(examined)}, ${others}`;
}

function countsText(found: Optimum): string {
  const { best, examined, beaten, pruned, infeasible, failed, left, proven, exhaustive, certificate, given } = found;
  const isOwnAlone = examined === 0 && given !== null; // which is not among those that are searched
  const parts = [isOwnAlone ? "only the scenario's own plan was run" : `${counted(examined, "plan")} run`];
  if (beaten > 0) parts.push(`${grouped(beaten)} of them until they could not win any more`);
  if (pruned > 0) parts.push(`${grouped(pruned)} not run, as they provably cannot win`);
  if (infeasible > 0) parts.push(`${grouped(infeasible)} cannot be`);
  if (failed > 0) parts.push(`${grouped(failed)} failed`);
  if (left === null) parts.push("the others not looked at");
  else if (left > 0) parts.push(`${grouped(left)} not looked at`);
  const { leftOut = 0, drawn = 0, audited = 0, isWithin = true } = certificate?.formula ?? {};
  if (leftOut > 0) parts.push(`${grouped(leftOut)} left out by the formula`);
  const isAudited = audited > 0 && audited === drawn && isWithin;
  const isLikely = leftOut > 0 && left === 0 && isAudited && failed === 0;
  const sure = best === null ? noneSureText(proven, isLikely) : sureText({ exhaustive, proven, isLikely });
  return `${parts.join(", ")}: ${sure}`;
}

/** How sure it is that there is no best plan. */
function noneSureText(proven: boolean, isLikely: boolean): string {
  if (proven) return "none is left to try";
  return isLikely ? "none of the others is likely to be an answer" : "there may be an answer among the others";
}

function sureText({ exhaustive, proven, isLikely }: { exhaustive: boolean; proven: boolean; isLikely: boolean }): string {
  if (exhaustive) return "no plan is better, and the front is whole";
  if (proven) return "no plan is better";
  return isLikely ? "none of them is likely to be better" : "there may be better ones";
}

function plotLines(front: readonly ExaminedPlan[], examined: readonly Case[], formulas: readonly Formula[]): string[] {
  const names = new Set(front.map(({ parameters }) => JSON.stringify(parameters)));
  const places = examined.flatMap(({ values, parameters }) => {
    const [y, x] = [values[0] ?? null, values[1] ?? null];
    return x === null || y === null ? [] : [{ x, y, isMarked: names.has(JSON.stringify(parameters)) }];
  });
  if (places.length < 3) return [];
  const axis = (at: number) => ({ label: formulas[at]!.text, unit: formulas[at]!.unit ?? "" });
  return [...scatter(places, { x: axis(1), y: axis(0) }), ""];
}

function caseOf({ parameters, report }: ExaminedPlan, index: number, formulas: readonly Formula[]): Case {
  const scope = resultScope(report);
  const values = formulas.map(({ evaluate }) => evaluate(scope));
  const met = report.targets.every((target) => target.met);
  return { index, parameters, status: "ok", reason: null, values, intervals: values.map(() => null), met, undecided: false, seeds: 1 };
}

function isSame(a: ExaminedPlan, b: ExaminedPlan | null): boolean {
  return b !== null && JSON.stringify(a.parameters) === JSON.stringify(b.parameters);
}
