import { join } from "node:path";
import { type Recording, type Report, renderText, summarize } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import type { RequestRow, SpanWindow } from "@tokenyard/simulator";
import { writeExperts } from "../files/experts-file.ts";
import { everyMsOf, MetricsFile, type MetricsOptions } from "../files/metrics-file.ts";
import { keptSpans, writeReportPictures, writeRunPictures } from "../files/picture-files.ts";
import type { PictureOrder } from "../files/picture-order.ts";
import { writeReportFolder } from "../files/report-folder.ts";
import { commandText, drawnOf, type OfOneSeed, reportPage } from "../files/report-page.ts";
import { RequestsFile } from "../files/requests-file.ts";
import { destinationProblems } from "../files/run-destinations.ts";
import { isOfOneRun, runFileProblems } from "../files/run-files.ts";
import { type SpanOptions, spanWindow } from "../files/span-window.ts";
import { emptyWarning, sizeWarning, writeSpans } from "../files/spans-file.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { Interrupt } from "../outcomes/interrupt.ts";
import { outcomeOf } from "../outcomes/outcome.ts";
import { processMs } from "../outcomes/process-ms.ts";
import { strictCode, sureLine } from "../outcomes/strict-code.ts";
import { type Log, openLog } from "../runs/log.ts";
import { seedsFor } from "../runs/seeds-for.ts";
import type { Simulation } from "../runs/simulation.ts";
import { slicedRun } from "../runs/sliced-run.ts";
import { reportIn } from "../scenarios/files-beside.ts";
import { type OpenScenario, openScenarios, type Reader, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { millisecondsOption, shareOption, surenessOption } from "../scenarios/time-option.ts";
import { type ExitCode, FINE, MISSED } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { ownName } from "../terminal/own-name.ts";
import { ProgressLine } from "../terminal/progress.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface RunCommandOptions extends ScenarioOptions, SpanOptions, MetricsOptions {
  readonly json?: boolean;
  /** Folder in which each scenario gets a folder of its own. */
  readonly out?: string;
  /** File to write the report to, as an HTML page. */
  readonly html?: string;
  /** Whether that page has a timeline. */
  readonly timeline?: boolean;
  /** Pictures to write. */
  readonly svg?: readonly PictureOrder[];
  /** File to write a row for each request to, as CSV or Parquet. */
  readonly requests?: string;
  /** Takes a row for each phase, layer and expert, as CSV or Parquet. */
  readonly experts?: string;
  /** Reports count the copies of each expert in each layer. */
  readonly perExpert?: boolean;
  /** Seeds to run each scenario with, from its own on. Unstated: 32 of a short run, else 8, and one where files of a single run are written. */
  readonly replications?: number;
  /** Largest half-width of each watched interval, as a share of its number: the number of seeds follows, up to `replications`. */
  readonly precision?: number;
  /** Threads for the replications. */
  readonly workers?: number;
  /** Probability with the model's error from which on a target holds; it sets the exit code as `strict` does. */
  readonly sure?: number;
  /** A target that is missed ends the process with 1, one without enough evidence with 4. */
  readonly strict?: boolean;
  /** Runs again whenever a file changes that was read. */
  readonly watch?: boolean;
  readonly verbose?: boolean;
}

/** Options as given on the command line. */
export interface RunArguments extends Omit<RunCommandOptions, "metricsEvery" | "precision" | "sure"> {
  readonly metricsEvery?: string;
  readonly precision?: string;
  readonly sure?: string;
}

/** Simulates the scenarios, once or whenever they change. */
export async function run(
  files: readonly string[],
  { metricsEvery, precision, sure, ...rest }: RunArguments,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  const everyMs = metricsEvery === undefined ? undefined : millisecondsOption("--metrics-every", metricsEvery, problems);
  const window = spanWindow(rest, problems);
  const narrow = shareOption("--precision", precision, problems);
  const wanted = surenessOption("--sure", sure, problems);
  if (rest.watch === true && files.includes("-")) problems.push(wrongValue("--watch", "", "standard input", "files"));
  const options: RunCommandOptions = {
    ...rest,
    ...(everyMs === undefined ? {} : { metricsEvery: everyMs }),
    ...(narrow === undefined ? {} : { precision: narrow }),
    ...(wanted === undefined ? {} : { sure: wanted }),
  };
  const order = { options, window, problems };
  if (options.watch !== true || problems.length > 0) return runOnce(files, order, terminal, simulation);
  const { watching } = await import("../runs/watch.ts");
  const once = (onFile: (path: string) => void) => runOnce(files, { ...order, options: { ...options, onFile } }, terminal, simulation);
  return watching((onFile) => outcomeOf(() => once(onFile), terminal, options.json ?? false), terminal);
}

interface Order {
  readonly options: RunCommandOptions;
  readonly window: SpanWindow | undefined;
  /** Mistakes in options, reported beside those of scenarios. */
  readonly problems: readonly LocatedProblem[];
}

/** Simulates the scenarios in turn; each report is printed, and written, as soon as it is there. */
async function runOnce(
  files: readonly string[],
  { options, window, problems }: Order,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const log = await openLog(options.verbose ?? false);
  const more = (all: readonly OpenScenario[]) => [...problems, ...destinationProblems(all, options, window)];
  const known = (readers: readonly Reader[]) => [...problems, ...runFileProblems(readers, options)];
  const opened = await openScenarios(files, options, terminal, simulation, more, known);
  const interrupt = new Interrupt();
  let worst: ExitCode = FINE;
  try {
    for (const [index, scenario] of opened.entries()) {
      const report = await carriedOut(scenario, { options, window, terminal, simulation, interrupt, log });
      const code = strictCode(report, options.sure);
      if (worst !== MISSED && code !== FINE) worst = code;
      if (options.json) terminal.out.write(`${JSON.stringify(report)}\n`);
      else terminal.out.write(`${index > 0 ? "\n" : ""}${renderText(report, pageOf(terminal))}`);
      if (options.sure !== undefined && !options.json) terminal.out.write(`${harmless(sureLine(report, options.sure))}\n`);
    }
  } finally {
    interrupt.dispose();
  }
  if (terminal.err.live && options.watch !== true && !options.json && !files.includes("-"))
    terminal.err.write(harmless(`on a page: ${commandText(["serve", ...files, "--open"], ownName())}\n`));
  return options.strict || options.sure !== undefined ? worst : FINE;
}

