import { currentReport, REPORT_FORMAT, type Report, summarize } from "@tokenyard/report";
import { type Plugins, type Problem, Problems, parseScenario, targetsOf, withTraceHash } from "@tokenyard/scenario";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt } from "../outcomes/interrupt.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import type { Simulation } from "../runs/simulation.ts";
import { slicedRun } from "../runs/sliced-run.ts";
import { piecesBeside } from "../scenarios/files-beside.ts";
import { STDIN } from "../scenarios/given-text.ts";
import { LARGEST_REPORT, readTextFile, readTextStream, UnreadableFile } from "../scenarios/scenario-text.ts";
import { counted } from "../terminal/amount.ts";
import { type Difference, differences } from "../terminal/difference.ts";
import { type ExitCode, FINE, MISSED } from "../terminal/exit-code.ts";
import { locatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { ProgressLine } from "../terminal/progress.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";
import { VERSION } from "../terminal/version.ts";

export interface ReplayCommandOptions {
  /** Modules of plug-ins, by path. */
  readonly plugin?: readonly string[] | undefined;
  /** Threads, where the report is of several seeds. */
  readonly workers?: number | undefined;
}

/** How many differences are printed. */
const MOST = 10;

/** Runs the scenario that a report carries again, and prints the first places where the two reports differ. */
export async function replay(
  file: string,
  { workers, plugin }: ReplayCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const name = file === "-" ? STDIN : file;
  const kept = keptReport(await textOf(file, terminal), name);
  const { version } = kept;
  if (version !== undefined && version !== VERSION)
    terminal.err.write(`${harmless(`made by tokenyard ${String(version)}, replayed by ${VERSION}`)}\n`);
  const now = await again(kept, name, { workers, plugin, terminal, simulation });
  const { conclusion, modelError } = now; // earlier reports lack both, which follow from the rest
  const whole = JSON.parse(JSON.stringify({ conclusion, modelError, ...(currentReport(kept) as KeptReport), version: VERSION }));
  if (kept.seeds !== undefined) for (const layer of layersOf(whole)) delete layer.tokens; // a run of several seeds does not count them
  const found = differences(whole, JSON.parse(JSON.stringify(kept.modelError === undefined ? withoutChances(now) : now)), MOST + 1);
  terminal.out.write(harmless(found.length === 0 ? `${name}: the same report\n` : `${name}: not the same report\n`));
  for (const difference of found.slice(0, MOST)) terminal.out.write(`  ${differenceText(difference)}\n`);
  if (found.length > MOST) terminal.out.write("  and more\n");
  return found.length === 0 ? FINE : MISSED;
}

/** A report as earlier versions wrote it, with targets that have no probability. */
function withoutChances(report: Report): object {
  return { ...report, targets: report.targets.map(({ probability: _, ...target }) => target) };
}

interface Tools extends ReplayCommandOptions {
  readonly terminal: Terminal;
  readonly simulation: Simulation;
}

/** Runs the kept scenario again, with as many seeds. */
async function again(kept: KeptReport, name: string, { workers, plugin, terminal, simulation }: Tools): Promise<Report> {
  const plugins = plugin === undefined ? {} : await (await import("../plugins/given-plugins.ts")).givenPlugins([], { plugin }, name);
  const { scenario, setup } = prepared(kept, name, simulation, plugins);
  const replications = kept.seeds?.count ?? 1;
  const interrupt = new Interrupt();
  try {
    if (replications > 1) {
      const { seedsRun } = await import("../studies/seeds-run.ts");
      const wanted = kept.seeds?.precision?.wanted;
      const order = {
        scenario,
        file: name,
        replications,
        ...(typeof wanted === "number" ? { precision: wanted } : {}),
        workers,
        simulation,
      };
      return await seedsRun(order, terminal, interrupt);
    }
    const facts = { file: name, scenario: scenario.name, seed: scenario.seed };
    const order = { simulation, setup, facts, refused: (problems: readonly Problem[]) => inReport(name, problems) };
    const recording = await slicedRun(order, interrupt, new ProgressLine(terminal.err, scenario.name));
    return summarize(recording, targetsOf(scenario), {
      perExpert: layersOf(kept).some(({ tokens }) => tokens !== undefined),
    });
  } finally {
    interrupt.dispose();
  }
}

function prepared(kept: KeptReport, name: string, simulation: Simulation, plugins: Plugins) {
  try {
    const readPieces = piecesBeside(name);
    const scenario = withTraceHash(parseScenario(kept.scenario.resolved, plugins), readPieces);
    const most = kept.seeds && seedsProblem(scenario, kept.seeds.count);
    if (most !== undefined) throw new BadInput([wrongValue(name, "seeds.count", String(kept.seeds?.count), most)]);
    return { scenario, setup: simulation.prepare(scenario, { readPieces }) };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    throw inReport(name, error.problems);
  }
}

/** Problems of the scenario that the report `name` carries. */
function inReport(name: string, problems: readonly Problem[]): BadInput {
  const there = problems.map((problem) => {
    const place =
      problem.place === undefined && problem.path.join(".") === "workload.path" ? `; a trace is looked for from the folder of ${name}` : "";
    return { ...problem, path: ["scenario", "resolved", ...problem.path], wanted: `${problem.wanted}${place}` };
  });
  return new BadInput(there.map((problem) => locatedProblem(problem, name, undefined)));
}

/** Part of a report that a replay needs; the rest is only compared, so that reports of other versions can be replayed too. */
interface KeptReport {
  readonly tokenyard?: unknown;
  readonly version?: unknown;
  readonly scenario: { readonly resolved: object };
  readonly modelError?: unknown;
  readonly seeds?: { readonly count: number; readonly precision?: { readonly wanted?: unknown } };
}

/** Layers of `report` with experts, of both phases; some may have counts by expert. */
function layersOf(report: unknown): { tokens?: unknown }[] {
  const { expert } = (report as { balance?: { expert?: Record<string, { perLayer?: unknown } | null> } }).balance ?? {};
  return Object.values(expert ?? {}).flatMap((phase) => (Array.isArray(phase?.perLayer) ? phase.perLayer : []));
}

function keptReport(text: string, name: string): KeptReport {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    const count = reportsIn(text);
    const given =
      count > 1 ? `${counted(count, "report")}, one a line; wanted one` : `${text.trim() === "" ? "empty" : "not JSON"}; wanted a report`;
    throw new BadInput([plainProblem(name, `${given}, as \`tokenyard run --json\` or --out writes it`)]);
  }
  if (!isReport(tree)) throw new BadInput([plainProblem(name, "not a report; wanted one, as `tokenyard run --json` or --out writes it")]);
  const { tokenyard, version } = tree;
  if (typeof tokenyard === "number" && tokenyard > REPORT_FORMAT) {
    const writer = typeof version === "string" ? ` by tokenyard ${brief(version)}` : "";
    const given = `a report of format ${tokenyard}, written${writer}`;
    throw new BadInput([plainProblem(name, `${given} given; wanted format 1 or 2, or a later tokenyard (this one is ${VERSION})`)]);
  }
  return tree;
}

/** Number of reports where each line is one, as `run --json` writes of several files; else 0. */
function reportsIn(text: string): number {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  try {
    return lines.every((line) => isReport(JSON.parse(line))) ? lines.length : 0;
  } catch {
    return 0;
  }
}

function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function isReport(tree: unknown): tree is KeptReport {
  const resolved = (tree as { scenario?: { resolved?: unknown } } | null)?.scenario?.resolved;
  const seeds = (tree as { seeds?: { count?: unknown } | null } | null)?.seeds;
  const isCounted = seeds === undefined || (Number.isSafeInteger(seeds?.count) && (seeds?.count as number) > 0);
  return typeof resolved === "object" && resolved !== null && isCounted;
}

async function textOf(file: string, terminal: Terminal): Promise<string> {
  try {
    return await (file === "-" ? readTextStream(terminal.in, STDIN, LARGEST_REPORT) : readTextFile(file, LARGEST_REPORT));
  } catch (error) {
    if (error instanceof UnreadableFile) throw new BadInput([plainProblem(error.file, error.message)]);
    throw error;
  }
}

function differenceText({ path, kept, now }: Difference): string {
  return harmless(`${path}: ${valueText(kept)} kept, ${valueText(now)} now`);
}

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
