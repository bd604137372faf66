import { valuesOf } from "@tokenyard/report";
import { engineNotes, hashOf, resolvedOf } from "@tokenyard/scenario";
import type { Simulation } from "../runs/simulation.ts";
import { openScenarios, type ScenarioOptions } from "../scenarios/open-scenarios.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { inspectionText } from "../terminal/inspection-text.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface CheckCommandOptions extends ScenarioOptions {
  readonly json?: boolean;
}

/** Prints facts on the scenarios without a run; their problems end the command before anything is printed. */
export async function check(
  files: readonly string[],
  options: CheckCommandOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const opened = await openScenarios(files, options, terminal, simulation);
  for (const [index, { scenario, setup }] of opened.entries()) {
    const inspection = simulation.inspect(setup);
    const resolved = resolvedOf(scenario);
    const values = valuesOf(resolved, inspection.assumed, inspection.plan);
    if (options.json) {
      const head = { name: scenario.name, hash: hashOf(resolved) };
      const engine = scenario.engine === undefined ? {} : { engine: engineNotes(resolved) };
      terminal.out.write(`${JSON.stringify({ scenario: head, seed: scenario.seed, ...inspection, assumedValues: values, ...engine })}\n`);
    } else {
      terminal.out.write(
        `${index > 0 ? "\n" : ""}${inspectionText(scenario.name, inspection, terminal.out, values, engineNotes(resolved))}`,
      );
    }
  }
  return FINE;
}
