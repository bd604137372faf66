import { BadInput } from "../outcomes/bad-input.ts";
import { STDIN } from "../scenarios/given-text.ts";
import { isParquet, LARGEST_REPORT, readTextFile, readTextStream, UnreadableFile } from "../scenarios/scenario-text.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { parquetTrees } from "./parquet-runs.ts";
import { type ReadRun, readRuns, runsIn } from "./read-runs.ts";
import { type MeasuredRun, measuredRunSchema } from "./run/measured-run.ts";
import { engineOf, gpuNamed, unknownGpu } from "./stated-server.ts";

/** Options for what files of measured runs leave open. */
export interface MeasuredOptions {
  /** A preset. */
  readonly gpu?: string;
  readonly gpus?: number;
  /** `vllm` or `vllm@0.19` */
  readonly engine?: string;
  /** The line that launched the server. */
  readonly launch?: string;
  /** Requests before those that count. */
  readonly warmUp?: number;
}

type Engine = MeasuredRun["engine"];

/** The runs of `files`, each with all that its file does not say. Mistakes go into `problems`. */
export async function measuredRuns(
  files: readonly string[],
  options: MeasuredOptions,
  terminal: Terminal,
  problems: LocatedProblem[],
): Promise<MeasuredRun[]> {
  const engine = engineOf(options.engine, problems);
  if (options.gpu !== undefined && gpuNamed(options.gpu) === undefined) problems.push(unknownGpu("--gpu", options.gpu));
  if (options.launch !== undefined && !(await import("@tokenyard/engines")).isLaunch(options.launch))
    problems.push(
      wrongValue("--launch", "", options.launch, "the line that launched the server, such as 'vllm serve Qwen/Qwen3-32B -tp 2'"),
    );
  const runs: MeasuredRun[] = [];
  for (const file of files) {
    for (const read of await readFile(file, terminal, problems)) {
      const run = filled(read, file, { ...options, engine }, problems);
      if (run !== undefined) runs.push(run);
    }
  }
  return runs;
}

interface Given extends Omit<MeasuredOptions, "engine"> {
  readonly engine: Engine | undefined;
}

/** A run with all that its file does not say; undefined where that is not given either. */
function filled(read: ReadRun, file: string, given: Given, problems: LocatedProblem[]): MeasuredRun | undefined {
  if (read.whole !== undefined) return read.whole;
  const { run, source } = read;
  const { toolVersion, engine: own, gpu: hardware, gpus: count, warmUpRequests, ...rest } = run;
  const known = hardware === null ? undefined : gpuNamed(hardware);
  if (hardware !== null && known === undefined && given.gpu === undefined) problems.push(unknownGpu(file, hardware));
  const gpu = agreed(file, "--gpu", known, given.gpu === undefined ? undefined : gpuNamed(given.gpu), problems);
  const gpus = agreed(file, "--gpus", count ?? undefined, given.gpus, problems);
  const name = agreed(file, "--engine", own?.name, given.engine?.name, problems);
  const missing = [
    ...(gpu === undefined && hardware === null ? [missed(file, "the GPU", "--gpu NAME, a preset")] : []),
    ...(gpus === undefined ? [missed(file, "how many GPUs serve", "--gpus N")] : []),
    ...(name === undefined ? [missed(file, "the engine", "--engine vllm, sglang or trtllm, with @VERSION")] : []),
  ];
  problems.push(...missing);
  if (gpu === undefined || gpus === undefined || name === undefined) return undefined;
  return measuredRunSchema.parse({
    tokenyardRun: 1,
    source: { ...source, toolVersion },
    engine: { name, version: own?.version ?? given.engine?.version ?? null },
    launch: given.launch ?? null,
    gpu,
    gpus,
    warmUpRequests: warmUpRequests ?? given.warmUp ?? null,
    ...rest,
  });
}

/** Value of the file, or else of the option. A difference between both is a problem. */
function agreed<Value extends string | number>(
  file: string,
  option: string,
  own: Value | undefined,
  given: Value | undefined,
  problems: LocatedProblem[],
): Value | undefined {
  if (own !== undefined && given !== undefined && own !== given)
    problems.push(wrongValue(option, "", String(given), `${own}, as ${file} says`));
  return own ?? given;
}

function missed(file: string, what: string, option: string): LocatedProblem {
  return plainProblem(file, `does not say ${what}; wanted ${option}`);
}

/** The runs in `file`. What it cannot be read for goes into `problems`, so that other files are read all the same. */
async function readFile(file: string, terminal: Terminal, problems: LocatedProblem[]): Promise<ReadRun[]> {
  try {
    if (isParquet(file)) return runsIn(await parquetTrees(file), file, [], problems);
    return readRuns(
      file === "-" ? await readTextStream(terminal.in, STDIN, LARGEST_REPORT) : readTextFile(file, LARGEST_REPORT),
      file,
      problems,
    );
  } catch (error) {
    if (error instanceof UnreadableFile) problems.push(plainProblem(file, error.message));
    else if (error instanceof BadInput) problems.push(...error.problems);
    else throw error;
    return [];
  }
}

/** `run`, by the launch line of the options where it has none. */
export function withLaunch(run: MeasuredRun, { launch }: MeasuredOptions): MeasuredRun {
  return run.launch === null && launch !== undefined ? { ...run, launch } : run;
}

/** `problems` without duplicates, which several runs may have. */
export function once(problems: readonly LocatedProblem[]): LocatedProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
