import { type ImportProblem, ImportProblems, importText, isLaunch } from "@tokenyard/engines";
import { currentReport, type Distributions, type Report, type ReportWords, reportSchema, reportWords } from "@tokenyard/report";
import { type Problem, Problems } from "@tokenyard/scenario";
import { stringify } from "yaml";
import { editedText } from "../fields/edited-text.ts";
import type { Source } from "../worker/source.ts";

/** Files as something to open. */
export interface Opened {
  readonly source: Source;
  /** Notes on files whose meaning is not obvious. */
  readonly notes: readonly string[];
  /** The content of a report file as it was read. */
  readonly report?: { readonly report: Report; readonly words: ReportWords; readonly latencies: Distributions["latencies"] };
}

/** A larger text is no scenario, table or config; it is kept as a file, which a trace is read from in pieces. */
const MOST_TEXT = 4 << 20;
/** A report with distributions may be larger. */
const MOST_REPORT = 32 << 20;
const BINARY = /\.(parquet|arrow)$/;

/**
 * Reads what a reader gave: a scenario, a report (as JSON or as a page), or a launch, each with the files that it names; or files for the
 * open plan. Foreign text: nothing of it is executed, and nothing is fetched. Throws Problems.
 */
export async function openedFrom(files: readonly File[], open: Source | undefined): Promise<Opened> {
  const texts = new Map<string, string>();
  const large: Record<string, File> = {};
  for (const file of files) {
    const isReport = /\.(json|html?)$/.test(file.name) && file.size <= MOST_REPORT;
    if (!BINARY.test(file.name) && (file.size <= MOST_TEXT || isReport)) texts.set(file.name, await file.text());
    else large[file.name] = file;
  }
  for (const [name, text] of texts) {
    const report = reportIn(text);
    if (report !== undefined) return openedReport(name, report);
  }
  const main = [...texts].find(([, text]) => isScenario(text)) ?? [...texts].find(([, text]) => isLaunch(text));
  const beside = Object.fromEntries([...texts].filter((each) => each[0] !== main?.[0]));
  if (main !== undefined && !isScenario(main[1])) return openedLaunch(main[0], main[1], beside);
  if (main !== undefined) return { source: { path: main[0], text: main[1], files: beside, large }, notes: [] };
  const config = [...texts].find(([name, text]) => isConfig(name, text))?.[0];
  if (open !== undefined) return joined(open, beside, large, config);
  if (config !== undefined) return { source: { path: "my-plan.yaml", text: planOf(config), files: beside, large }, notes: [] };
  const wanted = "a scenario, a launch, a report or a config.json; traces and tables beside the scenario that names them";
  throw refusal(files.map(({ name }) => name).join(", "), wanted);
}

function isScenario(text: string): boolean {
  return /^(?:tokenyard|extends)\s*:/m.test(text);
}

/** A config of a model as the Hugging Face hub has it. */
function isConfig(name: string, text: string): boolean {
  return /\.json$/.test(name) && /"(model_type|architectures)"\s*:/.test(text);
}

function planOf(config: string): string {
  return `tokenyard: 1
name: my-plan
model: { huggingface: ${JSON.stringify(config)} }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { tensor: 8 }
workload: { kind: open, requests: 500, rate: 4 requests/s, promptTokens: 1000, outputTokens: 200 }
targets: { ttft.p99: 1 s, tpot.p99: 50 ms }
`;
}

/** Files for the plan that is open; a config becomes its model where the text has a name there. */
function joined(open: Source, files: Source["files"], large: NonNullable<Source["large"]>, config: string | undefined): Opened {
  const source = { ...open, files: { ...open.files, ...files }, large: { ...open.large, ...large } };
  if (config === undefined) return { source, notes: [] };
  const model = `{ huggingface: ${JSON.stringify(config)} }`;
  const text = editedText(open.text, ["model"], model);
  if (text !== undefined) return { source: { ...source, text }, notes: [`the model is that of ${config}`] };
  return { source, notes: [`${config} is there; to use it, write model: ${model}`] };
}

/** The scenario of a launch, with the assumptions and what is not modelled. */
function openedLaunch(file: string, text: string, files: Source["files"]): Opened {
  const config = Object.entries(files).find(([name, each]) => isConfig(name, each))?.[0];
  try {
    const imported = importText(text, { file, read: (name) => files[name] ?? files[name.replace(/^.*[\\/]/, "")], model: config });
    const notes = [...imported.notModelled.map((each) => `not modelled: ${each}`), ...imported.assumed.map((each) => `assumed: ${each}`)];
    return { source: { path: `${file.replace(/\.[^.]*$/, "")}.yaml`, text: imported.text, files }, notes };
  } catch (error) {
    throw error instanceof ImportProblems ? new Problems(error.problems.map(problemOf)) : error;
  }
}

function problemOf({ place, subject, given, wanted, suggestion }: ImportProblem): Problem {
  return {
    path: [],
    given: subject === "" ? given : `${subject}: ${given}`,
    wanted,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(place === undefined ? {} : { place }),
  };
}

/** The JSON of a report: as `run --json` prints it, or in a page that `run --html` wrote. */
function reportIn(text: string): { readonly report: unknown; readonly latencies?: unknown } | undefined {
  const inPage = /<script type="application\/json" id="report">([\s\S]*?)<\/script>/.exec(text)?.[1];
  if (inPage === undefined && !(/^\s*\{/.test(text) && text.includes('"resolved":') && text.includes('"conclusion":'))) return undefined;
  try {
    const tree = JSON.parse(inPage ?? text);
    return inPage === undefined ? { report: tree } : tree;
  } catch {
    return undefined;
  }
}

async function openedReport(
  name: string,
  { report: tree, latencies }: { readonly report: unknown; readonly latencies?: unknown },
): Promise<Opened> {
  const read = (await reportSchema()).safeParse(currentReport(tree));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw refusal(`${name}, a report with another \`${issue?.path.join(".")}\``, `one that this version writes (${issue?.message})`);
  }
  const { distributions, ...rest } = read.data as Report;
  const report = rest as Report;
  return {
    source: { path: `${report.scenario.name}.yaml`, text: stringify(report.scenario.resolved), files: {} },
    notes: [`${name}: read from a file of version ${report.version}, not recomputed here`],
    report: { report, words: reportWords(report), latencies: (distributions?.latencies ?? latencies ?? {}) as Distributions["latencies"] },
  };
}

function refusal(given: string, wanted: string): Problems {
  return new Problems([{ path: [], given, wanted }]);
}
