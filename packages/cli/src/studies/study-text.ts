import { bestCaseFirst, type Case, caseFront, isEligible, shortPaths } from "@tokenyard/study";
import { NO_VALUE, numberForm } from "../tables/number-column.ts";
import { scatter } from "../tables/scatter.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { counted, grouped } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { harmless, styled } from "../terminal/terminal.ts";
import { caseColumns, valueText } from "./case-column.ts";
import { percentText } from "./comparison-table.ts";
import type { StudyView } from "./study-view.ts";
import { turnText } from "./turn.ts";

/** Marks a case on the Pareto front. */
const ON_FRONT = "●";
const MOST_REASONS = 10;

export interface StudyTextOptions {
  /** `sweep of deployment-plan`. */
  readonly title: string;
  readonly view: StudyView;
  /** Most rows of the table. */
  readonly rows: number;
  readonly hasTargets: boolean;
  readonly replications: number;
  /** Seeds of a point follow from this, up to `replications`. */
  readonly precision?: number | undefined;
  /** Points that the conditions left out. */
  readonly leftOut: number;
}

const ONE_SEED = "targets judged by one seed each; --replications 8, or --precision '5 %', says how sure that is";

/** Text on a study: a table with the best first, the Pareto front as a plot, and reasons for impossible points. */
export function studyText(cases: readonly Case[], options: StudyTextOptions, channel: Channel): string {
  const { view, title, rows, replications, leftOut, hasTargets } = options;
  const ran = cases.filter(({ status }) => status === "ok").sort(bestCaseFirst(view.goals));
  const sort = view.formulas[view.goals[0].at]!.text;
  const failed = cases.filter(({ status }) => status === "failed");
  const infeasible = cases.filter(({ status }) => status === "infeasible");
  const counts = [`${counted(cases.length, "point")}: ${grouped(ran.length)} ran`];
  if (infeasible.length > 0) counts.push(`${grouped(infeasible.length)} cannot be`);
  if (failed.length > 0) counts.push(`${grouped(failed.length)} failed`);
  if (leftOut > 0) counts.push(`${grouped(leftOut)} left out by where`);
  counts.push(
    replications > 1
      ? `means of ${seedsText(options)} ± half a 95 % interval (−below +above; "at least": no upper limit)`
      : "one seed each",
  );
  const lines = [styled(channel, "bold", harmless(`${title}, ${counts.join(", ")}`)), ""];
  if (ran.length > 0) {
    const front = caseFront(ran, view.goals);
    const { head, body } = textTable(columnsOf(ran.slice(0, rows), new Set(front), options));
    const others = ran.filter((each) => !isEligible(each));
    lines.push(others.length === 0 ? `best ${sort} first` : `best ${sort} first, ${orderText(others, ran.length)}`);
    const turn = hasTargets ? turnText(ran) : undefined;
    lines.push(...(turn === undefined ? [] : [harmless(turn)]), "");
    lines.push(...head.map((line) => styled(channel, "dim", harmless(line))), ...body.map(harmless));
    if (hasTargets && replications === 1) lines.push(ONE_SEED);
    lines.push(...unsteadyNotes(ran.slice(0, rows)));
    if (ran.length > rows) lines.push(`and ${grouped(ran.length - rows)} more; --rows shows more of them, --out keeps all`);
    lines.push(...plotLines(ran, front, view));
  }
  for (const [word, some] of [
    ["cannot be", infeasible],
    ["failed", failed],
  ] as const) {
    if (some.length > 0) lines.push("", `${word}:`, ...reasonLines(some));
  }
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

function seedsText({ replications, precision }: StudyTextOptions): string {
  if (precision === undefined) return `${replications} seeds`;
  return `as many seeds as ± ${percentText(precision)} takes, at most ${grouped(replications)},`;
}

/** `throughputPerGpu 123 tokens/ms with tensor 2, expert 16`. */
export function bestText({ formulas, goals }: Pick<StudyView, "formulas" | "goals">, best: Case): string {
  const { text, unit } = formulas[goals[0].at]!;
  const value = best.values[goals[0].at] ?? null;
  const form = numberForm([value], unit ?? "");
  const names = shortPaths(Object.keys(best.parameters));
  const settings = Object.values(best.parameters).map((each, i) => `${names[i]} ${valueText(each)}`);
  return `${text} ${form.text(value)}${form.unit === "" ? "" : ` ${form.unit}`}${settings.length === 0 ? "" : ` with ${settings.join(", ")}`}`;
}

/** Note on the order of points that do not surely meet their targets. */
function orderText(others: readonly Case[], ran: number): string {
  const open = others.filter(({ undecided }) => undecided).length;
  const missed = others.length - open;
  const more = open === 0 ? "" : `${grouped(open)} without enough evidence`;
  if (others.length === ran) return open === 0 ? "though none meets the targets" : `though none surely meets the targets, ${more}`;
  const miss = missed === 0 ? "" : `the ${grouped(missed)} that miss one`;
  return `those that meet the targets before ${[more === "" ? "" : `the ${more}`, miss].filter((each) => each !== "").join(" and ")}`;
}

function columnsOf(cases: readonly Case[], front: ReadonlySet<Case>, { view, hasTargets, precision }: StudyTextOptions): TextColumn[] {
  const paths = [...new Set(cases.flatMap(({ parameters }) => Object.keys(parameters)))];
  return [
    { heading: "", align: "left", cells: cases.map((each) => (front.has(each) ? ON_FRONT : "")) },
    { heading: "index", align: "right", cells: cases.map(({ index }) => String(index)) },
    ...(precision === undefined ? [] : [{ heading: "seeds", align: "right", cells: cases.map(({ seeds }) => String(seeds)) } as const]),
    ...caseColumns(cases, paths, view.formulas),
    ...(hasTargets
      ? [
          {
            heading: "targets",
            align: "left",
            cells: cases.map(({ met, undecided }) => (met ? "met" : undecided ? "not enough" : "missed")),
          } as const,
        ]
      : []),
    ...(cases.some(({ unsteady }) => unsteady !== undefined)
      ? [{ heading: "load", align: "left", cells: cases.map(unsteadyText) } as const]
      : []),
  ];
}

/** `overload`, or `burst 3 of 8` */
function unsteadyText({ unsteady, seeds }: Case): string {
  if (unsteady === undefined) return "";
  return unsteady.runs === seeds ? unsteady.code : `${unsteady.code} ${unsteady.runs} of ${seeds}`;
}

/** Meaning of the words in the column on loads. */
const UNSTEADY = {
  overload: "overload: the queue grew as long as requests came, or lasted long after, so that latencies grow with the length of the run",
  burst: "burst: the last request is served so late that the run says little about a steady load; more requests would show it",
} as const;

function unsteadyNotes(cases: readonly Case[]): string[] {
  const codes = new Set(cases.map(({ unsteady }) => unsteady?.code));
  return (["overload", "burst"] as const).filter((code) => codes.has(code)).map((code) => UNSTEADY[code]);
}

function plotLines(ran: readonly Case[], front: readonly Case[], { formulas, goals }: StudyView): string[] {
  const [y, x] = goals.map(({ at }) => ({ label: formulas[at]!.text, unit: formulas[at]!.unit ?? "", at }));
  const marked = new Set(front);
  const places = ran.flatMap((each) => {
    const [px, py] = [each.values[x!.at] ?? null, each.values[y!.at] ?? null];
    return px === null || py === null || !Number.isFinite(px) || !Number.isFinite(py) ? [] : [{ x: px, y: py, isMarked: marked.has(each) }];
  });
  return places.length < 3 || x!.at === y!.at ? [] : ["", ...scatter(places, { x: x!, y: y! }), ""];
}

function reasonLines(cases: readonly Case[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of cases) counts.set(reason ?? NO_VALUE, (counts.get(reason ?? NO_VALUE) ?? 0) + 1);
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const width = String(byCount[0]?.[1] ?? 0).length;
  const lines = byCount.slice(0, MOST_REASONS).map(([reason, count]) => harmless(`  ${String(count).padStart(width)} × ${reason}`));
  return byCount.length > MOST_REASONS ? [...lines, `  and ${counted(byCount.length - MOST_REASONS, "other reason")}`] : lines;
}
