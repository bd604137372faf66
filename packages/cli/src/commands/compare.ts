import { availableParallelism } from "node:os";
import { resolvedOf, type Scenario, shorten } from "@tokenyard/scenario";
import { type Change, type Comparison, type Comparisons, compare, type Estimate, type Interval, type PointResult } from "@tokenyard/study";
import { type ExitCode, FINE, OUR_FAULT } from "../outcomes/exit-code.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { type LocatedProblem, wrongValue } from "../outcomes/located-problem.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import { seedsFor } from "../runs/seeds-for.ts";
import type { Simulation } from "../runs/simulation.ts";
import { withWholeTracePath } from "../scenarios/files-beside.ts";
import { type OpenScenario, openScenarios, type ScenarioOptions, STDIN } from "../scenarios/open-scenarios.ts";
import { shareOption } from "../scenarios/time-option.ts";
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
  /** Half the interval of each typical change, as a share: pairs are as many as that takes, up to `replications`. */
  readonly precision?: string;
  /** A change that is surely smaller is called none. */
  readonly least?: string;
  /** Formulas to show in place of the targets' metrics. */
  readonly show?: readonly string[];
  readonly workers?: number;
}

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
  const { show = [] } = options;
  const problems: LocatedProblem[] = [];
  const [precision, least] = [shareOption("--precision", options.precision, problems), shareOption("--least", options.least, problems)];
  const asked = readFormulas(show, "--show", problems);
  const seeds = ([first]: readonly OpenScenario[]) => {
    const given = options.replications ?? 1;
    const wanted = seedsProblem(first!.scenario, given);
    return wanted === undefined ? [] : [wrongValue("--replications", "", String(given), wanted)];
  };
  const more = (all: readonly OpenScenario[]) => [...problems, ...seeds(all)];
  const [a, b] = await openScenarios(files, options, terminal, simulation, more, () => problems);
  const workSeconds = Math.max(a!.setup.workSeconds, b!.setup.workSeconds);
  const replications = options.replications ?? seedsFor(a!.scenario, workSeconds, precision);
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
    const narrow = precision === undefined ? {} : { precision };
    found = await compare(...scenarios, formulas, { runner, replications, ...narrow, signal: interrupt.signal, onProgress });
  } finally {
    clearInterval(timer);
    progress.clear();
    interrupt.dispose();
    await runner.close();
  }
  const pair: Pair = {
    ...(precision === undefined ? {} : { precision }),
    ...(least === undefined ? {} : { least }),
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
  readonly precision?: number;
  readonly least?: number;
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
function comparisonTree({ pairs, missing, isNarrow }: Comparisons, rows: readonly Row[], pair: Pair): object {
  const metrics = rows.map(({ name, comparison }) => {
    if (comparison === undefined) return { metric: name, a: null, b: null, difference: null, change: null, isReal: null };
    const { formula, a, b, difference, change = null, isReal } = comparison;
    const isEqual = pair.least === undefined ? {} : { isEqual: isWithin(change, pair.least) };
    return { metric: name, unit: formula.unit ?? null, a, b, difference, change, isReal, ...isEqual };
  });
  return { ...pair, ...(pair.precision === undefined ? {} : { isNarrow }), pairs, metrics, missing };
}

function comparisonText({ pairs, missing, isNarrow }: Comparisons, all: readonly Row[], pair: Pair, terminal: Terminal): string {
  const { a, b, differ, precision, least } = pair;
  const rows = all.map(({ name, comparison }) => rowOf(name, comparison, least));
  const { head, body } = textTable([
    { heading: "metric", align: "left", cells: rows.map(([name]) => name!) },
    { heading: "a", align: "right", cells: rows.map((row) => row[1]!) },
    { heading: "b", align: "right", cells: rows.map((row) => row[2]!) },
    { heading: "typical change of a run", align: "right", cells: rows.map((row) => row[3]!) },
    { heading: "", align: "left", cells: rows.map((row) => row[4]!) },
  ]);
  const { out } = terminal;
  const lines = [
    styled(out, "bold", harmless(`a: ${a.name} (${a.file})`)),
    styled(out, "bold", harmless(`b: ${b.name} (${b.file})`)),
    ...inputLines(differ).map(harmless),
    pairs === 0 ? "no pair of runs has ended" : `${counted(pairs, "pair")} of runs, each with a seed of its own; the same chance for both`,
    ...(pairs === 0 || rows.length === 0 ? [] : ["", ...head.map((line) => styled(out, "dim", line)), ...body.map(harmless)]),
    ...(precision === undefined || isNarrow
      ? []
      : [`no interval is surely as narrow as ± ${percentText(precision)} after ${counted(pairs, "pair")}`]),
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

/** Metric, a, b, typical change, verdict. */
function rowOf(name: string, comparison: Comparison | undefined, least: number | undefined): string[] {
  if (comparison === undefined) return [name, NO_VALUE, NO_VALUE, "", "no pair has both values"];
  const { formula, a, b, difference, change } = comparison;
  const form = numberForm([a.mean, b.mean], formula.unit ?? "");
  const inUnit = (text: string) => (form.unit === "" ? text : `${text} ${form.unit}`);
  const [first, second] = [a, b].map(({ mean, interval }) => inUnit(form.mean(mean, interval))) as [string, string];
  const said = verdict(comparison, least);
  if (said === SAME) return [name, first, second, "0", said];
  const by = change === undefined ? differenceText(difference, formula.unit ?? "") : changeText(change);
  const ofMeans = b.mean / a.mean - 1;
  const isOtherWay = change !== undefined && ofMeans * (change.factor - 1) < 0;
  return [name, first, second, by, isOtherWay ? `${said}; of the means ${signedPercent(ofMeans)}` : said];
}

/** From so many times on a change is a factor. */
const MANY = 5;

/** `−6.3 ± 1.6 %`, or `× 12 ± 1`: half the interval is what could have been seen. */
function changeText({ factor, interval }: Change): string {
  if (interval === null) return signedPercent(factor - 1);
  if (factor >= MANY) return `× ${Number(factor.toPrecision(3))} ± ${Number(((interval.high - interval.low) / 2).toPrecision(2))}`;
  const half = (interval.high - interval.low) / 2;
  const decimals = half >= 0.1 ? 0 : half >= 0.01 ? 1 : 2;
  const [change, width] = [100 * (factor - 1), 100 * half].map((percents) => percents.toFixed(decimals)) as [string, string];
  return `${signed(change)} ± ${Number(width) === 0 ? `<${([1, 0.1, 0.01][decimals]!).toFixed(decimals)}` : width} %`;
}

function signedPercent(share: number): string {
  return `${signed((100 * share).toFixed(1))} %`;
}

function signed(text: string): string {
  return Number(text) < 0 ? `−${text.slice(1)}` : `+${text}`;
}

function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function differenceText({ mean, interval }: Estimate, unit: string): string {
  const form = numberForm([mean, ...ends(interval)], unit);
  const plus = (value: number) => `${value > 0 ? "+" : ""}${form.within(value, mean, interval)}`;
  const symbol = form.unit === "" ? "" : ` ${form.unit}`;
  return interval === null ? `${plus(mean)}${symbol}` : `${plus(mean)}${symbol} (${plus(interval.low)} to ${plus(interval.high)})`;
}

function ends(interval: Interval | null): number[] {
  return interval === null ? [] : [interval.low, interval.high];
}

/** Whether the whole interval of a change is smaller than `least`. */
function isWithin(change: Change | null | undefined, least: number): boolean {
  return change?.interval != null && change.interval.low >= 1 - least && change.interval.high <= 1 + least;
}

function verdict({ difference: { mean, standardDeviation, count }, change, isReal }: Comparison, least: number | undefined): string {
  if (mean === 0 && (standardDeviation ?? 0) === 0) return SAME;
  if (least !== undefined && isWithin(change, least)) return `equal within ${percentText(least)}`;
  if (isReal === null) return count === 1 ? "one pair cannot tell" : "some are never answered";
  return isReal ? "real" : "may be chance";
}
