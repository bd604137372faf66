import { availableParallelism } from "node:os";
import { decimalsWithin, rounded, stepOf } from "@tokenyard/report";
import { resolvedOf, type Scenario, shorten } from "@tokenyard/scenario";
import { type Comparison, type Comparisons, compare, type Estimate, type Interval, type PointResult } from "@tokenyard/study";
import { type ExitCode, FINE, OUR_FAULT } from "../outcomes/exit-code.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { type LocatedProblem, wrongValue } from "../outcomes/located-problem.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import type { Simulation } from "../runs/simulation.ts";
import { withWholeTracePath } from "../scenarios/files-beside.ts";
import { type OpenScenario, openScenarios, type ScenarioOptions, STDIN } from "../scenarios/open-scenarios.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { studyRunner } from "../studies/study-runner.ts";
import { metricsShown, readFormulas } from "../studies/study-view.ts";
import { NO_VALUE, numberForm } from "../tables/number-column.ts";
import { textTable } from "../tables/text-table.ts";
import { counted, grouped } from "../terminal/amount.ts";
import { differences } from "../terminal/difference.ts";
import { harmless, styled, type Terminal } from "../terminal/terminal.ts";

export interface CompareCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly replications?: number;
  /** Formulas to show in place of the targets' metrics. */
  readonly show?: readonly string[];
  readonly workers?: number;
}

const PAIRS = 10;
/** What everybody asks of two scenarios, beside the metrics of their targets. */
const ALWAYS = ["ttft.mean", "tpot.mean", "throughputPerGpu", "gpus", "cost", "costPerMillionTokens", "energyPerToken"];
const MOST_INPUTS = 20;
const TICK_MS = 200;
const SAME = "the same";

/** Runs two scenarios in pairs with the same seeds, and tells of each metric how they differ and whether chance alone would do that. */
export async function compareScenarios(
  files: readonly [string, string],
  options: CompareCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const { show = [], replications = PAIRS } = options;
  const problems: LocatedProblem[] = [];
  const asked = readFormulas(show, "--show", problems);
  const seeds = ([first]: readonly OpenScenario[]) => {
    const wanted = seedsProblem(first!.scenario, replications);
    return wanted === undefined ? [] : [wrongValue("--replications", "", String(replications), wanted)];
  };
  const more = (all: readonly OpenScenario[]) => [...problems, ...seeds(all)];
  const [a, b] = await openScenarios(files, options, terminal, simulation, more, () => problems);
  const usual = [...new Set([...metricsShown(a!.scenario), ...metricsShown(b!.scenario), ...ALWAYS])];
  const formulas = options.show === undefined ? readFormulas(usual, "--show", []) : asked;
  const { workers = availableParallelism() } = options;
  const interrupt = new Interrupt();
  const scenarios = [a!, b!].map(({ scenario, file }) => withWholeTracePath(scenario, file)) as [Scenario, Scenario]; // of two folders
  const runner = await studyRunner({ workers, file: STDIN, title: "compare", err: terminal.err, study: undefined, simulation });
  const progress = new StudyProgress(terminal.err, "compare", performance.now());
  let ended = 0;
  const timer = setInterval(
    () => progress.show({ ended, most: 2 * replications, underWay: runner.underWay(), best: undefined }, performance.now()),
    TICK_MS,
  );
  const onProgress = (now: { readonly ended: number }) => {
    ended = now.ended;
  };
  let found: Comparisons;
  try {
    found = await compare(...scenarios, formulas, { runner, replications, signal: interrupt.signal, onProgress });
  } finally {
    clearInterval(timer);
    progress.clear();
    interrupt.dispose();
    await runner.close();
  }
  const pair = {
    a: { file: a!.file, name: a!.scenario.name },
    b: { file: b!.file, name: b!.scenario.name },
    differ: inputsThatDiffer(a!, b!),
  };
  const rows = found.comparisons
    .map((comparison, i) => ({ name: formulas[i]!.text, comparison }))
    .filter(({ comparison }) => options.show !== undefined || comparison !== undefined);
  terminal.out.write(options.json ? `${JSON.stringify(comparisonTree(found, rows, pair))}\n` : comparisonText(found, rows, pair, terminal));
  if (interrupt.signal.aborted) throw new Interrupted();
  return found.missing.some(({ status }) => status === "failed") ? OUR_FAULT : FINE;
}

interface Pair {
  readonly a: { readonly file: string; readonly name: string };
  readonly b: { readonly file: string; readonly name: string };
  readonly differ: readonly InputDifference[];
}

interface Row {
  readonly name: string;
  readonly comparison: Comparison | undefined;
}

/** A place where the resolved scenarios differ; null where one has nothing. */
interface InputDifference {
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
}

/** What nobody's run depends on, and the seed, which is that of `a` in both. */
const NO_INPUT = new Set(["name", "about", "seed", "assumed", "claims", "sweep", "targets"]);

function inputsThatDiffer(a: OpenScenario, b: OpenScenario): InputDifference[] {
  const [x, y] = [a, b].map(({ scenario }) => {
    const entries = Object.entries(resolvedOf(scenario) as Record<string, unknown>);
    return Object.fromEntries(entries.filter(([key]) => !NO_INPUT.has(key)));
  });
  return differences(x, y, Number.POSITIVE_INFINITY).map(({ path, kept, now }) => ({ path, a: kept ?? null, b: now ?? null }));
}

