import { type Command, Option } from "commander";
import { appended, countingNumber, named, wholeNumber } from "./option-values.ts";

export const FILE = "a scenario file; - for standard input";
export const QUEUE = "run the points on the `tokenyard worker`s of this Valkey or Redis server, such as redis://host:6379";
export const PLUGIN = "let the code of this plug-in run, a module with policies of its own: with all rights of its user; repeatable";
export const WORKERS = "worker threads; one for each core unless given";

/** A command over scenario files, with options that change them. */
export function scenarioCommand(program: Command, name: string, description: string): Command {
  return changedCommand(program, name, description).argument("<file...>", "scenario files; - for standard input");
}

/** A command over something that --set and --seed may change. */
export function changedCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--set <path=value>", "change a value, such as cluster.gpu.memory='80 GB'; repeatable", appended)
    .addOption(new Option("--seed <n>", "use this seed instead of the scenario's").argParser(wholeNumber))
    .option("--plugin <file>", PLUGIN, appended)
    .option("--allow-plugins", "let the code of all plug-ins run that the scenario names, in its folder");
}

/** A command that runs, with an option to ignore the results of earlier runs. */
export function cachedCommand(command: Command): Command {
  return command.option(
    "--no-cache",
    "neither use nor keep tables of uneven experts in the cache folder (TOKENYARD_CACHE names it, or is off)",
  );
}

/** The options of every command that runs many points. */
export function studyCommand(command: Command): Command {
  return cachedCommand(command)
    .option("--json", "print the result as JSON; for a sweep, one line per point")
    .option("--workers <n>", WORKERS, countingNumber)
    .option("--queue <url>", QUEUE, named)
    .option("--out <file>", "keep every result in a study file, such as study.duckdb", named)
    .option("--resume", "continue the study in --out, if it exists")
    .option("--html <file>", "write a page that shows the study", named)
    .option("--verbose", "log each step to standard error as lines of JSON");
}
