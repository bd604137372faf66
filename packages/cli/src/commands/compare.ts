import { comparisonConclusion, paragraph, type StudyConclusion } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import type { Comparisons, Why } from "@tokenyard/study";
import { metricsShown } from "@tokenyard/study";
import { answeredScenario, answerFileProblems, writeAnswer } from "../files/answer-file.ts";
import type { Answer, AnsweredScenario } from "../files/answer-page.ts";
import { Interrupted } from "../outcomes/interrupt.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import { seedsFor } from "../runs/seeds-for.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type OpenScenario, openScenarios, type Reader, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { shareOption } from "../scenarios/time-option.ts";
import {
  comparisonColumns,
  comparisonLines,
  metricTrees,
  missingLine,
  pairsText,
  percentText,
  type Row,
  unsteadyLines,
  winnerLines,
} from "../studies/comparison-table.ts";
import { type InputDifference, inputColumns, inputLines, inputsThatDiffer } from "../studies/input-differences.ts";
import { changesThatCount, pairedRuns } from "../studies/paired-runs.ts";
import { readFormulas } from "../studies/study-view.ts";
import { counted } from "../terminal/amount.ts";
import { type ExitCode, FINE, OUR_FAULT } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, styled, type Terminal } from "../terminal/terminal.ts";

export interface CompareCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  /** Takes the answer as a page. */
  readonly html?: string;
  readonly replications?: number;
  /** Largest half-width of each typical change, as a share: the number of pairs follows, up to `replications`. */
  readonly precision?: string;
  /** A change that is surely smaller is called none. */
  readonly least?: string;
  /** Formulas to show in place of the targets' metrics. */
  readonly show?: readonly string[];
  readonly workers?: number;
  /** Finds the shortest list of changes that turns the answer of one into that of the other. */
  readonly why?: boolean;
}

/** Numbers to compare for any two scenarios, beside the metrics of their targets. */
export const ALWAYS = ["ttft.mean", "tpot.mean", "throughputPerGpu", "gpus", "cost", "costPerMillionTokens", "energyPerToken"];
const MOST_INPUTS = 20;

/** Runs two scenarios in pairs with the same seeds, and says of each metric how they differ and whether chance alone would do that. */
export async function compareScenarios(
  files: readonly [string, string],
  options: CompareCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const { show = [] } = options;
  const problems: LocatedProblem[] = [];
  const [stated, least] = [shareOption("--precision", options.precision, problems), shareOption("--least", options.least, problems)];
  const asked = readFormulas(show, "--show", problems);
  const seeds = ([first]: readonly OpenScenario[]) => {
    const given = options.replications ?? 1;
    const wanted = seedsProblem(first!.scenario, given);
    return wanted === undefined ? [] : [wrongValue("--replications", "", String(given), wanted)];
  };
  const pages = (readers: readonly Reader[]) => answerFileProblems(options.html, readers);
  const more = (all: readonly OpenScenario[]) => [...problems, ...seeds(all), ...pages(all)];
  const [a, b] = await openScenarios(files, options, terminal, simulation, more, (readers) => [...problems, ...pages(readers)]);
  const precision = stated ?? a!.scenario.precision;
  const replications = options.replications ?? seedsFor(a!.scenario, [a!.setup, b!.setup], precision);
  const usual = [...new Set([...metricsShown(a!.scenario), ...metricsShown(b!.scenario), ...ALWAYS])];
  const formulas = options.show === undefined ? readFormulas(usual, "--show", []) : asked;
  const { workers } = options;
  const { found, isInterrupted } = await pairedRuns(
    [a!, b!],
    formulas,
    { title: "compare", replications, precision, workers },
    terminal,
    simulation,
  );
  const pair: Pair = {
    ...(precision === undefined ? {} : { precision }),
    ...(least === undefined ? {} : { least }),
    a: { file: a!.file, name: a!.scenario.name },
    b: { file: b!.file, name: b!.scenario.name },
    differ: inputsThatDiffer(a!.given, b!.given),
  };
  const rows = found.comparisons
    .map((comparison, i) => ({ name: formulas[i]!.text, comparison }))
    .filter(({ comparison }) => options.show !== undefined || comparison !== undefined);
  const conclusion = concluded(found, rows, a!, b!);
  const reasons = options.why === true && !isInterrupted ? await changesThatCount([a!, b!], workers, terminal, simulation) : undefined;
  terminal.out.write(
    options.json
      ? `${JSON.stringify({ ...comparisonTree(found, rows, pair, conclusion), ...(options.why === true ? { why: reasons ?? null } : {}) })}\n`
      : comparisonText(found, rows, pair, conclusion, terminal) + (options.why === true ? whyText(reasons) : ""),
  );
  writeAnswer(options.html, () =>
    comparisonAnswer(
      found,
      rows,
      pair,
      conclusion,
      [a!, b!].map((each) => answeredScenario(each, simulation)),
    ),
  );
  if (isInterrupted) throw new Interrupted();
  return found.missing.some(({ status }) => status === "failed") ? OUR_FAULT : FINE;
}

