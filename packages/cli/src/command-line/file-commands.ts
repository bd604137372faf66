import type { Command } from "commander";
import type { Commands } from "./command.ts";
import { countingNumber, named, wholeNumber } from "./option-values.ts";
import { cachedCommand, QUEUE, WORKERS } from "./scenario-commands.ts";

/** The commands that read files of results, of traces or of measurements, and make others of them. */
export const fileCommands: Commands = {
  query(program, { action, terminal }) {
    program
      .command("query")
      .description(
        "query a study file with SQL, for example: select index, ttft from results; without a query, print the columns of results",
      )
      .argument("<study>", "a file that --out wrote")
      .argument("[sql]", "an SQL query of the view results or the tables points and study")
      .option("--json", "print each row as a line of JSON")
      .action((file: string, sql: string | undefined, options) =>
        action(options.json, async () => (await import("../commands/query.ts")).query(file, sql, options, terminal))(),
      );
  },

  export(program, { action }) {
    program
      .command("export")
      .description("write the results in a study file as Parquet, CSV or lines of JSON")
      .argument("<study>", "a file that --out wrote")
      .argument("<destination>", "a name that ends in .parquet, .csv or .jsonl")
      .action((file: string, destination: string) =>
        action(false, async () => (await import("../commands/export.ts")).exportResults(file, destination))(),
      );
  },

  experts(program, { action, terminal }) {
    program
      .command("experts")
      .description("convert a trace of the experts that tokens chose to a table for a recorded gate")
      .argument("<trace>", "CSV or Parquet: a column layer, and expert, experts (lists), or expert0, expert1, …")
      .argument("<destination>", "a name that ends in .csv")
      .option("--experts <n>", "experts of a layer (default: from the highest number in the trace)", countingNumber)
      .option(
        "--every <time>",
        "write a table for each interval of this length, by a column time in seconds, and print the gate that reads them",
      )
      .action((trace: string, destination: string, options) =>
        action(false, async () => (await import("../commands/experts.ts")).experts(trace, destination, options, terminal))(),
      );
  },

  "import-kernels"(program, { action, terminal }) {
    program
      .command("import-kernels")
      .description(
        "convert kernels measured by AIConfigurator, Vidur or LLMServingSim to a table for `cluster.kernels: { kind: table }`, or their collectives, exchanges and sends to one for `cluster.network.files`",
      )
      .argument("<sources...>", "their files, CSV or Parquet")
      .requiredOption("--out <table>", "output file: a name that ends in .csv", named)
      .option("--model <name>", "the model that was measured, if a file names no sizes: a preset, or a config.json of Hugging Face", named)
      .option("--tensor <n>", "ranks that share each matrix of that model (1)", countingNumber)
      .option("--weights <format>", "format of weights and cache, if a file names none (bf16)", named)
      .action((sources: string[], options) =>
        action(false, async () => (await import("../commands/import-kernels.ts")).importKernels(sources, options, terminal))(),
      );
  },

  accuracy(program, { action, terminal, hall }) {
    const command = cachedCommand(program.command("accuracy"))
      .description(
        "simulate measured runs, each by its own launch line and load, and print how far TTFT, TPOT, ITL, E2E and throughput are off",
      )
      .argument("<files...>", "files of runs, of import-runs or of a tool that it reads; - for standard input");
    statedOfRuns(command)
      .option("--out <file>", "keep every result in this study file", named)
      .option("--resume", "go on with the study in --out")
      .option("--html <file>", "also write the errors as a page, in one file that needs no network and no scripts", named)
      .option("--workers <n>", WORKERS, countingNumber)
      .option("--queue <url>", QUEUE, named)
      .option("--json", "print the errors, and each run, as one line of JSON")
      .action((files: string[], options) =>
        action(options.json, async () => (await import("../commands/accuracy.ts")).accuracy(files, options, terminal, await hall()))(),
      );
  },

  calibrate(program, { action, terminal, hall }) {
    const command = cachedCommand(program.command("calibrate"))
      .description(
        "simulate measured runs, and write a file that scenarios extend: their reports then say by these runs how far a real server is off; prints how well the runs predict each other",
      )
      .argument("<files...>", "files of runs, of import-runs or of a tool that it reads; - for standard input")
      .requiredOption("--out <file>", "where the calibration goes, as YAML", named);
    statedOfRuns(command)
      .option("--json", "print what was found as one line of JSON")
      .action((files: string[], options) =>
        action(options.json, async () => (await import("../commands/calibrate.ts")).calibrate(files, options, terminal, await hall()))(),
      );
  },

  "import-runs"(program, { action, terminal }) {
    const command = program
      .command("import-runs")
      .description(
        "convert results that vllm bench serve, SGLang bench_serving, GuideLLM, AIPerf, inference-perf, llm-d's Benchmark Report, InferenceX or LLMServingSim bench wrote to lines of JSON in one form, a run each",
      )
      .argument("<files...>", "their files, JSON, lines of JSON or Parquet; - for standard input")
      .option("--out <file>", "where the lines go (standard output); as Parquet where it ends in .parquet", named);
    statedOfRuns(command).action((files: string[], options) =>
      action(false, async () => (await import("../commands/import-runs.ts")).importRuns(files, options, terminal))(),
    );
  },
};

/** Adds the options that state what a file of measured runs lacks. */
function statedOfRuns(command: Command): Command {
  return command
    .option("--gpu <name>", "the GPU, a preset, where a file does not say it", named)
    .option("--gpus <n>", "GPUs of the server, where a file does not say it", countingNumber)
    .option("--engine <name>", "vllm, sglang or trtllm, with @VERSION, where a file does not say it", named)
    .option("--launch <line>", "the line that launched the server, where a run does not have it", named)
    .option("--warm-up <n>", "requests that were sent before those that count", wholeNumber);
}
