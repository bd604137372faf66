import { resolve } from "node:path";
import type { ScenarioOptions } from "../scenarios/open-scenarios.ts";
import type { SweepOptions } from "../studies/sweep-plan.ts";
import { counted } from "../terminal/amount.ts";
import { logPath, ownCommand, type SlurmJob, shellWord, submit } from "./array-job.ts";

export interface SlurmOptions {
  /** Tasks of the array job. */
  readonly slurm?: number;
  /** Options after `#SBATCH`, such as `--partition=long`. */
  readonly slurmOption?: readonly string[];
  /** False: tasks leave the folder of the cache alone. */
  readonly cache?: boolean;
}

/** The options of a sweep by Slurm. */
export interface SlurmSweep extends SlurmOptions, ScenarioOptions, SweepOptions {
  readonly file: string;
  readonly name: string;
  /** Study file for all rows at the end. */
  readonly out: string;
}

/** Threads of a task: as many as it was given cores. */
const CORES = '"$' + '{SLURM_CPUS_PER_TASK:-1}"';
const TASK = "$SLURM_ARRAY_TASK_ID";

/** Submits a shard of the sweep for each task, and a job that merges them when all have ended; returns a summary. */
export function submitShards(order: SlurmSweep): string {
  const { slurm: tasks = 1, slurmOption = [], out } = order;
  const name = jobName(order.name);
  const stem = out.replace(/\.duckdb$/, "");
  const shard = (task: string | number) => `${stem}.shard-${task}.duckdb`;
  const quoted = `${shellWord(`${stem}.shard-`)}${TASK}.duckdb`;
  const own = `--shard ${TASK}/${tasks} --out ${quoted} --resume --workers ${CORES}`;
  const sweep: SlurmJob = {
    script: `${stem}.sbatch`,
    name,
    tasks,
    options: slurmOption,
    log: `${logPath(stem)}.%a.log`,
    command: `${ownCommand()} sweep ${shellWord(order.file)} ${sweepWords(order).map(shellWord).join(" ")} ${own}`,
  };
  const shards = Array.from({ length: tasks }, (_, i) => shellWord(shard(i + 1)));
  const merge: SlurmJob = {
    script: `${stem}.merge.sbatch`,
    name: `${name}-merge`,
    options: slurmOption,
    log: `${logPath(stem)}.merge.log`,
    command: `${ownCommand()} merge ${shards.join(" ")} --out ${shellWord(out)}\nrm -f -- ${shards.join(" ")}`,
  };
  const [job, last] = submit([sweep, merge]);
  return `job ${job}: ${counted(tasks, "shard")}; job ${last} merges them into ${resolve(out)}\n`;
}

/** Submits workers of a queue, which end when the queue is empty; returns a summary. */
export function submitWorkers({
  name,
  queue,
  slurm: tasks = 1,
  slurmOption = [],
  cache,
}: SlurmOptions & { readonly name: string; readonly queue: string }): string {
  const stem = `${jobName(name)}.workers`;
  const [job] = submit([
    {
      script: `${stem}.sbatch`,
      name: stem,
      tasks,
      options: slurmOption,
      log: `${stem}.%a.log`,
      command: `${ownCommand()} worker --queue ${shellWord(queue)} --threads ${CORES} --idle '120 s'${cache === false ? " --no-cache" : ""}`,
    },
  ]);
  return `job ${job}: ${counted(tasks, "worker")}\n`;
}

/** The options that decide which points there are, and whether tasks share tables, as they would be typed. */
function sweepWords({ set = [], seed, vary = [], mode, points, where = [], replications, cache }: SlurmSweep): string[] {
  const one = (option: string, value: string | number | undefined) => (value === undefined ? [] : [option, String(value)]);
  return [
    ...set.flatMap((text) => ["--set", text]),
    ...one("--seed", seed),
    ...vary.flatMap((text) => ["--vary", text]),
    ...one("--mode", mode),
    ...one("--points", points),
    ...where.flatMap((text) => ["--where", text]),
    ...one("--replications", replications),
    ...(cache === false ? ["--no-cache"] : []),
  ];
}

function jobName(name: string): string {
  return name.replace(/[^\w.-]+/g, "-").slice(0, 64);
}
