import type { QueueQuestion } from "../commands/queue.ts";
import type { Commands } from "./command.ts";
import { appended, countingNumber, named } from "./option-values.ts";
import { cachedCommand, PLUGIN } from "./scenario-commands.ts";

const QUESTIONS = ["status"] satisfies QueueQuestion[];

/** The commands of studies beyond one machine. */
export const distributedCommands: Commands = {
  merge(program, { action, terminal }) {
    program
      .command("merge")
      .description("merge the shards of a sweep, as if one process had run it")
      .argument("<study...>", "files that sweep --shard --out wrote")
      .requiredOption("--out <file>", "the study file to write", named)
      .option("--partial", "merge although shards are missing")
      .action((files: string[], options) =>
        action(false, async () => (await import("../commands/merge.ts")).merge(files, options, terminal))(),
      );
  },

  worker(program, { action, terminal }) {
    cachedCommand(program.command("worker"))
      .description("run points from a queue, until Ctrl-C")
      .requiredOption("--queue <url>", "a Valkey or Redis server, such as redis://host:6379, or rediss:// for TLS", named)
      .option("--threads <n>", "one for each core unless given", countingNumber)
      .option("--folder <dir>", "folder with the files that scenarios name, shared with the clients (.)", named)
      .option("--plugin <file>", PLUGIN, appended)
      .option("--metrics <port>", "serve metrics for Prometheus, such as 9464, or 0.0.0.0:9464 for other machines")
      .option("--idle <time>", "end after this time without work, such as '600 s'")
      .option("--lease <time>", "give a worker's jobs to others after this time without a sign of it (15 s)")
      .action((options) => action(false, async () => (await import("../commands/worker.ts")).work(options, terminal))());
  },

  queue(program, { action, terminal }) {
    program
      .command("queue")
      .description("print the jobs, workers and studies of a queue")
      .addArgument(program.createArgument("<what>", "what to print").choices(QUESTIONS))
      .requiredOption("--queue <url>", "a Valkey or Redis server, such as redis://host:6379", named)
      .option("--json", "print it as one line of JSON")
      .action((what: QueueQuestion, options) =>
        action(options.json, async () => (await import("../commands/queue.ts")).queue(what, options, terminal))(),
      );
  },
};