interface Errand {
  readonly options: RunCommandOptions;
  readonly window: SpanWindow | undefined;
  readonly terminal: Terminal;
  readonly simulation: Simulation;
  readonly interrupt: Interrupt;
  readonly log: Log;
}

/** Runs one scenario and writes the requested files, none before all are ready. */
async function carriedOut(opened: OpenScenario, errand: Errand): Promise<Report> {
  const { options, terminal, simulation, interrupt, log } = errand;
  const { file, scenario, setup } = opened;
  const { out, html, workers, precision = scenario.precision } = options;
  const replications = options.replications ?? (isOfOneRun(options) ? 1 : seedsFor(scenario, [setup], precision));
  const facts = { file, scenario: scenario.name, seed: scenario.seed };
  log.info({ ...facts, ...(replications === 1 ? {} : { replications }) }, "run");
  const startMs = processMs();
  let drawn: OfOneSeed = {};
  const alone = () => oneSeed(opened, errand, (kept) => (drawn = kept));
  const whole =
    replications === 1
      ? await alone()
      : await (await import("../studies/seeds-run.ts")).seedsRun(
          {
            scenario,
            file,
            replications,
            ...(precision === undefined ? {} : { precision }),
            workers,
            simulation,
            alone,
          },
          terminal,
          interrupt,
        );
  const { distributions: _, ...report } = whole;
  log.info({ ...facts, hash: report.scenario.hash, seconds: (processMs() - startMs) / 1e3, horizonSeconds: report.horizonSeconds }, "done");
  await interrupt.pause();
  if (out !== undefined) {
    const path = written(out, () => writeReportFolder(out, reportIn(join(out, scenario.name), report, file), renderText(report)));
    log.info({ ...facts, path }, "wrote report");
  }
  if (html !== undefined) {
    const memories = replications === 1 ? (await import("@tokenyard/simulator")).memoryByRank(setup) : undefined;
    written(html, () => writeWhole(html, reportPage(whole, commandText(process.argv.slice(2)), { ...drawn, memories })));
    log.info({ ...facts, path: html }, "wrote page");
  }
  writeReportPictures(options.svg ?? [], report);
  return report;
}

/** Runs one scenario with its own seed, and writes its spans and requests if requested; what the page draws of it is passed to `keep`. */
async function oneSeed(
  { file, scenario, setup, refused }: OpenScenario,
  errand: Errand,
  keep: (drawn: OfOneSeed) => void,
): Promise<Report> {
  const { options, window, terminal, simulation, interrupt, log } = errand;
  const { spans, requests, experts, metrics } = options;
  const facts = { file, scenario: scenario.name, seed: scenario.seed };
  const progress = new ProgressLine(terminal.err, scenario.name);
  const rows = requests === undefined ? undefined : await RequestsFile.open(requests);
  const everyMs = everyMsOf(scenario, options);
  const series = metrics === undefined ? undefined : new MetricsFile(metrics, everyMs, options, scenario);
  const order = {
    simulation,
    setup,
    facts,
    refused,
    ...keptSpans(window, options, setup),
    ...(rows === undefined ? {} : { onRequest: (row: RequestRow) => rows.put(row) }),
    ...(experts === undefined ? {} : { fates: true }),
    ...(series === undefined ? {} : { samples: { everyMs, sinks: [series] } }),
  };
  let recording: Recording;
  let lone: string | undefined;
  try {
    recording = await slicedRun(order, interrupt, progress);
    await rows?.finish();
    series?.finish();
    lone = series?.loneWarning(recording);
  } finally {
    rows?.discard();
    series?.discard();
  }
  await interrupt.pause();
  if (lone !== undefined) terminal.err.write(`${harmless(lone)}\n`);
  if (metrics !== undefined) log.info({ ...facts, path: metrics, everySeconds: everyMs / 1e3 }, "wrote metrics");
  if (requests !== undefined) log.info({ ...facts, path: requests }, "wrote requests");
  if (spans !== undefined) {
    const warning = recording.spans && (emptyWarning(spans, recording) ?? sizeWarning(spans, recording.spans));
    if (warning !== undefined) {
      terminal.err.write(`${harmless(warning)}\n`);
      await interrupt.pause();
    }
    written(spans, () => writeSpans(spans, recording));
    log.info({ ...facts, path: spans }, "wrote spans");
  }
  writeRunPictures(options.svg ?? [], recording, window, setup);
  if (options.html !== undefined) keep(drawnOf(recording, options.timeline === true ? window : undefined, setup));
  const report = summarize(recording, targetsOf(scenario), {
    distributions: options.html !== undefined,
    perExpert: options.perExpert === true,
  });
  if (experts !== undefined) {
    await writeExperts(experts, recording, report);
    log.info({ ...facts, path: experts }, "wrote experts");
  }
  return report;
}

function pageOf({ out }: Terminal): { readonly colour: boolean; readonly width?: number } {
  return { colour: out.colour, ...(out.columns === undefined ? {} : { width: Math.min(out.columns, 120) }) };
}
