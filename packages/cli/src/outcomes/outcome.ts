import { BAD_INPUT, type ExitCode, OUR_FAULT } from "../terminal/exit-code.ts";
import { problemText } from "../terminal/problem-text.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";
import { BadInput } from "./bad-input.ts";
import { faultText, missingPartText, pluginFaultText } from "./fault.ts";
import { Interrupted } from "./interrupt.ts";

/** Runs a command; exceptions become messages and an exit code: for the user's mistakes, a signal to end, or an internal fault. */
export async function outcomeOf(command: () => Promise<ExitCode>, terminal: Terminal, json: boolean): Promise<ExitCode> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof BadInput) {
      if (json) terminal.out.write(`${JSON.stringify({ problems: error.problems })}\n`);
      else terminal.err.write(problemText(error.problems, error.texts, terminal.err));
      return BAD_INPUT;
    }
    if (error instanceof Interrupted) {
      terminal.err.write(`${harmless(error.message)}\n`);
      return error.code;
    }
    const ofPlugin = pluginFaultText(error);
    if (ofPlugin !== undefined) {
      terminal.err.write(ofPlugin);
      return BAD_INPUT;
    }
    terminal.err.write(missingPartText(error) ?? faultText(error));
    return OUR_FAULT;
  }
}
