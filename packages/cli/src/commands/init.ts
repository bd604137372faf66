import { existsSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import { loadScenario, messageOf, Problems } from "@tokenyard/scenario";
import { fileProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { ANSWER_NAMES, type AnswerName, type Answers, QUESTIONS } from "../init/answers.ts";
import { bestLayout, simulatedTrial, type TriedLayout } from "../init/best-layout.ts";
import { draft, shortened } from "../init/draft.ts";
import type { Layout } from "../init/layouts.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import type { Simulation } from "../runs/simulation.ts";
import { LARGEST_SCENARIO, readTextFile } from "../scenarios/scenario-text.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface InitCommandOptions extends Partial<Answers> {
  /** Uses the defaults where no option is given. */
  readonly yes?: boolean;
  /** A launch to make it of. */
  readonly from?: string;
}

/** Writes a runnable scenario with comments: asks a person for missing options, and uses defaults without one. */
export async function init(file: string, options: InitCommandOptions, terminal: Terminal, simulation: Simulation): Promise<ExitCode> {
  if (options.from !== undefined) {
    const { from, yes: _, ...others } = options;
    if (others.gpus !== undefined)
      throw new BadInput([plainProblem("--gpus", "given beside --from; wanted none: a launch states its degrees")]);
    const { importLaunch } = await import("./import.ts");
    return importLaunch([from], { ...others, out: file }, terminal);
  }
  const problems = placeProblems(file);
  for (const name of ANSWER_NAMES) {
    const answer = options[name];
    const problem = answer === undefined ? undefined : QUESTIONS[name].problem(answer);
    if (problem !== undefined)
      problems.push({ ...plainProblem(`--${name}`, problem.message), given: answer!, suggestion: problem.suggestion });
  }
  if (problems.length > 0) throw new BadInput(problems);
  const asks = terminal.in.isTTY === true && options.yes !== true;
  const answers = asks ? await asked(options, terminal) : usual(options);
  const { layout, headroom } = layoutOf(answers, file, simulation);
  written(file, () => writeWhole(file, draft(answers, layout, nameOf(file), file)));
  if (headroom < 0) terminal.err.write("no layout that was tried meets the targets with a short load: this is the nearest\n");
  terminal.out.write(harmless(`wrote ${file}; next: tokenyard run ${file}\n`));
  return FINE;
}

function placeProblems(file: string): LocatedProblem[] {
  return existsSync(file) ? [plainProblem(file, "already exists, and no file is overwritten; wanted another name")] : fileProblems(file);
}

function usual(given: Partial<Answers>): Answers {
  return Object.fromEntries(ANSWER_NAMES.map((name) => [name, given[name] ?? QUESTIONS[name].usual])) as unknown as Answers;
}

/** The answers of a person, a question a line; Enter accepts the default, and a wrong answer is reported and asked again. */
async function asked(given: Partial<Answers>, terminal: Terminal): Promise<Answers> {
  const answers: Partial<Record<AnswerName, string>> = { ...given };
  const lines = createInterface({ input: Readable.from(terminal.in), terminal: false })[Symbol.asyncIterator]();
  for (const name of ANSWER_NAMES) {
    const { text, usual, problem } = QUESTIONS[name];
    while (answers[name] === undefined) {
      terminal.err.write(`${text}${usual === "" ? "" : ` (${usual})`}: `);
      const { done, value = "" } = await lines.next();
      const answer = value.trim() === "" ? usual : value.trim();
      const wrong = problem(answer);
      if (wrong === undefined || done === true) answers[name] = answer;
      else terminal.err.write(harmless(`  ${wrong.message}${wrong.suggestion === null ? "" : `; did you mean ${wrong.suggestion}?`}\n`));
    }
  }
  return answers as Answers;
}

/** The layout that fits best. Throws BadInput where none holds the model. */
function layoutOf(answers: Answers, file: string, simulation: Simulation): TriedLayout {
  const read = (path: string) => readTextFile(path, LARGEST_SCENARIO);
  const gpus = answers.gpus === "" ? undefined : Number(answers.gpus);
  const textOf = (layout: Layout) => draft(answers, layout, nameOf(file), file);
  try {
    const hasExperts = loadScenario(textOf({}), { read, path: file }).scenario.model.experts !== undefined;
    const trial = simulatedTrial((layout) => shortened(textOf(layout), hasExperts), simulation, read, file);
    return bestLayout(trial, hasExperts, gpus);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    throw new BadInput(error.problems.map((problem) => plainProblem(gpus === undefined ? "--model" : "--gpus", messageOf(problem))));
  }
}

function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, "");
}
