import type { DesignKind } from "@tokenyard/study";
import { Command, CommanderError, Option } from "commander";
import type { Shell } from "../commands/completion.ts";
import type { SchemaName } from "../commands/schema.ts";
import { BAD_INPUT, type ExitCode, FINE } from "../outcomes/exit-code.ts";
import { outcomeOf } from "../outcomes/outcome.ts";
import type { Simulation } from "../runs/simulation.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { VERSION } from "../version.ts";
import { distributedCommands } from "./distributed-commands.ts";
import { examplesText } from "./examples.ts";
import { fileCommands } from "./file-commands.ts";
import { appended, countingNumber, named, refuse } from "./option-values.ts";
import { changedCommand, FILE, QUEUE, scenarioCommand, studyCommand, WORKERS } from "./scenario-commands.ts";

/** What a test may put in place of the real thing. */
export interface Replacements {
  readonly simulation?: Simulation;
}

/** Carries out the command line `args` (without the program's name) and gives the exit code. Commands are loaded when they are called. */
export async function commandLine(args: readonly string[], terminal: Terminal, { simulation }: Replacements = {}): Promise<ExitCode> {
  let code: ExitCode = FINE;
  const action = (json: boolean | undefined, command: () => Promise<ExitCode>) => async () => {
    code = await outcomeOf(command, terminal, json ?? false);
  };
  const hall = async (): Promise<Simulation> => simulation ?? (await import("@tokenyard/simulator"));
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
    .showHelpAfterError("(tokenyard --help tells more)")
    .exitOverride()
    .hook("preAction", (_, command) => refuse(command));

  program
    .command("init")
    .description("create a scenario; on a terminal, ask for values that no option gives")
    .argument("[file]", "where to", "plan.yaml")
    .option("--model <name>", "a preset, or a config.json of Hugging Face (llama-3.1-8b)")
    .option("--gpu <name>", "a GPU preset (h100-sxm)")
    .option("--gpus <n>", "number of GPUs (the fewest that hold the model)")
    .option("--rate <rate>", "rate of requests, such as '4 req/s'")
    .option("--prompt <tokens>", "prompt tokens of a request, on average (600)")
    .option("--output <tokens>", "output tokens of a request, on average (180)")
    .option("--ttft <time>", "time to first token of 99 % of the requests (1 s)")
    .option("--tpot <time>", "time per output token of 99 % of the requests (50 ms)")
    .option("-y, --yes", "ask nothing")
    .action((file: string, options) =>
      action(false, async () => (await import("../commands/init.ts")).init(file, options, terminal, await hall()))(),
    );

  scenarioCommand(program, "run", "simulate scenarios and print their reports")
    .option("--json", "print each report as one line of JSON")
    .option("--out <dir>", "also write DIR/name/{report.json, report.txt, scenario.yaml}", named)
    .option("--requests <file>", "write a row for each request, as .csv or .parquet", named)
    .option("--experts <file>", "write a row for each phase, layer and expert, as .csv or .parquet", named)
    .option("--metrics <file>", "write series over simulated time as OpenMetrics (for Prometheus, Grafana)", named)
    .option("--metrics-every <time>", "time between two samples (alerts.every, or 5 s)")
    .option("--metrics-only <names>", "write these series only, such as 'tokenyard_expert*,vllm:*'", named)
    .option("--spans <file>", "write a timeline of ops as a Chrome trace (for ui.perfetto.dev)", named)
    .option("--from <time>", "keep spans from this time on, such as '1.5 s'")
    .option("--to <time>", "keep spans before this time")
    .option("--ranks <list>", "keep spans of these ranks only, such as 0,8-15")
    .option(
      "--replications <n>",
      "run with this many seeds, starting at the scenario's, and print means with 95 % intervals (1)",
      countingNumber,
    )
    .option("--workers <n>", `for --replications: ${WORKERS}`, countingNumber)
    .option("--strict", "exit with 1 when a target is missed (with --replications: by any seed)")
    .option("--watch", "run again whenever a file it reads changes, until Ctrl-C")
    .option("--verbose", "log each step to standard error as lines of JSON")
    .action((files: string[], options) =>
      action(options.json, async () => (await import("../commands/run.ts")).run(files, options, terminal, await hall()))(),
    );

  scenarioCommand(program, "check", "report a plan's problems, sizes, memory and warnings without running it")
    .option("--json", "print each result as one line of JSON")
    .action((files: string[], options) =>
      action(options.json, async () => (await import("../commands/check.ts")).check(files, options, terminal, await hall()))(),
    );

  studyCommand(changedCommand(program, "sweep", "run a scenario with every combination of some values").argument("<file>", FILE))
    .option(
      "--vary <path=values>",
      "values of a path, such as parallelism.tensor=1,2,4 or workload.sequences=32..1024*2; repeatable",
      appended,
    )
    .addOption(new Option("--mode <mode>", "how the values of several paths are combined").choices(DESIGNS))
    .option("--points <n>", "number of points of latin-hypercube and sobol", countingNumber)
    .option("--where <condition>", "leave out points whose plan does not meet this, such as 'ranks <= 512'; repeatable", appended)
    .option("--replications <n>", "run each point with this many seeds", countingNumber)
    .option("--shard <i/N>", "run only the i-th of N shards, for `tokenyard merge`")
    .option("--slurm <n>", "submit n shards as an array job of Slurm, merged into --out; with --queue, n workers", countingNumber)
    .option("--slurm-option <option>", "an #SBATCH line of the job's script, such as --partition=long; repeatable", appended)
    .option("--csv", "print each point as a line of CSV")
    .option("--sort <metric>", "metric to sort by (throughputPerGpu; under load goodput / gpus)")
    .option("--against <metric>", "metric on the plot's other axis (ttft; under load ttft.p99)")
    .option("--show <metric>", "show this metric in the table instead of the targets; repeatable", appended)
    .option("--rows <n>", "maximum rows of the table (40)", countingNumber)
    .action((file: string, options) =>
      action(options.json, async () => (await import("../commands/sweep.ts")).sweep(file, options, terminal, await hall()))(),
    );

  const objectives: { readonly text: string; readonly better: "less" | "more" }[] = []; // in the order in which they are given
  const objective = (better: "less" | "more") => (text: string) => void objectives.push({ text, better });
  studyCommand(
    changedCommand(program, "optimize", "find the plan that meets the targets and is best by an objective").argument("<file>", FILE),
  )
    .option(
      "--minimize <metric>",
      "minimize this metric, such as gpus; repeatable: the first objective counts most, and the Pareto front is printed",
      objective("less"),
    )
    .option("--maximize <metric>", "maximize this metric, such as throughputPerGpu", objective("more"))
    .option("--subject-to <condition>", "constraint instead of the targets, such as 'ttft.p99 <= 10 s'; repeatable", appended)
    .option("--targets", "also require the targets, in addition to --subject-to")
    .option("--max-gpus <n>", "maximum GPUs of a plan (1024)", countingNumber)
    .option("--vary <path=values>", "search only these values of a path, or search another path; repeatable", appended)
    .option("--budget <amount>", "maximum number of plans to run, such as 200, or maximum time, such as '90 s'")
    .option("--strict", "exit with 1 when no plan that was run meets the constraints")
    .action((file: string, options) =>
      action(options.json, async () => {
        const { optimizeScenario } = await import("../commands/optimize.ts");
        return optimizeScenario(file, { ...options, objectives }, terminal, await hall());
      })(),
    );

  changedCommand(program, "capacity", "find the highest load at which the targets hold: a rate, users of a closed loop, or a trace's speed")
    .argument("<file>", FILE)
    .option("--json", "print the result as one line of JSON")
    .option("--subject-to <condition>", "constraint instead of the targets, such as 'ttft.p99 <= 1 s'; repeatable", appended)
    .option(
      "--attainment <share>",
      "require this share of the requests to meet their latency targets, instead of the targets, such as '99 %'",
    )
    .option("--targets", "also require the targets, in addition to --subject-to or --attainment")
    .option("--from <load>", "the lowest load to try, such as '2 requests/s', or a number of users or a speed")
    .option("--to <load>", "the highest load to try")
    .option("--precision <share>", "relative width of the answer, from the highest load that holds to the lowest that fails (2 %)")
    .option("--replications <n>", "seeds for each load, which holds when every run does (3)", countingNumber)
    .option("--strict", "exit with 1 when the scenario's own load does not hold")
    .option("--workers <n>", WORKERS, countingNumber)
    .option("--queue <url>", QUEUE, named)
    .action((file: string, options) =>
      action(options.json, async () => {
        const { capacityOfScenario } = await import("../commands/capacity.ts");
        return capacityOfScenario(file, options, terminal, await hall());
      })(),
    );

  changedCommand(program, "availability", "estimate the share of a plan in service over years of failures, and the requests lost")
    .argument("<file>", FILE)
    .option("--json", "print the result as one line of JSON")
    .option("--years <n>", "years to simulate (200)", countingNumber)
    .option("--no-variants", "skip the comparison with other detectors, reactions, spares and engines")
    .option("--workers <n>", "worker threads (1)", countingNumber)
    .option("--queue <url>", QUEUE, named)
    .action((file: string, options) =>
      action(options.json, async () => {
        const { availabilityOfScenario } = await import("../commands/availability.ts");
        return availabilityOfScenario(file, options, terminal, await hall());
      })(),
    );

  changedCommand(program, "compare", "run two scenarios with the same seeds and report whether they differ significantly")
    .argument("<a>", FILE)
    .argument("<b>", "another scenario file")
    .option("--json", "print the comparison as one line of JSON")
    .option("--replications <n>", "pairs of runs (10)", countingNumber)
    .option("--show <metric>", "compare this metric instead of the targets; repeatable", appended)
    .option("--workers <n>", WORKERS, countingNumber)
    .action((a: string, b: string, options) =>
      action(options.json, async () => {
        const { compareScenarios } = await import("../commands/compare.ts");
        return compareScenarios([a, b], options, terminal, await hall());
      })(),
    );

  changedCommand(
    program,
    "alerts",
    "report for every alert rule whether it fires because of the faults, and which bounds would detect only them",
  )
    .argument("<file>", FILE)
    .option("--json", "print the verdicts as one line of JSON")
    .option("--prometheus <dir>", "also write DIR/{rules.yml, test.yml, dashboard.json}, for Prometheus, promtool and Grafana", named)
    .action((file: string, options) =>
      action(options.json, async () => (await import("../commands/alerts.ts")).alertsOfScenario(file, options, terminal, await hall()))(),
    );

  changedCommand(program, "audit", "report for every claim of a plan whether it holds, and why")
    .argument("<file>", FILE)
    .option("--json", "print the audit as one line of JSON")
    .option("--markdown", "print it as Markdown, for the plan's review")
    .option("--max-replications <n>", "maximum runs of one scenario; verdicts not decided by then are undecided (24)", countingNumber)
    .option("--no-ranges", "keep assumptions at their values: do not search their ranges")
    .option("--no-remedies", "do not search for changes that would make failed claims hold")
    .option("--strict", "exit with 1 when a claim fails")
    .option("--workers <n>", WORKERS, countingNumber)
    .option("--queue <url>", QUEUE, named)
    .action((file: string, options) =>
      action(options.json, async () => (await import("../commands/audit.ts")).auditClaims(file, options, terminal, await hall()))(),
    );

  distributedCommands(program, action, terminal);

  fileCommands(program, action, terminal);

  program
    .command("presets")
    .description("list the presets, or print one as YAML")
    .argument("[name]", "name of a preset, such as h100-sxm")
    .option("--json", "print each preset as a line of JSON")
    .action((name: string | undefined, options) =>
      action(options.json, async () => (await import("../commands/presets.ts")).presets(name, options, terminal))(),
    );

  program
    .command("replay")
    .description("run the scenario in a report again and print where the two differ (exit code 1)")
    .argument("<report>", "a report.json; - for standard input")
    .option("--workers <n>", `for a report of several seeds: ${WORKERS}`, countingNumber)
    .action((file: string, options) =>
      action(false, async () => (await import("../commands/replay.ts")).replay(file, options, terminal, await hall()))(),
    );

  program
    .command("schema")
    .description("print the JSON Schema of scenarios, of reports or of audits")
    .addArgument(program.createArgument("[what]", "of what").choices(SCHEMAS).default("scenario"))
    .action((what: SchemaName) => action(false, async () => (await import("../commands/schema.ts")).schema(what, terminal))());

  program
    .command("completion")
    .description("print the completion script for a shell")
    .addArgument(program.createArgument("<shell>", "which one").choices(SHELLS))
    .action((shell: Shell) =>
      action(false, async () => {
        const { completion } = await import("../commands/completion.ts");
        const { presetList } = await import("@tokenyard/scenario");
        const presets = presetList().map(({ name }) => name);
        return completion(program, shell, presets, terminal);
      })(),
    );

  for (const command of [program, ...program.commands]) {
    command.addHelpText("after", () => examplesText(command === program ? "" : command.name()));
  }
  try {
    await program.parseAsync(understood(program, args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return FINE;
    if (json) {
      const { plainProblem } = await import("../outcomes/located-problem.ts");
      const told = error.message.split(/^error: /m).filter((message) => message !== "");
      const problems = told.map((message) => plainProblem("command line", message.trim().replace(/\s+/g, " ")));
      terminal.out.write(`${JSON.stringify({ problems })}\n`);
    }
    return BAD_INPUT;
  }
  return code;
}

/** What commander is told: where help is asked of a command that there is not, that command alone, which it refuses; it would tell of all of them. */
function understood({ commands }: Command, args: readonly string[]): readonly string[] {
  if (args.length === 0 || (args[0] === "help" && args[1] === "help")) return ["--help"];
  const name = args[0] === "help" ? args[1] : args[0];
  const isThere = name === undefined || name.startsWith("-") || name === "help" || commands.some((command) => command.name() === name);
  const asksForHelp = args[0] === "help" || args.includes("--help") || args.includes("-h");
  return asksForHelp && !isThere ? [name] : args;
}

const SCHEMAS = ["scenario", "report", "audit"] satisfies SchemaName[];
const SHELLS = ["bash", "zsh", "fish"] satisfies Shell[];
const DESIGNS = ["cross", "zip", "latin-hypercube", "sobol"] satisfies DesignKind[];