/** Sentences of `--why`, below the comparison. */
function whyText(reasons: Why | undefined): string {
  const sentences = reasons?.sentences ?? ["Why they differ is not known: one of them did not run, or has no number to ask about."];
  return `\nWhy\n${sentences.flatMap((sentence) => paragraph(harmless(sentence).split(" "), "  ", 100)).join("\n")}\n`;
}

interface Pair {
  readonly precision?: number;
  readonly least?: number;
  readonly a: { readonly file: string; readonly name: string };
  readonly b: { readonly file: string; readonly name: string };
  readonly differ: readonly InputDifference[];
}

function concluded({ pairs }: Comparisons, rows: readonly Row[], a: OpenScenario, b: OpenScenario): StudyConclusion {
  const numbers = rows.flatMap(({ name, comparison }) => (comparison === undefined ? [] : [{ ...comparison, name }]));
  const targets = ({ scenario }: OpenScenario) => targetsOf(scenario).map(({ metric, value }) => ({ name: metric.name, value }));
  return comparisonConclusion({ pairs, numbers, targets: { a: targets(a), b: targets(b) } });
}

/** Page of a comparison; missing runs of seeds are among its warnings. */
function comparisonAnswer(
  { pairs, missing, unsteady, uncalibrated }: Comparisons,
  rows: readonly Row[],
  { a, b, differ, least }: Pair,
  conclusion: StudyConclusion,
  scenarios: readonly AnsweredScenario[],
): Omit<Answer, "command"> {
  const facts = [`a: ${a.name} (${a.file})`, `b: ${b.name} (${b.file})`, pairsText(pairs), ...winnerLines(rows, uncalibrated)];
  const tables = [
    ...(rows.length === 0 || pairs === 0 ? [] : [{ heading: "Numbers of both", columns: comparisonColumns(rows, least) }]),
    ...(differ.length === 0 ? [] : [{ heading: "Where their inputs differ", columns: inputColumns(differ) }]),
  ];
  return {
    title: `${b.name} against ${a.name}`,
    conclusion,
    facts,
    tables,
    warnings: [...unsteadyLines(unsteady, pairs), ...missing.map(missingLine)],
    scenarios,
  };
}

/** Output of `--json`. */
function comparisonTree(
  { pairs, missing, unsteady, isNarrow, uncalibrated }: Comparisons,
  rows: readonly Row[],
  pair: Pair,
  conclusion: StudyConclusion,
): object {
  return {
    conclusion,
    ...pair,
    ...(pair.precision === undefined ? {} : { isNarrow }),
    pairs,
    metrics: metricTrees(rows, pair.least),
    ...(uncalibrated.length === 0 ? {} : { uncalibrated }),
    ...(unsteady.length === 0 ? {} : { unsteady }),
    missing,
  };
}

function comparisonText(
  { pairs, missing, unsteady, isNarrow, uncalibrated }: Comparisons,
  all: readonly Row[],
  pair: Pair,
  conclusion: StudyConclusion,
  terminal: Terminal,
): string {
  const { a, b, differ, precision, least } = pair;
  const { out } = terminal;
  const lines = [
    styled(out, "bold", harmless(`a: ${a.name} (${a.file})`)),
    styled(out, "bold", harmless(`b: ${b.name} (${b.file})`)),
    ...paragraph(harmless(conclusion.sentences.join(" ")).split(" "), "", 100),
    "",
    ...inputLines(differ, MOST_INPUTS).map(harmless),
    ...comparisonLines(pairs, all, least, out),
    ...(pairs === 0 ? [] : winnerLines(all, uncalibrated).flatMap((line) => paragraph(harmless(line).split(" "), "", 100))),
    ...(precision === undefined || isNarrow
      ? []
      : [`no interval is surely as narrow as ± ${percentText(precision)} after ${counted(pairs, "pair")}`]),
    ...unsteadyLines(unsteady, pairs).flatMap((line) => paragraph(harmless(line).split(" "), "", 100)),
    ...missing.map(missingLine),
  ];
  return `${lines.join("\n")}\n`;
}
