import { Command, CommanderError } from "commander";
import { outcomeOf } from "../outcomes/outcome.ts";
import type { Simulation } from "../runs/simulation.ts";
import { BAD_INPUT, type ExitCode, FINE } from "../terminal/exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { VERSION } from "../terminal/version.ts";
import type { Commands } from "./command.ts";
import { distributedCommands } from "./distributed-commands.ts";
import { examplesText } from "./examples.ts";
import { fileCommands } from "./file-commands.ts";
import { launchCommands } from "./launch-commands.ts";
import { observeCommands } from "./observe-commands.ts";
import { refuse } from "./option-values.ts";
import { pageCommands } from "./page-commands.ts";
import { withPictures } from "./picture-option.ts";
import { referenceCommands } from "./reference-commands.ts";
import { runCommands } from "./run-commands.ts";
import { studyCommands } from "./study-commands.ts";

/** Commands in the order of the help. */
const COMMANDS: Commands = {
  ...runCommands,
  ...pageCommands,
  ...studyCommands,
  ...distributedCommands,
  ...observeCommands,
  ...launchCommands,
  ...fileCommands,
  ...referenceCommands,
};

/** Parts that a test may replace. */
export interface Replacements {
  readonly simulation?: Simulation;
}

/** Carries out the command line `args` (without the program's name) and gives the exit code. Commands are loaded when they are called. */
export async function commandLine(args: readonly string[], terminal: Terminal, { simulation }: Replacements = {}): Promise<ExitCode> {
  let code: ExitCode = FINE;
  const action = (json: boolean | undefined, command: () => Promise<ExitCode>) => async () => {
    code = await outcomeOf(command, terminal, json ?? false);
  };
  let isCached = true;
  const hall = async (): Promise<Simulation> => simulation ?? (await loadedHall(isCached));
  const json = args.includes("--json"); // asked before the arguments are known to be right

  const program = new Command("tokenyard")
    .description("Simulates inference clusters for mixture-of-experts language models.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => (json ? undefined : terminal.err.write(text)),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .showHelpAfterError("(tokenyard --help shows more)")
    .exitOverride()
    .hook("preAction", (_, command) => {
      refuse(command);
      isCached = command.getOptionValue("cache") !== false;
    });

  const called = args[0] ?? "";
  const adds = Object.hasOwn(COMMANDS, called) && called !== "completion" ? [COMMANDS[called]!] : Object.values(COMMANDS);
  for (const add of adds) add(program, { action, terminal, hall });
  for (const command of [program, ...program.commands]) {
    command.addHelpText("after", () => examplesText(command === program ? "" : command.name()));
  }
  const split = launchInWords(args);
  if (split !== undefined && called !== "import") {
    return outcomeOf(() => refusedWords(split), terminal, json);
  }
  try {
    await program.parseAsync(understood(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return FINE;
    if (split !== undefined && !json) terminal.err.write(`${split}: ${IN_WORDS}\n`);
    if (json) {
      const { plainProblem } = await import("../terminal/located-problem.ts");
      const messages = error.message.split(/^error: /m).filter((message) => message !== "");
      const problems = messages.map((message) => plainProblem("command line", message.trim().replace(/\s+/g, " ")));
      terminal.out.write(`${JSON.stringify({ problems })}\n`);
    }
    return BAD_INPUT;
  }
  return code;
}

/** Loads the simulator, and its cache if requested. */
async function loadedHall(isCached: boolean): Promise<Simulation> {
  const [simulator, { cachedSimulation }, { cacheFolder }] = await Promise.all([
    import("@tokenyard/simulator"),
    import("../runs/simulation.ts"),
    import("../cache/cache-folder.ts"),
  ]);
  return cachedSimulation(simulator, isCached ? cacheFolder(process.env, process.platform) : undefined);
}

const IN_WORDS = "the words of a launch line; wanted it in quotes as one argument, or a file; for import also behind --";

/** Loads parsers late: help and mistakes start without the scenario's format. */
async function refusedWords(split: string): Promise<never> {
  const [{ BadInput }, { plainProblem }] = await Promise.all([
    import("../outcomes/bad-input.ts"),
    import("../terminal/located-problem.ts"),
  ]);
  throw new BadInput([plainProblem(split, IN_WORDS)]);
}

/** The first word of a launch line that is given as separate words, so that its flags would be read as options. */
function launchInWords(args: readonly string[]): string | undefined {
  const behind = args.indexOf("--");
  const own = behind < 0 ? args : args.slice(0, behind);
  return own.find(
    (word, at) =>
      at > 0 && ((/^(?:vllm|sglang)$/.test(word) && own[at + 1] === "serve") || word === "trtllm-serve" || word === "sglang.launch_server"),
  );
}

/**
 * Arguments for commander: for help on an unknown command, that command alone, which it refuses; it would print the help of all of them.
 */
function understood(args: readonly string[]): readonly string[] {
  if (args.length === 0 || (args[0] === "help" && args[1] === "help")) return ["--help"];
  const name = args[0] === "help" ? args[1] : args[0];
  const isThere = name === undefined || name.startsWith("-") || name === "help" || Object.hasOwn(COMMANDS, name);
  const asksForHelp = args[0] === "help" || args.includes("--help") || args.includes("-h");
  return asksForHelp && !isThere ? [name] : withPictures(args);
}
