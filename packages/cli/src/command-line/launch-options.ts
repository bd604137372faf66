import type { Command } from "commander";
import type { LaunchOptions } from "../scenarios/import-options.ts";
import { appended, countingNumber, named } from "./option-values.ts";

type Name = keyof LaunchOptions;

const OPTIONS: Readonly<Record<Name, readonly [flags: string, says: string, read?: (text: string, before: never) => unknown]>> = {
  gpu: ["--gpu <name>", "the GPU, a preset (h100-sxm)"],
  model: ["--model <name>", "the model in place of the launch's: a preset, a name of the hub, or a folder with its config.json", named],
  engineVersion: ["--engine-version <version>", "the engine's version, where the launch names none", named],
  env: ["--env <name=value>", "the value of a variable that the launch names; repeatable", appended],
  only: ["--only <n>", "take this one of several servers", countingNumber],
  rate: ["--rate <rate>", "rate of requests (4 requests/s)"],
  prompt: ["--prompt <tokens>", "prompt tokens of a request, on average (600)"],
  output: ["--output <tokens>", "output tokens of a request, on average (180)"],
  ttft: ["--ttft <time>", "time to first token of 99 % of the requests (1 s)"],
  tpot: ["--tpot <time>", "time per output token of 99 % of the requests (50 ms)"],
};

const ALL = Object.keys(OPTIONS) as Name[];

/** Options for a launch, which states its model and load itself. */
export const MACHINE: readonly Name[] = ["gpu", "engineVersion", "env", "only"];

/** `command` with options for what a launch leaves open. */
export function launchOptions(command: Command, names: readonly Name[] = ALL): Command {
  command.optionsGroup("Where a launch is given in place of a scenario:");
  for (const name of names) {
    const [flags, says, read] = OPTIONS[name];
    if (read === undefined) command.option(flags, says);
    else command.option(flags, says, read as (text: string) => unknown);
  }
  return command.optionsGroup("Options:");
}

/** `options` with those of a launch in a map of their own, where one is given. */
export function ofLaunch<T extends object>(options: T, names: readonly Name[] = ALL): Omit<T, Name> & { readonly launch?: LaunchOptions } {
  const isOf = (key: string) => names.includes(key as Name);
  const launch = Object.entries(options).filter(([key]) => isOf(key));
  const others = Object.fromEntries(Object.entries(options).filter(([key]) => !isOf(key))) as Omit<T, Name>;
  return launch.length === 0 ? others : { ...others, launch: Object.fromEntries(launch) };
}
