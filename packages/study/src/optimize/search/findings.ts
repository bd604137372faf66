import type { Report } from "@tokenyard/report";
import { messageOf, type Problem, pathText } from "@tokenyard/scenario";
import { EXACTLY } from "../../points/exact-point.ts";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import { headroomOf, holdsAll } from "../questions/constraint.ts";
import type { Question } from "../questions/question.ts";
import { type Miss, missOf, nearer } from "./miss.ts";
import { Nearest } from "./nearest.ts";
import type { ExaminedPlan, Optimum, Reason } from "./optimum.ts";
import { SeededPlans } from "./seeded-plans.ts";
import { type Contender, Standing } from "./standing.ts";
import { uncertaintyOf } from "./uncertainty.ts";

type Run = Extract<PointResult, { readonly status: "ok" }>;

/** Factor by which plans may miss a constraint and still hold it on a real server. MOST_NEAR of them are kept. */
const NEAR_MISS = 2;
const MOST_NEAR = 6;

/** Results of a search so far. */
export class Findings {
  readonly #question: Question;
  readonly #seeds: SeededPlans;
  #standing = new Standing();
  readonly #nearest: Nearest;
  readonly #reasons = new Map<string, { plans: number; message: string }>();
  #given: Optimum["given"] = null;
  #examined = 0;
  #infeasible = 0;
  #failed = 0;
  #failure: string | undefined;
  #beaten = 0;
  #valueless = 0;
  #missed: Miss | undefined;
  /** Near misses by rising factor. */
  #nearMisses: readonly Miss[] = [];
  /** Why the first exact run that gave no report did not. */
  #refusal = "";

  /** `most`: number of best plans that are kept with their reports; undefined: a few. */
  constructor(question: Question, most?: number) {
    this.#question = question;
    this.#nearest = new Nearest(most);
    this.#seeds = new SeededPlans(question);
  }

