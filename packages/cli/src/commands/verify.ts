import type { Problem } from "@tokenyard/scenario";
import { type Verification, type VerifyOptions, type VerifyProgress, verify, verifyProblems } from "@tokenyard/study";
import { answeredScenario, writeAnswer } from "../files/answer-file.ts";
import { ofOneProblems, sharedFileProblems } from "../files/destination.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type OpenScenario, openScenarios, type Reader, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { verificationPage, verificationText } from "../studies/verification-text.ts";
import { type ExitCode, FINE, MISSED } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface VerifyCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly full?: boolean;
  readonly leaveOut?: string;
  readonly formats?: boolean;
  /** Takes the verification as a page. */
  readonly html?: string;
}

/**
 * Executes the plans of the scenarios with numbers, beside one device; exit code 1 if one computes something else, or moves what is not
 * priced.
 */
export async function verifyScenarios(
  files: readonly string[],
  options: VerifyCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const { full = false, leaveOut, formats = false } = options;
  const asked = { full, formats, ...(leaveOut === undefined ? {} : { leaveOut }) };
  const pages = (readers: readonly Reader[]) => verifyPageProblems(options.html, readers);
  const opened = await openScenarios(files, options, terminal, simulation, pages, pages);
  const problems = opened.flatMap((each) => located(verifyProblems(each.given, asked), each));
  if (problems.length > 0) throw new BadInput(problems);
  const verdicts = opened.map((each, index) => {
    const verification = shownVerification(each.given, asked, terminal);
    terminal.out.write(
      options.json
        ? `${JSON.stringify(verification satisfies Verification)}\n`
        : `${index > 0 ? "\n" : ""}${verificationText(verification, terminal.out)}`,
    );
    writeAnswer(options.html, () => ({ ...verificationPage(verification), scenarios: [answeredScenario(each, simulation)] }));
    return verification.verdict;
  });
  return verdicts.includes("failed") ? MISSED : FINE;
}

/** Verifies a plan, and shows how far it is. */
function shownVerification(given: OpenScenario["given"], asked: VerifyOptions, { err }: Terminal): Verification {
  const progress = new StudyProgress(err, `verification of ${given.name}`, performance.now(), "visit");
  const onProgress = ({ done, of, doing }: VerifyProgress) =>
    progress.show({ ended: done, most: of, best: undefined, doing }, performance.now());
  try {
    return verify(given, { ...asked, onProgress });
  } finally {
    progress.clear();
  }
}

/** Problems of a page, which is of one scenario. */
function verifyPageProblems(html: string | undefined, readers: readonly Reader[]): LocatedProblem[] {
  return html === undefined ? [] : [...ofOneProblems("--html", html, readers.length), ...sharedFileProblems(readers, [["--html", html]])];
}

/** Problems of options at these, all others where they are in the scenario's file. */
function located(problems: readonly Problem[], { refused }: OpenScenario) {
  return problems.flatMap((problem) => {
    const { path, given = "", wanted, suggestion = null } = problem;
    const isOption = `${path[0]}`.startsWith("--");
    return isOption ? [{ ...wrongValue(`${path[0]}`, "", given, wanted), suggestion }] : refused([problem]).problems;
  });
}
