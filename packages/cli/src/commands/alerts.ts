import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  AlertWatch,
  dashboardOf,
  familiesOf,
  KeptSamples,
  panelsOf,
  rulesFile,
  type Sample,
  type SampleSink,
  testFile,
  watchOf,
} from "@tokenyard/metrics";
import { alertsConclusion, type ConcludedRule, measured, paragraph, type Report, separatesText, summarize } from "@tokenyard/report";
import { type Scenario, targetsOf, watchedOf } from "@tokenyard/scenario";
import { makeFolder } from "../cache/make-folder.ts";
import { answeredScenario, answerFileProblems, writeAnswer } from "../files/answer-file.ts";
import { fileProblems, newFolderProblems, sharedFileProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { slicedRun } from "../runs/sliced-run.ts";
import { type OpenScenario, openScenarios, type Reader, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { verdictsOf } from "../terminal/alert-verdict.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { ProgressLine } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface AlertsCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  /** Takes the answer as a page. */
  readonly html?: string;
  /** Takes rules.yml, test.yml and dashboard.json. */
  readonly prometheus?: string;
}

/** Runs a scenario with its faults and without, and says of each alert rule whether it is for the faults that it fires, and which bound would do. */
export async function alertsOfScenario(
  file: string,
  options: AlertsCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const { prometheus } = options;
  const files = (readers: readonly Reader[]) => [
    ...(prometheus === undefined ? [] : prometheusProblems(prometheus, readers[0]!)),
    ...answerFileProblems(options.html, readers),
  ];
  const more = (all: readonly OpenScenario[]) => {
    const isWatched = all[0]!.scenario.alerts !== undefined;
    return [...(isWatched ? [] : [wrongValue(file, "alerts", "", "what is to be watched, as { every: 5 s, rules: […] }")]), ...files(all)];
  };
  const [opened] = await openScenarios([file], options, terminal, simulation, more, files);
  const { scenario } = opened!;
  const interrupt = new Interrupt();
  let report: Report;
  let healthy: Report | undefined;
  try {
    report = await runOf(opened!, scenario, { simulation, interrupt, terminal, prometheus });
    const { faults, ...whole } = scenario;
    if (faults !== undefined && faults.length > 0) healthy = await runOf(opened!, whole as Scenario, { simulation, interrupt, terminal });
  } finally {
    interrupt.dispose();
  }
  const verdicts = verdictsOf(report, healthy);
  const warnings = warningsOf(report, healthy);
  const conclusion = alertsConclusion(verdicts);
  const columns = columnsOf(verdicts, healthy !== undefined);
  const { name } = report.scenario;
  if (options.json)
    terminal.out.write(`${JSON.stringify({ scenario: name, conclusion, rules: verdicts, alerts: report.alerts, warnings })}\n`);
  else {
    const { head, body } = textTable(columns);
    const lines = [...paragraph(conclusion.sentences.join(" ").split(" "), "", 100), "", ...head, ...body];
    terminal.out.write(`${[...lines, ...warnings.map(({ message }) => `! ${message}`)].join("\n")}\n`);
  }
  writeAnswer(options.html, () => ({
    title: `alerts of ${name}`,
    conclusion,
    facts: [],
    tables: [{ heading: "Rules", columns }],
    warnings: warnings.map(({ code, message }) => `${code}: ${message}`),
    scenarios: [answeredScenario(opened!, simulation)],
  }));
  return FINE;
}

/** Warnings of a run whose reasons no rule sees: latencies that are never known, and faults that never come. */
const UNSEEN: readonly string[] = ["requests-unfinished", "no-request-finished", "fault-after-end"];

/** Why rules fire in health, or cannot: the run without the faults may be over before they have waited, and says nothing of them then. */
function warningsOf({ warnings, alertRules }: Report, healthy: Report | undefined): Report["warnings"] {
  const short = (healthy?.alertRules ?? []).flatMap(({ name, forSeconds, everySeconds }, i) => {
    const lastSeconds = Math.floor(healthy!.horizonSeconds / everySeconds) * everySeconds;
    if (lastSeconds >= forSeconds || alertRules![i]!.fired === 0) return [];
    const message = `${name} cannot fire without the faults: it waits ${measured(forSeconds, "s")}, and that run has ended at ${measured(healthy!.horizonSeconds, "s")}`;
    return [{ code: "alert-cannot-fire", message }];
  });
  const unseen = warnings.filter(({ code }) => UNSEEN.includes(code));
  const overload = (healthy?.warnings ?? []).filter(({ code }) => code === "overload");
  const crowded = overload.map(({ code, message }) => ({ code, message: `without the faults, too: ${message}` }));
  return [...warnings.filter(({ code }) => code.startsWith("alert-")), ...unseen, ...short, ...crowded];
}

const FILES = ["rules.yml", "test.yml", "dashboard.json"] as const;

/** Problems of writing the files into `folder`, reported before the runs; none may replace a file that `reader` was read from. */
function prometheusProblems(folder: string, reader: Reader): LocatedProblem[] {
  const problems = newFolderProblems(folder);
  if (problems.length > 0 || !existsSync(folder)) return problems;
  const files = FILES.map((name) => join(folder, name));
  const shared = sharedFileProblems(
    [reader],
    files.map((path) => ["--prometheus", path] as const),
  );
  return [...files.flatMap((path) => (existsSync(path) ? fileProblems(path) : [])), ...shared];
}

interface Errand {
  readonly simulation: Simulation;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
  readonly prometheus?: string | undefined;
}

async function runOf({ file, readPieces, refused }: OpenScenario, scenario: Scenario, errand: Errand): Promise<Report> {
  const { simulation, interrupt, terminal, prometheus } = errand;
  const watch = watchOf(scenario.alerts!);
  const kept = prometheus === undefined ? undefined : new WholeWatch(watch);
  const setup = simulation.prepare(scenario, { readPieces });
  const facts = { file, scenario: scenario.name, seed: scenario.seed };
  const samples = kept === undefined ? {} : { samples: { everyMs: watch.everyMs, sinks: [kept] } };
  const recording = await slicedRun(
    { simulation, setup, facts, refused, ...samples },
    interrupt,
    new ProgressLine(terminal.err, scenario.name),
  );
  const report = summarize(recording, targetsOf(scenario));
  if (kept !== undefined) written(prometheus!, () => kept.write(prometheus!, scenario.name));
  return report;
}

/** Keeps the samples for Prometheus' tools. */
class WholeWatch implements SampleSink {
  readonly #watch: ReturnType<typeof watchOf>;
  readonly #kept: KeptSamples;
  readonly #alerts: AlertWatch;
  #sample: Sample | undefined;

  constructor(watch: ReturnType<typeof watchOf>) {
    this.#watch = watch;
    this.#kept = new KeptSamples(watch.everyMs, familiesOf(watch.rules));
    this.#alerts = new AlertWatch(watch);
  }

  take(atMs: number, sample: Sample): void {
    this.#sample = sample;
    this.#alerts.take(atMs, sample);
    try {
      this.#kept.take(atMs, sample);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const given = `${error.message} by ${atMs / 1e3} s`;
      throw new BadInput([wrongValue("--prometheus", "", given, "a shorter run, a longer alerts.every, or fewer rules")]);
    }
  }

  write(folder: string, title: string): void {
    const { everyMs } = this.#watch;
    const panels = panelsOf(this.#sample!, everyMs, this.#watch);
    makeFolder(resolve(folder));
    writeWhole(join(folder, "rules.yml"), rulesFile(this.#watch));
    writeWhole(join(folder, "test.yml"), testFile(this.#watch, this.#alerts.outcomes(), this.#kept));
    writeWhole(
      join(folder, "dashboard.json"),
      `${JSON.stringify(dashboardOf(title, panels, everyMs, (this.#kept.count - 1) * everyMs), null, 2)}\n`,
    );
  }
}

const MEANS: Readonly<Record<ConcludedRule["verdict"], string>> = {
  rightly: "detects the faults",
  wrongly: "false alarm: also fires without the faults",
  never: "never fires",
  fires: "fires",
};

function columnsOf(verdicts: readonly ConcludedRule[], hasFaults: boolean): TextColumn[] {
  const unit = ({ metric }: ConcludedRule) => watchedOf(metric)!.unit;
  const column = (heading: string, cell: (verdict: ConcludedRule) => string, align: "left" | "right" = "left") => ({
    heading,
    align,
    cells: verdicts.map(cell),
  });
  return [
    column("rule", ({ name }) => name),
    column("fires where", (verdict) => conditionText(verdict, unit(verdict))),
    ...(hasFaults
      ? [
          column("with faults", ({ withFaults }) => String(withFaults), "right"),
          column("without", ({ without }) => String(without), "right"),
        ]
      : [column("alerts", ({ withFaults }) => String(withFaults), "right")]),
    column("verdict", ({ verdict }) => MEANS[verdict]),
    ...(hasFaults ? [column("bounds that detect only the faults", separatesText)] : []),
  ];
}

function conditionText({ metric, side, bound, forSeconds }: ConcludedRule, unit: string): string {
  return `${metric} ${side} ${measured(bound, unit)}${forSeconds === 0 ? "" : ` for ${measured(forSeconds, "s")}`}`;
}
