import type { Commands } from "./command.ts";
import { launchOptions, ofLaunch } from "./launch-options.ts";
import { appended, countingNumber, named } from "./option-values.ts";
import { pictureOrder } from "./picture-option.ts";
import { cachedCommand, PLUGIN, scenarioCommand, WORKERS } from "./scenario-commands.ts";

/** The commands of one scenario at a time: to write it, to look at it and to run it. */
export const runCommands: Commands = {
  init(program, { action, terminal, hall }) {
    program
      .command("init")
      .description("create a scenario; on a terminal, ask for values that no option gives")
      .argument("[file]", "where to", "plan.yaml")
      .option("--model <name>", "a preset, a name of the hub, or a folder or config.json of Hugging Face (llama-3.1-8b)")
      .option("--gpu <name>", "a GPU preset (h100-sxm)")
      .option("--gpus <n>", "number of GPUs (the fewest that hold the model)")
      .option("--rate <rate>", "rate of requests, such as '4 req/s'")
      .option("--prompt <tokens>", "prompt tokens of a request, on average (600)")
      .option("--output <tokens>", "output tokens of a request, on average (180)")
      .option("--ttft <time>", "time to first token of 99 % of the requests (1 s)")
      .option("--tpot <time>", "time per output token of 99 % of the requests (50 ms)")
      .option("--from <launch>", "make it of this launch line, script or manifest, as `tokenyard import` does", named)
      .option("-y, --yes", "ask nothing")
      .action((file: string, options) =>
        action(false, async () => (await import("../commands/init.ts")).init(file, options, terminal, await hall()))(),
      );
  },

  run(program, { action, terminal, hall }) {
    cachedCommand(
      launchOptions(
        scenarioCommand(program, "run", "simulate scenarios, or what a launch line or manifest stands for, and print their reports"),
      ),
    )
      .option("--json", "print each report as one line of JSON")
      .option("--out <dir>", "also write DIR/name/{report.json, report.txt, scenario.yaml}", named)
      .option("--html <file>", "also write the report as a page, in one file that needs no network", named)
      .option(
        "--timeline",
        "with --html: keep on the page what the first rank of each stage did when, or those of --ranks, from --from to --to",
      )
      .option(
        "--svg <kind> <file>",
        "also write a picture: timeline (of the first rank of each stage, or of --ranks), where (the time went) or map (of all GPUs); once for each",
        pictureOrder,
      )
      .option("--requests <file>", "write a row for each request, as .csv or .parquet", named)
      .option("--experts <file>", "write a row for each phase, layer and expert, as .csv or .parquet", named)
      .option("--per-expert", "count the copies of each expert in each layer in the report and on the page, not only their sums")
      .option("--metrics <file>", "write series over simulated time as OpenMetrics (for Prometheus, Grafana)", named)
      .option("--metrics-every <time>", "time between two samples (alerts.every, or 5 s)")
      .option("--metrics-only <names>", "write these series only, such as 'tokenyard_expert*,vllm:*'", named)
      .option("--spans <file>", "write a timeline of ops as a Chrome trace (for ui.perfetto.dev)", named)
      .option("--from <time>", "keep spans, and draw the timeline, from this time on, such as '1.5 s'")
      .option("--to <time>", "keep and draw spans before this time")
      .option("--ranks <list>", "keep and draw spans of these ranks only, such as 0,8-15")
      .option(
        "--replications <n>",
        "run with this many seeds, starting at the scenario's, and print what they say together with 95 % intervals (32 of short runs, else 8; 1 beside --per-expert and files of a single run)",
        countingNumber,
      )
      .option("--workers <n>", `threads for the seeds: ${WORKERS}`, countingNumber)
      .option("--precision <share>", "run more seeds until half of each interval is at most this share of its number, such as '5 %'")
      .option("--strict", "exit with 1 when a target is missed, with 4 when the seeds do not say whether one is met")
      .option(
        "--sure <share>",
        "exit as --strict, but by the probability that each target holds with the model's error: met from this share on, such as '90 %'",
      )
      .option("--watch", "run again whenever a file it reads changes, until Ctrl-C")
      .option("--verbose", "log each step to standard error as lines of JSON")
      .action((files: string[], options) =>
        action(options.json, async () => (await import("../commands/run.ts")).run(files, ofLaunch(options), terminal, await hall()))(),
      );
  },

  check(program, { action, terminal, hall }) {
    launchOptions(scenarioCommand(program, "check", "report a plan's problems, sizes, memory and warnings without running it"))
      .option("--json", "print each result as one line of JSON")
      .action((files: string[], options) =>
        action(options.json, async () => (await import("../commands/check.ts")).check(files, ofLaunch(options), terminal, await hall()))(),
      );
  },

  verify(program, { action, terminal, hall }) {
    launchOptions(
      scenarioCommand(program, "verify", "execute a plan with numbers: does it compute what one device computes, and move what is priced?"),
    )
      .option("--json", "print each result as one line of JSON")
      .option("--full", "keep the sizes of the model instead of making them small")
      .option("--formats", "execute it in its number formats too, and print what rounding changes")
      .option("--leave-out <op>", "pass over every op of this name, such as combine, to see what is found then", named)
      .option("--html <file>", "also write the verification as a page, in one file that needs no network and no scripts", named)
      .action((files: string[], options) =>
        action(options.json, async () =>
          (await import("../commands/verify.ts")).verifyScenarios(files, ofLaunch(options), terminal, await hall()),
        )(),
      );
  },

  replay(program, { action, terminal, hall }) {
    cachedCommand(program.command("replay"))
      .description("run the scenario in a report again and print where the two differ (exit code 1)")
      .argument("<report>", "a report.json; - for standard input")
      .option("--workers <n>", `for a report of several seeds: ${WORKERS}`, countingNumber)
      .option("--plugin <file>", PLUGIN, appended)
      .action((file: string, options) =>
        action(false, async () => (await import("../commands/replay.ts")).replay(file, options, terminal, await hall()))(),
      );
  },
};
