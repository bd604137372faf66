/** A command line for a folder with `plan.yaml` and similar files, with its effect. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** By command; the empty name is the program's own. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "": examples(
    ["tokenyard init plan.yaml", "create a scenario"],
    ["tokenyard run plan.yaml", "simulate it and print the report"],
    ["tokenyard help run", "list the options of `run`"],
  ),
  init: examples(
    ["tokenyard init", "ask, and write plan.yaml"],
    ["tokenyard init qwen.yaml --model qwen3-30b-a3b --gpu h200-sxm --rate '4 req/s' --yes", "ask nothing"],
  ),
  run: examples(
    ["tokenyard run plan.yaml", "the report"],
    ["tokenyard run plan.yaml --set parallelism.tensor=2 --strict", "change a value; exit code 1 when a target is missed"],
    ["tokenyard run plan.yaml other.yaml --json", "print a line of JSON for each"],
    ["tokenyard run plan.yaml --spans trace.json --to '5 ms'", "write the first 5 ms, for ui.perfetto.dev"],
    ["tokenyard run plan.yaml --svg timeline timeline.svg --to '20 ms' --svg where where.svg", "draw two pictures, for slides and issues"],
    ["tokenyard run plan.yaml --metrics run.om --metrics-every '1 ms'", "write its series, for promtool and Grafana"],
    ["tokenyard run plan.yaml --html report.html", "also write a page to send"],
    ["tokenyard run plan.yaml --html report.html --timeline --ranks 0-63", "with what these GPUs did when"],
    ["tokenyard run plan.yaml --watch", "run again whenever a file changes"],
  ),
  serve: examples(
    ["tokenyard serve plan.yaml --open", "run it in the browser, change it, and see what differs"],
    ["tokenyard serve", "the gallery"],
    ["tokenyard serve study.duckdb", "follow a study that `sweep` or `optimize` writes with --out"],
    ["tokenyard serve run.om", "give the metrics of a finished run at /metrics"],
    ["tokenyard serve plan.yaml --save page.html", "write the page with the plan as one file, to open without a server"],
  ),
  mock: examples(
    ["tokenyard mock plan.yaml", "answer at http://127.0.0.1:8000/v1 as the plan would"],
    ["tokenyard mock plan.yaml --speed 10 --port 8001", "ten simulated seconds in one"],
    ["tokenyard mock plan.yaml --replica 0 --metrics 'vllm:*,sglang:*'", "one replica, behind a router"],
    ["tokenyard mock plan.yaml --kv-events tcp://127.0.0.1:5557", "publish which blocks are cached, for routers that follow caches"],
  ),
  check: examples(["tokenyard check plan.yaml other.yaml", "print problems, sizes and memory of both"]),
  verify: examples(
    ["tokenyard verify plan.yaml", "execute it with numbers beside one device, and compare what moves with its price"],
    ["tokenyard verify plan.yaml --seed 7 --json", "with other weights; as JSON"],
    ["tokenyard verify plan.yaml --formats", "with numbers rounded as they are stored and sent, too"],
    ["tokenyard verify plan.yaml --full", "at the sizes of the model, where they are small enough"],
  ),
  sweep: examples(
    ["tokenyard sweep plan.yaml --vary parallelism.tensor=1,2,4 --vary workload.sequences=32..128*2", "all pairs"],
    [
      "tokenyard sweep plan.yaml --vary parallelism.tensor=1,2 --out study.duckdb --html study.html",
      "store the results and write a page that shows them",
    ],
    ["tokenyard sweep plan.yaml --vary workload.sequences=8..64 --mode sobol --points 6 --csv", "six points, as CSV"],
    ["tokenyard sweep plan.yaml --vary parallelism.tensor=1,2 --shard 1/2 --out shard-1.duckdb", "half of it, on one machine"],
    ["tokenyard sweep plan.yaml --vary parallelism.tensor=1,2 --shard 2/2 --out shard-2.duckdb", "and half on another"],
    ["tokenyard sweep plan.yaml --vary parallelism.tensor=1,2 --queue redis://localhost:6379", "run the points on workers of a queue"],
    [
      "tokenyard sweep plan.yaml --vary seed=1..1000 --slurm 16 --slurm-option=--time=60 --out big.duckdb",
      "run the points as 16 shards on Slurm",
    ],
  ),
  optimize: examples(
    ["tokenyard optimize plan.yaml --minimize gpus", "the fewest GPUs that meet the targets"],
    ["tokenyard optimize plan.yaml --maximize throughputPerGpu --subject-to 'ttft.p99 <= 1 s' --max-gpus 16", "use constraints"],
    ["tokenyard optimize load.yaml --minimize cost --budget '10 s' --max-gpus 8", "the best plan found in ten seconds, under load"],
    ["tokenyard optimize load.yaml --users 50 --think '10 s' --max-gpus 8", "how many GPUs carry 50 users"],
  ),
  capacity: examples(
    ["tokenyard capacity load.yaml", "the highest rate that meets the targets"],
    [
      "tokenyard capacity load.yaml --attainment '99 %' --from '2 req/s' --replications 1",
      "the highest rate at which 99 % of the requests meet them",
    ],
  ),
  availability: examples(
    ["tokenyard availability plan.yaml", "availability, compared with other detectors, reactions and engines"],
    [
      "tokenyard availability plan.yaml --set availability=rsc-1 --years 50 --no-variants",
      "with other failure rates, and without comparisons",
    ],
  ),
  compare: examples([
    "tokenyard compare plan.yaml other.yaml --show ttft.mean",
    "pairs of runs with the same seeds: is the difference real?",
  ]),
  alerts: examples(
    ["tokenyard alerts watched.yaml", "which of its rules detect the faults, give false alarms or never fire"],
    ["tokenyard alerts watched.yaml --prometheus alerts", "also write the rules, for promtool test rules alerts/test.yml"],
  ),
  audit: examples(
    ["tokenyard audit plan.yaml", "which of its claims hold, and why"],
    ["tokenyard audit plan.yaml --html audit.html", "a page to send: the verdict first, each claim opens to its arithmetic"],
    ["tokenyard audit plan.yaml --markdown --no-ranges", "a page for the plan's review, without the search of ranges"],
  ),
  merge: examples(["tokenyard merge shard-1.duckdb shard-2.duckdb --out whole.duckdb", "both halves of a sweep"]),
  worker: examples(
    ["tokenyard worker --queue redis://localhost:6379", "on this machine, one thread for each core"],
    ["tokenyard worker --queue rediss://yard@queue.example:6380 --threads 8 --metrics 9464 --idle '600 s'", "on another machine, over TLS"],
  ),
  queue: examples(["tokenyard queue status --queue redis://localhost:6379", "jobs, workers, studies"]),
  query: examples([
    "tokenyard query study.duckdb 'select index, ttft, met from results order by ttft'",
    "query the results of `sweep --out`",
  ]),
  import: examples(
    [
      "tokenyard import 'vllm serve openai/gpt-oss-120b -tp 2 --max-num-seqs 64' --gpu h100-sxm",
      "the scenario, and what became of each flag",
    ],
    ["tokenyard import serve.sh --env TP=8 --out served.yaml", "of a script, with a variable that it takes from outside"],
    ["tokenyard import deploy.yaml --gpu h200-sxm --rate '2 req/s' --out deployed.yaml", "of a manifest"],
  ),
  launch: examples(
    ["tokenyard launch load.yaml --for vllm", "the command that serves it, by vLLM"],
    ["tokenyard launch load.yaml --set parallelism.data=4 --for kubernetes --out manifests", "a manifest for four copies of it"],
  ),
  diff: examples(
    ["tokenyard diff serve.sh longer.sh --env TP=8", "the values that differ, and where each comes from"],
    ["tokenyard diff load.yaml wider.yaml --run --replications 3", "exit code 1 when a target is lost"],
  ),
  experts: examples(
    ["tokenyard experts trace.csv copies.csv", "then routing: { gate: { kind: recorded, file: copies.csv } }"],
    ["tokenyard experts trace.csv copies-of-64.csv --experts 64", "if the last of 64 experts was never chosen"],
  ),
  "import-kernels": examples(
    ["tokenyard import-kernels gemm_perf.parquet --out kernels.csv", "then cluster.kernels: { kind: table, files: [kernels.csv] }"],
    ["tokenyard import-kernels dense.csv attention.csv --model llama-3.1-8b --out llama.csv", "for files that name no sizes"],
    [
      "tokenyard import-kernels nccl_perf.parquet custom_allreduce_perf.parquet --out traffic.csv",
      "then cluster.network.files: [traffic.csv]",
    ],
  ),
  observe: examples(
    ["tokenyard observe http://localhost:8000 --rate '50 req/s' --prompt 200 --output 20 --requests 30", "how fast a server is"],
    [
      "tokenyard observe http://localhost:8000 --scenario load.yaml --out observed.jsonl",
      "under the load of a plan, beside its simulation",
    ],
    [
      "tokenyard observe http://localhost:8000 --scenario load.yaml --users 4 --max-requests 20 --api chat --key-env SERVER_KEY",
      "of four users, with the key that an environment variable has",
    ],
  ),
  accuracy: examples(
    [
      "tokenyard accuracy result.json --gpu h100-sxm --gpus 2 --engine vllm@0.19 --launch 'vllm serve Qwen/Qwen3-32B -tp 2'",
      "how far the simulator is off this run",
    ],
    [
      "tokenyard accuracy more.jsonl --gpu b200 --gpus 8 --launch 'sglang serve deepseek-ai/DeepSeek-R1 --tp 8' --json",
      "each run and the errors of all, for scripts",
    ],
  ),
  calibrate: examples(
    ["tokenyard calibrate runs.jsonl --out mine.yaml", "then `extends: mine.yaml` in a scenario of this engine and GPU"],
    ["tokenyard calibrate runs.jsonl --out again.yaml --json", "which runs count, and how well they predict each other, for scripts"],
  ),
  "import-runs": examples(
    ["tokenyard import-runs result.json --gpu h100-sxm --gpus 8 --engine vllm@0.19", "what a file does not say is asked for"],
    ["tokenyard import-runs more.jsonl --gpu b200 --gpus 8", "a run for each line"],
  ),
  export: examples(["tokenyard export study.duckdb rows.parquet", "a column for each parameter and metric"]),
  presets: examples(["tokenyard presets", "all of them"], ["tokenyard presets h100-sxm", "the values of one, with their sources"]),
  replay: examples(["tokenyard replay report.json", "check that the report can be reproduced"]),
  schema: examples(["tokenyard schema scenario", "for editors, and for programs that write scenarios"]),
  completion: examples(
    ["source <(tokenyard completion bash)", "in ~/.bashrc"],
    ["source <(tokenyard completion zsh)", "in ~/.zshrc, after compinit"],
    ["tokenyard completion fish | source", "in ~/.config/fish/config.fish"],
  ),
};

function examples(...lines: readonly (readonly [line: string, does: string])[]): Example[] {
  return lines.map(([line, does]) => ({ line, does }));
}

/** Text below the help of a command. */
export function examplesText(command: string): string {
  const lines = (EXAMPLES[command] ?? []).map(({ line, does }) => `  ${line}\n      ${does}`);
  return lines.length === 0 ? "" : `\nExamples:\n${lines.join("\n")}`;
}
