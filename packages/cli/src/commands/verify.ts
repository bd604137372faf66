import type { Problem } from "@tokenyard/scenario";
import { type Verification, type VerifyOptions, verifying, verifyProblems } from "@tokenyard/study";
import { answeredScenario, writeAnswer } from "../files/answer-file.ts";
import { ofOneProblems, sharedFileProblems } from "../files/destination.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { processMs } from "../outcomes/process-ms.ts";
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
  /** File to write the verification to, as an HTML page. */
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
  const verdicts: Verification["verdict"][] = [];
  for (const [index, each] of opened.entries()) {
    const verification = await shownVerification(each.given, asked, terminal);
    terminal.out.write(
      options.json
        ? `${JSON.stringify(verification satisfies Verification)}\n`
        : `${index > 0 ? "\n" : ""}${verificationText(verification, terminal.out)}`,
    );
    writeAnswer(options.html, () => ({ ...verificationPage(verification), scenarios: [answeredScenario(each, simulation)] }));
    verdicts.push(verification.verdict);
  }
  return verdicts.includes("failed") ? MISSED : FINE;
}

/** Verifies a plan, and shows how far it is. Throws Interrupted. */
async function shownVerification(given: OpenScenario["given"], asked: VerifyOptions, { err }: Terminal): Promise<Verification> {
  const progress = new StudyProgress(err, `verification of ${given.name}`, processMs(), "visit");
  const interrupt = new Interrupt();
  const steps = verifying(given, asked);
  let share = 0;
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      share = value.done / value.of;
      progress.show({ ended: value.done, most: value.of, best: undefined, doing: value.doing }, processMs());
      await interrupt.pause();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    progress.clear();
    const left = `${Math.floor(100 * share)} % of the verification of ${given.name} was done`;
    throw new Interrupted(`${left}, and nothing of it is kept; the same command begins it again`);
  } finally {
    progress.clear();
    interrupt.dispose();
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
