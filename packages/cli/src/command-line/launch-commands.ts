import type { Command } from "commander";
import type { Commands } from "./command.ts";
import { appended, countingNumber, named } from "./option-values.ts";
import { changedCommand, FILE, WORKERS } from "./scenario-commands.ts";

/** What a launch does not say. */
function launchOptions(command: Command): Command {
  return command
    .option("--gpu <name>", "the GPU, a preset (h100-sxm)")
    .option("--model <name>", "the model in place of the launch's: a preset, a name of the hub, or a folder with its config.json", named)
    .option("--engine-version <version>", "the engine's version, where the launch names none", named)
    .option("--env <name=value>", "the value of a variable that the launch names; repeatable", appended)
    .option("--only <n>", "take this one of several servers", countingNumber)
    .option("--rate <rate>", "rate of requests (4 requests/s)")
    .option("--prompt <tokens>", "prompt tokens of a request, on average (600)")
    .option("--output <tokens>", "output tokens of a request, on average (180)")
    .option("--ttft <time>", "time to first token of 99 % of the requests (1 s)")
    .option("--tpot <time>", "time per output token of 99 % of the requests (50 ms)");
}

/** The commands between scenarios and what engines are launched with. */
export const launchCommands: Commands = {
  import(program, { action, terminal }) {
    launchOptions(
      program
        .command("import")
        .description(
          "make a scenario of a launch line, a script or a manifest of vLLM, SGLang, TensorRT-LLM or Dynamo; nothing of it is executed",
        )
        .argument("<launch...>", "files, a launch line in quotes or behind --, or - for standard input")
        .option("--out <file>", "where the scenario goes (standard output)", named)
        .option("--json", "print the scenario and the lists as a line of JSON"),
    ).action((what: string[], options) =>
      action(options.json, async () => (await import("../commands/import.ts")).importLaunch(what, options, terminal))(),
    );
  },

  launch(program, { action, terminal }) {
    changedCommand(
      program,
      "launch",
      "print the commands or the manifest that launch the servers of a scenario, a report, or what optimize --json prints",
    )
      .argument("<file>", FILE)
      .option("--for <target>", "vllm, sglang, trtllm, dynamo or kubernetes", named)
      .option("--model <name>", "the model as the engine is given it, where no preset says it", named)
      .option("--out <folder>", "write the files there instead", named)
      .option("--json", "print the files as a line of JSON")
      .action((file: string, options) =>
        action(options.json, async () => (await import("../commands/launch.ts")).launchScenario(file, options, terminal))(),
      );
  },

  diff(program, { action, terminal, hall }) {
    launchOptions(
      changedCommand(
        program,
        "diff",
        "print where two launches, manifests or scenarios resolve to other values; with --run, what that changes",
      ),
    )
      .argument("<a>", "a scenario, a launch line in a file, a script or a manifest; - for standard input")
      .argument("<b>", "another")
      .option("--run", "run both with the same seeds; exit code 1 when b misses a target that a meets")
      .option("--replications <n>", "pairs of runs (as many as half a minute takes)", countingNumber)
      .option("--workers <n>", WORKERS, countingNumber)
      .option("--json", "print a line of JSON")
      .action((a: string, b: string, options) =>
        action(options.json, async () => (await import("../commands/diff.ts")).diff([a, b], options, terminal, hall))(),
      );
  },
};
