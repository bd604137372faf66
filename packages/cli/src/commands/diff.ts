import { targetsOf } from "@tokenyard/scenario";
import { metricsShown } from "@tokenyard/study";
import { Interrupted } from "../outcomes/interrupt.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import { seedsFor } from "../runs/seeds-for.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type OpenScenario, openScenarios, type ReadScenario, readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { comparisonLines, metricTrees, missingLine } from "../studies/comparison-table.ts";
import { type InputDifference, inputLines, inputsThatDiffer } from "../studies/input-differences.ts";
import { pairedRuns } from "../studies/paired-runs.ts";
import { readFormulas } from "../studies/study-view.ts";
import { changeWords, targetChanges } from "../studies/target-changes.ts";
import { type ExitCode, FINE, MISSED, OUR_FAULT } from "../terminal/exit-code.ts";
import { wrongValue } from "../terminal/located-problem.ts";
import { harmless, styled, type Terminal } from "../terminal/terminal.ts";
import { ALWAYS } from "./compare.ts";

export interface DiffCommandOptions extends Pick<ScenarioOptions, "set" | "seed" | "launch"> {
  /** Whether to report the effect on the metrics, too. */
  readonly run?: boolean;
  readonly replications?: number;
  readonly workers?: number;
  readonly json?: boolean;
}

/** Keys that are not compared as inputs: names do not matter, and targets are those of `a`. */
const NOT_SHOWN = new Set(["name", "about", "seed", "assumed", "claims"]);

/**
 * Lists values that two launches, manifests or scenarios resolve differently; with `run`, the effects, and whether a target of the first is
 * lost.
 */
export async function diff(
  files: readonly [string, string],
  options: DiffCommandOptions,
  terminal: Terminal,
  hall: () => Promise<Simulation>,
): Promise<ExitCode> {
  const { run = false, json = false, replications: _, workers: __, ...reading } = options;
  if (run) return ran(files, reading, options, terminal, await hall());
  const [a, b] = await readScenarios(files, reading, terminal, (read) => read);
  const differ = inputsThatDiffer(a!.scenario, b!.scenario, NOT_SHOWN);
  terminal.out.write(json ? `${JSON.stringify({ ...namesOf(a!, b!), differ })}\n` : textOf([...headOf(a!, b!, differ, terminal)]));
  return FINE;
}

async function ran(
  files: readonly [string, string],
  reading: Parameters<typeof openScenarios>[1],
  { replications: asked, workers, json = false }: DiffCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const seeds = ([first]: readonly OpenScenario[]) => {
    const wanted = seedsProblem(first!.scenario, asked ?? 1);
    return wanted === undefined ? [] : [wrongValue("--replications", "", String(asked ?? 1), wanted)];
  };
  const [a, b] = (await openScenarios(files, reading, terminal, simulation, seeds)) as [OpenScenario, OpenScenario];
  const replications = asked ?? seedsFor(a.scenario, [a.setup, b.setup]);
  const targets = targetsOf(a.scenario).map(({ name }) => name);
  const formulas = readFormulas([...new Set([...targets, ...metricsShown(a.scenario), ...ALWAYS])], "--show", []);
  const { found, isInterrupted } = await pairedRuns([a, b], formulas, { title: "diff", replications, workers }, terminal, simulation);
  const differ = inputsThatDiffer(a.given, b.given, NOT_SHOWN);
  const rows = found.comparisons
    .map((comparison, i) => ({ name: formulas[i]!.text, comparison }))
    .filter(({ comparison }) => comparison !== undefined);
  const verdicts = targetChanges(a.scenario, found);
  const lost = verdicts.filter(({ verdict }) => verdict === "lost");
  const isOut = found.pairs === 0 && found.missing.every(({ parameters }) => parameters["scenario"] === "b");
  if (json) {
    const tree = {
      ...namesOf(a, b),
      differ,
      pairs: found.pairs,
      metrics: metricTrees(rows, undefined),
      targets: verdicts,
      missing: found.missing,
    };
    terminal.out.write(`${JSON.stringify(tree)}\n`);
  } else {
    const { out } = terminal;
    const lines = [
      ...headOf(a, b, differ, terminal),
      ...comparisonLines(found.pairs, rows, undefined, out),
      ...found.missing.map(missingLine),
      ...(verdicts.length === 0 ? [] : [""]),
      ...verdicts.map((each) => styled(out, each.verdict === "lost" ? "yellow" : "dim", `target ${each.target}: ${changeWords(each)}`)),
    ];
    out.write(textOf(lines));
  }
  if (isInterrupted) throw new Interrupted();
  if (found.missing.some(({ status }) => status === "failed")) return OUR_FAULT;
  return lost.length > 0 || isOut ? MISSED : FINE;
}

function namesOf(a: ReadScenario, b: ReadScenario): object {
  return { a: { file: a.file, name: a.scenario.name }, b: { file: b.file, name: b.scenario.name } };
}

function headOf(a: ReadScenario, b: ReadScenario, differ: readonly InputDifference[], { out }: Terminal): string[] {
  return [
    styled(out, "bold", harmless(`a: ${a.scenario.name} (${a.file})`)),
    styled(out, "bold", harmless(`b: ${b.scenario.name} (${b.file})`)),
    ...inputLines(differ, Number.POSITIVE_INFINITY).map(harmless),
  ];
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
