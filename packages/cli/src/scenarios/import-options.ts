import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type ImportOptions, type ImportProblem, ImportProblems } from "@tokenyard/engines";
import { type Answers, QUESTIONS } from "../init/answers.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { LARGEST_SCENARIO, readTextFile } from "./scenario-text.ts";

/** Options for what a launch leaves open. */
export interface LaunchOptions extends Partial<Pick<Answers, "gpu" | "rate" | "prompt" | "output" | "ttft" | "tpot">> {
  readonly model?: string;
  readonly engineVersion?: string;
  /** `NAME=VALUE` each. */
  readonly env?: readonly string[];
  readonly only?: number;
}

const LOAD = ["gpu", "rate", "prompt", "output", "ttft", "tpot"] as const;

/** `options` for an import of `file`, with the scenario at `out`. Throws BadInput with all mistakes of options. */
export function importOptions(options: LaunchOptions, file: string, out: string): ImportOptions {
  const problems: LocatedProblem[] = [];
  for (const name of LOAD) {
    const answer = options[name];
    const problem = answer === undefined ? undefined : QUESTIONS[name].problem(answer);
    if (problem !== undefined)
      problems.push({ ...plainProblem(`--${name}`, problem.message), given: answer!, suggestion: problem.suggestion });
  }
  const env = new Map<string, string>();
  for (const text of options.env ?? []) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) problems.push(plainProblem("--env", `${text} given; wanted NAME=VALUE`));
    else env.set(name, value!);
  }
  if (problems.length > 0) throw new BadInput(problems);
  const { engineVersion, only, gpu, rate, prompt, output, ttft, tpot } = options;
  const model = options.model && modelPath(options.model, out);
  const beside = fileBeside(file);
  return {
    file,
    env,
    model,
    engineVersion,
    only,
    read: (name) => (name === model ? fileAt(resolve(dirname(out), name)) : beside(name)),
    ...defined({ gpu, rate, prompt, output, ttft, tpot }),
  };
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Path of a model; for a folder that of its config.json, as the scenario at `out` names it. */
function modelPath(model: string, out: string): string {
  const isFolder = existsSync(model) && statSync(model).isDirectory();
  const path = isFolder ? join(model, "config.json") : model;
  return /\.json$/.test(path)
    ? relative(dirname(resolve(out)), resolve(path))
        .split(sep)
        .join("/")
    : path;
}

/** Reads a file that a launch names, from the folder of the launch alone: by its path in there, or by its last name. */
function fileBeside(file: string): (name: string) => string | undefined {
  const folder = dirname(resolve(file));
  return (name) => {
    const inside = resolve(folder, name);
    const paths = [...(inside.startsWith(`${folder}${sep}`) ? [inside] : []), join(folder, name.replace(/^.*[\\/]/, ""))];
    return paths.map(fileAt).find((text) => text !== undefined);
  };
}

function fileAt(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readTextFile(path, LARGEST_SCENARIO) : undefined;
}

/** `run`, with the problems of an import as those of the command. */
export function importing<T>(run: () => T, texts: ReadonlyMap<string, string> = new Map()): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof ImportProblems
      ? new BadInput(
          error.problems.map((problem) => importProblem(problem)),
          texts,
        )
      : error;
  }
}

/** A problem of an import with its place; without one it is a problem of `file`. */
export function importProblem({ place, subject, given, wanted, suggestion }: ImportProblem, file = "import"): LocatedProblem {
  const what = subject === "" ? given : `${subject}: ${given}`;
  const plain = plainProblem(place?.file ?? file, `${what}; wanted ${wanted}`);
  return { ...plain, line: place?.line ?? null, column: place?.column ?? null, given, suggestion: suggestion ?? null };
}
