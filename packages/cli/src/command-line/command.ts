import type { Command } from "commander";
import type { Simulation } from "../runs/simulation.ts";
import type { ExitCode } from "../terminal/exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Surroundings that a command gets. */
export interface Surroundings {
  /** Makes the action of a command from its options. */
  readonly action: (json: boolean | undefined, command: () => Promise<ExitCode>) => () => Promise<void>;
  readonly terminal: Terminal;
  /** Loads the simulator. */
  readonly hall: () => Promise<Simulation>;
}

/** Functions by name that add each command to the program: most are not called, and their options take longer to make than to read. */
export type Commands = Readonly<Record<string, (program: Command, around: Surroundings) => void>>;
