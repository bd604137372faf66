import type { Simulation } from "../runs/simulation.ts";
import type { Reader, ReadScenario } from "../scenarios/open-scenarios.ts";
import type { LocatedProblem } from "../terminal/located-problem.ts";
import { type Answer, type AnsweredScenario, answerPage } from "./answer-page.ts";
import { ofOneProblems, sharedFileProblems } from "./destination.ts";
import { commandText } from "./report-page.ts";
import { writeWhole } from "./whole-file.ts";
import { written } from "./written.ts";

/** Reasons why no page can be written to `html`, before anything runs; empty if none is requested. */
export function answerFileProblems(html: string | undefined, readers: readonly Reader[]): LocatedProblem[] {
  return html === undefined ? [] : [...ofOneProblems("--html", html, 1), ...sharedFileProblems(readers, [["--html", html]])];
}

/** Writes `answer` as a page of the running command line, if `html` requests one. */
export function writeAnswer(html: string | undefined, answer: () => Omit<Answer, "command">): void {
  if (html === undefined) return;
  const page = answerPage({ ...answer(), command: commandText(process.argv.slice(2)) });
  written(html, () => writeWhole(html, page));
}

/** Page facts of a scenario: its warnings and assumptions, by the compiled plan. */
export function answeredScenario({ file, scenario, readPieces }: ReadScenario, simulation: Simulation): AnsweredScenario {
  return { file, scenario, inspection: simulation.inspect(simulation.prepare(scenario, { readPieces })) };
}
