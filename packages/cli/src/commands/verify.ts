import type { Problem } from "@tokenyard/scenario";
import { type Verification, verify, verifyProblems } from "@tokenyard/study";
import { BadInput } from "../outcomes/bad-input.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type OpenScenario, openScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { verificationText } from "../studies/verification-text.ts";
import { type ExitCode, FINE, MISSED } from "../terminal/exit-code.ts";
import { wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface VerifyCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly full?: boolean;
  readonly leaveOut?: string;
  readonly formats?: boolean;
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
  const opened = await openScenarios(files, options, terminal, simulation);
  const problems = opened.flatMap((each) => located(verifyProblems(each.given, asked), each));
  if (problems.length > 0) throw new BadInput(problems);
  const verdicts = opened.map(({ given }, index) => {
    const verification = verify(given, asked);
    terminal.out.write(
      options.json
        ? `${JSON.stringify(verification satisfies Verification)}\n`
        : `${index > 0 ? "\n" : ""}${verificationText(verification, terminal.out)}`,
    );
    return verification.verdict;
  });
  return verdicts.includes("failed") ? MISSED : FINE;
}

/** Problems of options at these, all others where they are in the scenario's file. */
function located(problems: readonly Problem[], { refused }: OpenScenario) {
  return problems.flatMap((problem) => {
    const { path, given = "", wanted, suggestion = null } = problem;
    const isOption = `${path[0]}`.startsWith("--");
    return isOption ? [{ ...wrongValue(`${path[0]}`, "", given, wanted), suggestion }] : refused([problem]).problems;
  });
}