/** What `--json` prints. */
function comparisonTree({ pairs, missing }: Comparisons, rows: readonly Row[], pair: Pair): object {
  const metrics = rows.map(({ name, comparison }) => {
    if (comparison === undefined) return { metric: name, a: null, b: null, difference: null, isReal: null };
    const { formula, a, b, difference, isReal } = comparison;
    return { metric: name, unit: formula.unit ?? null, a, b, difference, isReal };
  });
  return { ...pair, pairs, metrics, missing };
}

function comparisonText({ pairs, missing }: Comparisons, all: readonly Row[], { a, b, differ }: Pair, terminal: Terminal): string {
  const rows = all.map(({ name, comparison }) => rowOf(name, comparison));
  const { head, body } = textTable([
    { heading: "metric", align: "left", cells: rows.map(([name]) => name!) },
    { heading: "a", align: "right", cells: rows.map((row) => row[1]!) },
    { heading: "b", align: "right", cells: rows.map((row) => row[2]!) },
    { heading: "b − a, 95 % interval", align: "right", cells: rows.map((row) => row[3]!) },
    { heading: "of a", align: "right", cells: rows.map((row) => row[4]!) },
    { heading: "", align: "left", cells: rows.map((row) => row[5]!) },
  ]);
  const { out } = terminal;
  const lines = [
    styled(out, "bold", harmless(`a: ${a.name} (${a.file})`)),
    styled(out, "bold", harmless(`b: ${b.name} (${b.file})`)),
    ...inputLines(differ).map(harmless),
    pairs === 0 ? "no pair of runs has ended" : `${counted(pairs, "pair")} of runs, each with a seed of its own; the same chance for both`,
    ...(pairs === 0 || rows.length === 0 ? [] : ["", ...head.map((line) => styled(out, "dim", line)), ...body.map(harmless)]),
    ...missing.map(missingLine),
  ];
  return `${lines.join("\n")}\n`;
}

function inputLines(differ: readonly InputDifference[]): string[] {
  if (differ.length === 0) return ["their inputs are the same"];
  const { body } = textTable([
    { heading: "", align: "left", cells: differ.slice(0, MOST_INPUTS).map(({ path }) => `  ${path}`) },
    {
      heading: "",
      align: "left",
      cells: differ.slice(0, MOST_INPUTS).map((each) => `${inputText(each.a)} in a, ${inputText(each.b)} in b`),
    },
  ]);
  return ["they differ in", ...body, ...(differ.length > MOST_INPUTS ? [`  and ${grouped(differ.length - MOST_INPUTS)} more`] : [])];
}

function inputText(value: unknown): string {
  return value === null ? "nothing" : shorten(value);
}

function missingLine(row: PointResult): string {
  const { scenario, seed } = row.parameters;
  return harmless(`  ${String(scenario)} with seed ${String(seed)} ${row.status}: ${row.status === "ok" ? "" : row.reason}`);
}

/** Metric, a, b, difference, its share of a, verdict. */
function rowOf(name: string, comparison: Comparison | undefined): string[] {
  if (comparison === undefined) return [name, NO_VALUE, NO_VALUE, NO_VALUE, "", "no pair has both values"];
  const { formula, a, b, difference, isReal } = comparison;
  const form = numberForm([a.mean, b.mean], formula.unit ?? "");
  const inUnit = (text: string) => (form.unit === "" ? text : `${text} ${form.unit}`);
  const said = verdict(difference, isReal);
  const [first, second] = [a, b].map(({ mean, interval }) => inUnit(form.mean(mean, interval))) as [string, string];
  if (said === SAME) return [name, first, second, "0", "", said];
  const share = shareText(difference, Math.abs(a.mean));
  return [name, first, second, differenceText(difference, formula.unit ?? ""), share, said];
}

/** A difference against a mean, no finer than it is known. */
function shareText({ mean, interval }: Estimate, of: number): string {
  if (of === 0) return "";
  const percents = (100 * mean) / of;
  const step = (100 * stepOf(mean, interval)) / of;
  return `${mean < 0 ? "" : "+"}${rounded(percents, step).toFixed(decimalsWithin(1, step))} %`;
}

function differenceText({ mean, interval }: Estimate, unit: string): string {
  const form = numberForm([mean, ...ends(interval)], unit);
  const signed = (value: number) => `${value > 0 ? "+" : ""}${form.within(value, mean, interval)}`;
  const symbol = form.unit === "" ? "" : ` ${form.unit}`;
  return interval === null ? `${signed(mean)}${symbol}` : `${signed(mean)}${symbol} (${signed(interval.low)} to ${signed(interval.high)})`;
}

function ends(interval: Interval | null): number[] {
  return interval === null ? [] : [interval.low, interval.high];
}

function verdict({ mean, standardDeviation }: Estimate, isReal: boolean | null): string {
  if (mean === 0 && (standardDeviation ?? 0) === 0) return SAME;
  if (isReal === null) return "one pair cannot tell";
  return isReal ? "real" : "may be chance";
}
