import { existsSync } from "node:fs";
import type { Problem } from "@tokenyard/scenario";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";
import { carriedScenario } from "./carried-scenario.ts";
import type { LaunchOptions } from "./import-options.ts";
import { LARGEST_SCENARIO, readTextFile, readTextStream } from "./scenario-text.ts";

/** The name of standard input in messages. */
export const STDIN = "stdin";
/** Name of a launch line among the arguments. */
export const LINE = "launch";

/** Name of `file` in messages, among `files`. */
export function nameOf(file: string, files: readonly string[]): string {
  if (file === "-") return STDIN;
  if (!isLine(file)) return file;
  const lines = files.filter(isLine);
  return lines.length === 1 ? LINE : `${LINE} ${lines.indexOf(file) + 1}`;
}

/** Text of `file`: of standard input, of a file, or the launch line itself. Throws UnreadableFile. */
export async function textOf(file: string, terminal: Terminal): Promise<string> {
  if (file !== "-") return isLine(file) ? file : readTextFile(file, LARGEST_SCENARIO);
  if (terminal.in.isTTY) terminal.err.write("reading a scenario from the terminal; Ctrl-D ends it\n");
  return readTextStream(terminal.in, STDIN, LARGEST_SCENARIO);
}

/** Whether the argument for a file is a launch line in quotes. */
export function isLine(file: string): boolean {
  return /\s/.test(file) && SERVERS.test(file) && !existsSync(file);
}

const SERVERS = /^(?:\w+=\S*\s+)*(?:vllm\s+serve|sglang\s+serve|trtllm-serve|python3?\s+-m\s+(?:vllm|sglang|dynamo)\b|docker\s+run)/;

/** Text of a scenario; for one made from a launch, with the places of its problems in the launch. */
export interface GivenScenario {
  readonly text: string;
  readonly problemsOf?: (problems: readonly Problem[]) => readonly LocatedProblem[];
}

/**
 * The scenario of `text`: of a report the one that it contains; of a launch line, a script or a manifest the one that it becomes, with the
 * assumptions.
 */
export async function scenarioOf(text: string, file: string, terminal: Terminal, options?: LaunchOptions): Promise<GivenScenario> {
  if (/^(?:tokenyard|extends)\s*:/m.test(text)) return { text };
  const carried = carriedScenario(text);
  if (carried !== undefined) return { text: carried };
  const { importText, isLaunch, launchProblems: problemsInLaunch } = await import("@tokenyard/engines");
  if (!isLaunch(text)) return { text };
  const { importing, importOptions, importProblem } = await import("./import-options.ts");
  const imported = importing(() => importText(text, importOptions(options ?? {}, file, file)), new Map([[file, text]]));
  const notes = [...imported.notModelled.map((each) => `not modelled: ${each}`), ...imported.assumed.map((each) => `assumed: ${each}`)];
  terminal.err.write(harmless(notes.map((each) => `${file}: ${each}\n`).join("")));
  const problemsOf = (problems: readonly Problem[]) =>
    problemsInLaunch(problems, imported.deployment).map((problem) => importProblem(problem, file));
  return { text: imported.text, problemsOf };
}

/** Problems of launch options that are given for a scenario. */
export function launchProblems(launch: LaunchOptions = {}): LocatedProblem[] {
  return Object.keys(launch).map((name) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return plainProblem(option, "given for a scenario, which says that itself; wanted --set, or a launch line or manifest");
  });
}
