import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ImportProblems, type Launch, type LaunchTarget, launchOf, TARGETS } from "@tokenyard/engines";
import { nearest } from "@tokenyard/scenario";
import { makeFolder } from "../cache/make-folder.ts";
import { newFolderProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { type ReadScenario, readScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface LaunchCommandOptions extends ScenarioOptions {
  readonly for?: string;
  readonly model?: string;
  readonly draft?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Prints, or writes into a folder, the commands or the manifest that launch a scenario. */
export async function launchScenario(file: string, options: LaunchCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { out, model, draft } = options;
  const problems = [...targetProblems(options.for), ...(out === undefined ? [] : newFolderProblems(out))];
  const target = options.for as LaunchTarget;
  const found = () => problems;
  const [read] = await readScenarios([file], options, terminal, (each) => each, found, found);
  const { files, remarks } = launched(read!, () => launchOf(read!.scenario, { for: target, model, draft }));
  if (out !== undefined) writeFiles(out, files);
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify({ for: target, files, remarks })}\n`);
    return FINE;
  }
  const shown = files.map(({ name, text }) => (files.length === 1 ? text : `# ${name}\n${text}`));
  terminal.out.write(out === undefined ? shown.join("\n") : harmless(files.map(({ name }) => `wrote ${join(out, name)}\n`).join("")));
  terminal.err.write(harmless(remarks.map((each) => `not as in the scenario: ${each}\n`).join("")));
  return FINE;
}

/** Result of `run`. What the engine does not support becomes problems of the scenario, at its keys. */
function launched({ refused }: ReadScenario, run: () => Launch): Launch {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ImportProblems)) throw error;
    const ofOptions = error.problems.filter(({ subject }) => subject.startsWith("--"));
    if (ofOptions.length > 0)
      throw new BadInput(ofOptions.map(({ subject, given, wanted }) => plainProblem(subject, `${given}; wanted ${wanted}`)));
    throw refused(error.problems.map(({ subject, given, wanted }) => ({ path: /^[\w.]+/.exec(subject)![0].split("."), given, wanted })));
  }
}

function targetProblems(given: string | undefined): LocatedProblem[] {
  if (given === undefined) return [plainProblem("--for", `none given; wanted ${TARGETS.join(", ")}`)];
  if ((TARGETS as readonly string[]).includes(given)) return [];
  return [{ ...wrongValue("--for", "", given, TARGETS.join(", ")), suggestion: nearest(given, TARGETS) ?? null }];
}

function writeFiles(folder: string, files: Launch["files"]): void {
  const there = files.map(({ name }) => join(folder, name)).filter((path) => existsSync(path));
  if (there.length > 0)
    throw new BadInput(there.map((path) => plainProblem(path, "already exists, and no file is overwritten; wanted another folder")));
  written(folder, () => makeFolder(resolve(folder)));
  for (const { name, text } of files)
    written(join(folder, name), () => writeWhole(join(folder, name), text, name.endsWith(".sh") ? 0o777 : 0o666));
}
