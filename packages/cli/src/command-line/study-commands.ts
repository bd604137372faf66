import type { DesignKind } from "@tokenyard/study";
import { Option } from "commander";
import type { Commands } from "./command.ts";
import { appended, countingNumber, named } from "./option-values.ts";
import { cachedCommand, changedCommand, FILE, QUEUE, studyCommand, WORKERS } from "./scenario-commands.ts";

const DESIGNS = ["cross", "zip", "latin-hypercube", "sobol"] satisfies DesignKind[];

/** The commands that run a scenario many times over. */
export const studyCommands: Commands = {
  sweep(program, { action, terminal, hall }) {
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
      .option("--precision <share>", "run each point with more seeds until half of each interval is at most this, such as '5 %'")
      .option("--shard <i/N>", "run only the i-th of N shards, for `tokenyard merge`")
      .option("--yes", "run more than 100,000 points without asking")
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
  },

  optimize(program, { action, terminal, hall }) {
    const objectives: { readonly text: string; readonly better: "less" | "more" }[] = []; // in the order in which they are given
    const objective = (better: "less" | "more") => (text: string) => void objectives.push({ text, better });
    studyCommand(
      changedCommand(program, "optimize", "find the plan that meets the targets and is best by an objective").argument("<file>", FILE),
    )
      .option(
        "--minimize <metric>",
        "minimize this metric, such as gpus, as with --users or --rate alone; repeatable: the first objective counts most, and the Pareto front is printed",
        objective("less"),
      )
      .option("--maximize <metric>", "maximize this metric, such as throughputPerGpu", objective("more"))
      .option("--subject-to <condition>", "constraint instead of the targets, such as 'ttft.p99 <= 10 s'; repeatable", appended)
      .option("--targets", "also require the targets, in addition to --subject-to")
      .option("--max-gpus <n>", "maximum GPUs of a plan (1024)", countingNumber)
      .option("--rate <rate>", "the load instead of the scenario's: requests that arrive, such as '20 requests/s'")
      .option("--users <n>", "the load instead of the scenario's: users who each wait for an answer", countingNumber)
      .option("--think <time>", "time of a user from an answer to the next prompt, such as '30 s' (0 s)")
      .option("--vary <path=values>", "search only these values of a path, or search another path; repeatable", appended)
      .option(
        "--budget <amount>",
        "maximum plans to run, such as 200, maximum time, such as '90 s', or how many of the plans left out may be better, such as '5 %'",
      )
      .option("--replications <n>", "seeds over which the best plans are judged together (1)", countingNumber)
      .option("--no-formula", "under load, run every plan that is not proved away, and leave none out by the formula of loads")
      .option("--strict", "exit with 1 when no plan that was run meets the constraints, as without it")
      .action((file: string, options) =>
        action(options.json, async () => {
          const { optimizeScenario } = await import("../commands/optimize.ts");
          return optimizeScenario(file, { ...options, objectives }, terminal, await hall());
        })(),
      );
  },

  capacity(program, { action, terminal, hall }) {
    cachedCommand(
      changedCommand(
        program,
        "capacity",
        "find the highest load at which the targets hold: a rate, users of a closed loop, or a trace's speed",
      ),
    )
      .argument("<file>", FILE)
      .option("--json", "print the result as one line of JSON")
      .option("--html <file>", "also write the answer as a page, in one file that needs no network and no scripts", named)
      .option("--subject-to <condition>", "constraint instead of the targets, such as 'ttft.p99 <= 1 s'; repeatable", appended)
      .option(
        "--attainment <share>",
        "require this share of the requests to meet their latency targets, instead of the targets, such as '99 %'",
      )
      .option("--targets", "also require the targets, in addition to --subject-to or --attainment")
      .option("--from <load>", "the lowest load to try, such as '2 requests/s', or a number of users or a speed")
      .option("--to <load>", "the highest load to try")
      .option("--precision <share>", "relative width of the answer, from the highest load that holds to the lowest that fails (5 %)")
      .option(
        "--replications <n>",
        "seeds for each load, which holds when every run does (3, and fresh ones for what surely holds)",
        countingNumber,
      )
      .option("--no-formula", "begin at the scenario's own load, and not where the formula of loads says; the answer is the same")
      .option("--strict", "exit with 1 when the scenario's own load does not hold, with 4 when the runs do not say")
      .option("--workers <n>", WORKERS, countingNumber)
      .option("--queue <url>", QUEUE, named)
      .action((file: string, options) =>
        action(options.json, async () => {
          const { capacityOfScenario } = await import("../commands/capacity.ts");
          return capacityOfScenario(file, options, terminal, await hall());
        })(),
      );
  },

  availability(program, { action, terminal, hall }) {
    changedCommand(program, "availability", "estimate the share of a plan in service over years of failures, and the requests lost")
      .argument("<file>", FILE)
      .option("--json", "print the result as one line of JSON")
      .option("--html <file>", "also write the answer as a page, in one file that needs no network and no scripts", named)
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
  },

  compare(program, { action, terminal, hall }) {
    cachedCommand(changedCommand(program, "compare", "run two scenarios with the same seeds and report whether they differ significantly"))
      .argument("<a>", FILE)
      .argument("<b>", "another scenario file")
      .option("--json", "print the comparison as one line of JSON")
      .option("--html <file>", "also write the answer as a page, in one file that needs no network and no scripts", named)
      .option("--replications <n>", "pairs of runs (32 of short runs, else 8)", countingNumber)
      .option("--precision <share>", "run more pairs until half of each interval is at most this, such as '1 %'")
      .option("--least <share>", "call a change that is surely smaller none, such as '1 %'")
      .option("--show <metric>", "compare this metric instead of the targets; repeatable", appended)
      .option(
        "--why",
        "also run a with its changes to b one by one, and name the shortest list that turns its answer into that of b, and the load at which the other one wins",
      )
      .option("--workers <n>", WORKERS, countingNumber)
      .action((a: string, b: string, options) =>
        action(options.json, async () => {
          const { compareScenarios } = await import("../commands/compare.ts");
          return compareScenarios([a, b], options, terminal, await hall());
        })(),
      );
  },

  alerts(program, { action, terminal, hall }) {
    cachedCommand(
      changedCommand(
        program,
        "alerts",
        "report for every alert rule whether it fires because of the faults, and which bounds would detect only them",
      ),
    )
      .argument("<file>", FILE)
      .option("--json", "print the verdicts as one line of JSON")
      .option("--html <file>", "also write the answer as a page, in one file that needs no network and no scripts", named)
      .option("--prometheus <dir>", "also write DIR/{rules.yml, test.yml, dashboard.json}, for Prometheus, promtool and Grafana", named)
      .action((file: string, options) =>
        action(options.json, async () => (await import("../commands/alerts.ts")).alertsOfScenario(file, options, terminal, await hall()))(),
      );
  },

  audit(program, { action, terminal, hall }) {
    cachedCommand(changedCommand(program, "audit", "report for every claim of a plan whether it holds, and why"))
      .argument("<file>", FILE)
      .option("--json", "print the audit as one line of JSON")
      .option("--html <file>", "also write the answer as a page, in one file that needs no network and no scripts", named)
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
  },
};