  /** By the first seed, or over several where the best plans were judged so. */
  get #best(): Contender | undefined {
    return this.#seeds.plans.length === 0 ? this.#standing.best : this.contenders[0];
  }

  /** The scenario's own plan was run. */
  give(row: PointResult): void {
    if (row.status !== "ok") return;
    const scope = resultScope(row.report);
    this.#given = { ...this.#planOf(row), holds: this.#question.constraints.map(({ holds }) => holds(scope) === true) };
  }

  /** The choice with that place in the order was run. */
  add(index: number, row: PointResult): void {
    if (row.status === "infeasible") {
      this.#refuse(row.reason.slice(0, row.reason.indexOf(":")), row.reason); // a message opens with its path
      return;
    }
    this.#examined++;
    if (row.status === "failed") this.#fail(row.reason);
    if (row.status === "beaten") this.#beaten++;
    const contender = contenderOf(index, row, this.#question);
    if (contender !== undefined) {
      this.#standing.add(contender);
      this.#nearest.add(contender);
    } else if (row.status === "ok") {
      if (holdsAll(this.#question.constraints, resultScope(row.report))) this.#valueless++;
      else this.#miss(row);
    }
  }

  #miss(row: Run): void {
    const miss = missOf(row, this.#question);
    this.#missed = nearer(this.#missed, miss);
    if (miss === undefined || miss.factor > NEAR_MISS) return;
    this.#nearMisses = [...this.#nearMisses, miss].sort((a, b) => a.factor - b.factor || a.row.index - b.row.index).slice(0, MOST_NEAR);
  }

  /** The best plan, and others that were run and might be better on a real server: those after it, and those that miss a constraint by least. Empty without a best. */
  get rivals(): readonly Pick<Run, "parameters" | "report">[] {
    const best = this.#best;
    if (best === undefined) return [];
    const others = this.contenders.filter(({ index }) => index !== best.index);
    return [best, ...others, ...this.#nearMisses.map(({ row }) => row)];
  }

  /** The best plans that were run, by the order of the question, some of them perhaps with exact draws. */
  get contenders(): readonly Contender[] {
    return this.#seeds.ordered(this.#nearest.all);
  }

  /** The next of the best plans to judge over several seeds; undefined where that is done. */
  get unseeded(): Contender | undefined {
    return this.#seeds.next(this.#nearest.all);
  }

  /** A plan was run with several seeds. Whether it holds the constraints over them: else it is no contender any more. */
  seed(contender: Contender, reports: readonly Report[]): boolean {
    const holds = this.#seeds.judge(contender, reports);
    if (holds) return true;
    this.#nearest.drop(contender.index);
    this.#standing = this.#nearest.standing(this.#standing.front.filter(({ index }) => index !== contender.index));
    return false;
  }

  /** Plans by the law of uneven experts whose exact draws may change the best plan. */
  get unsure(): readonly Contender[] {
    return this.#nearest.allUnsure;
  }

  /** The choice with that place in the order was run again, with exact draws. Without a report it keeps its numbers by the law. */
  redraw(index: number, row: PointResult): void {
    if (row.status !== "ok") {
      if (row.status === "failed") this.#fail(row.reason);
      if (this.#nearest.kept === 0) this.#refusal = row.reason;
      this.#nearest.keep(index);
      return;
    }
    const exact = contenderOf(index, row, this.#question);
    this.#nearest.redraw(index, exact);
    if (exact === undefined && !holdsAll(this.#question.constraints, resultScope(row.report))) this.#miss(row);
    this.#standing = this.#nearest.standing(this.#standing.front);
    if (this.#given !== null && isSameChoice(this.#given, row)) this.give(row);
  }

  /** A choice cannot be. */
  reject(problems: readonly Problem[]): void {
    const [first] = problems;
    this.#refuse(first === undefined ? "" : pathText(first.path), problems.map(messageOf).join("; "));
  }

  #fail(reason: string): void {
    this.#failed++;
    this.#failure ??= reason;
  }

  #refuse(path: string, message: string): void {
    this.#infeasible++;
    const reason = this.#reasons.get(path) ?? { plans: 0, message };
    reason.plans++;
    this.#reasons.set(path, reason);
  }

  /** `left`: choices left to examine, null when unknown; `judged`: those that a formula left out. */
  optimum(pruned: number, left: number | null, isProven = false, judged = 0): Optimum {
    const { objectives, constraints } = this.#question;
    const best = this.#best;
    const { front } = this.#standing;
    const seeds = this.#seeds.plans;
    const missed = this.#seeds.doesNoneHold ? this.#seeds.nearest : this.#missed;
    const { drawn, kept, allUnsure, isExhausted } = this.#nearest;
    const isSure = this.#failed === 0 && !isExhausted;
    return {
      objectives: objectives.map(({ formula, better }) => ({ text: formula.text, better })),
      constraints: constraints.map(({ text }) => text),
      best: best === undefined ? null : this.#planOf(best),
      front: front.map((contender) => this.#planOf(contender)),
      given: this.#given,
      examined: this.#examined,
      pruned,
      infeasible: this.#infeasible,
      failed: this.#failed,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      beaten: this.#beaten,
      valueless: this.#valueless,
      ...(drawn === 0 ? {} : { drawnExactly: drawn }),
      ...(kept === 0 ? {} : { keptByLaw: { plans: kept, reason: this.#refusal } }),
      ...(allUnsure.length === 0 ? {} : { leftToDraw: allUnsure.length }),
      ...(seeds.length === 0 ? {} : { seeds }),
      left,
      proven: isProven && isSure,
      reasons: [...this.#reasons]
        .map(([path, { plans, message }]): Reason => ({ path, plans, message }))
        .sort((a, b) => b.plans - a.plans || (a.path < b.path ? -1 : 1)),
      exhaustive: left === 0 && judged === 0 && isSure,
      ...(best === undefined && missed !== undefined ? { nearest: { ...this.#planOf(missed.row), missed: missed.missed } } : {}),
    };
  }

  #planOf({ parameters, report }: Pick<Run, "parameters" | "report">): ExaminedPlan {
    const scope = resultScope(report);
    const objectives = Object.fromEntries(this.#question.objectives.map(({ formula }) => [formula.text, formula.evaluate(scope)]));
    const uncertainty = Object.fromEntries(Object.entries(objectives).map(([text, value]) => [text, uncertaintyOf(report, text, value)]));
    return { parameters, objectives, uncertainty, report };
  }
}

function isSameChoice({ parameters }: Pick<Run, "parameters">, exact: Run): boolean {
  return JSON.stringify({ ...parameters, ...EXACTLY }) === JSON.stringify(exact.parameters);
}

/** A run as a contender; undefined when it does not hold a constraint, or an objective has no value. */
export function contenderOf(index: number, row: PointResult, { objectives, constraints }: Question): Contender | undefined {
  if (row.status !== "ok") return undefined;
  const scope = resultScope(row.report);
  if (!holdsAll(constraints, scope)) return undefined;
  const costs: number[] = [];
  for (const { measure, better } of objectives) {
    const value = measure(row);
    if (value === null) return undefined;
    costs.push(better === "less" ? value : -value);
  }
  return { index, parameters: row.parameters, report: row.report, costs, headroom: headroomOf(constraints, scope) };
}
