import type { Commands } from "./command.ts";
import { launchOptions, MACHINE, ofLaunch } from "./launch-options.ts";
import { countingNumber, named } from "./option-values.ts";
import { changedCommand, FILE, WORKERS } from "./scenario-commands.ts";

/** Commands between scenarios and launches of engines. */
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
    launchOptions(
      changedCommand(
        program,
        "launch",
        "print the commands or the manifest that launch the servers of a scenario, a report, what optimize --json prints, or another launch",
      ),
      MACHINE,
    )
      .argument("<file>", FILE)
      .option("--for <target>", "vllm, sglang, trtllm, dynamo or kubernetes", named)
      .option("--model <name>", "the model as the engine is given it, where no preset says it", named)
      .option("--draft <name>", "a draft of its own (eagle, draft-model) as the engine is given it", named)
      .option("--out <folder>", "write the files there instead", named)
      .option("--json", "print the files as a line of JSON")
      .action((file: string, options) =>
        action(options.json, async () =>
          (await import("../commands/launch.ts")).launchScenario(file, ofLaunch(options, MACHINE), terminal),
        )(),
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
      .option("--replications <n>", "pairs of runs (32 of short runs, else 8)", countingNumber)
      .option("--workers <n>", WORKERS, countingNumber)
      .option("--json", "print a line of JSON")
      .action((a: string, b: string, options) =>
        action(options.json, async () => (await import("../commands/diff.ts")).diff([a, b], ofLaunch(options), terminal, hall))(),
      );
  },
};
