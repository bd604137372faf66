import { writeFileSync } from "node:fs";
import { errorsOf } from "../errors.ts";
import { errorsCell, tableHead, tableLine } from "../page.ts";
import type { Residual } from "../residuals/residual.ts";
import { RATIOS_FILE, readResiduals } from "../residuals/residual-file.ts";
import { dataFolder, type Row, readTable } from "../table.ts";
import { measuredOpenLoop, type OpenLoopTimes, openLoopHindrance } from "./open-loop.ts";
import { ratesTable } from "./published-rates.ts";

// Writes docs/accuracy/open-loops.md, of the ratios that pnpm accuracy:residuals FOLDER wrote: pnpm accuracy:open-loops FOLDER, from the root.

/** Gaps between tokens are in the column of TPOT. */
const TIMES = ["tpot", "ttft", "e2e"] as const;
const MEASURED = { tpot: "itl", ttft: "ttft", e2e: "e2e" } as const;

interface Scored {
  readonly row: Row;
  readonly measured: OpenLoopTimes;
  readonly residual: Residual;
}

function main(): void {
  const rows = readTable(dataFolder(), "e2e_open_loop.csv").filter((row) => row["stage"] === "-1");
  const sayable = rows.filter((row) => openLoopHindrance(row) === undefined);
  const residuals = readResiduals(RATIOS_FILE).filter(({ load }) => load === "open");
  if (residuals.length !== sayable.length)
    throw new Error(`${RATIOS_FILE} has ${residuals.length} open loops, the table ${sayable.length}`);
  const scored = sayable.map((row, at) => ({ row, measured: measuredOpenLoop(row), residual: residuals[at]! }));
  writeFileSync("docs/accuracy/open-loops.md", pageOf(scored, rows.length - scored.length));
}

/** Table row of a group's errors. */
function lineOf(name: string, scored: readonly Scored[]): string {
  const cells = TIMES.map((time) => {
    const errors = errorsOf(
      scored.map(({ residual }) => 1 / residual[time]),
      scored.map(() => 1),
    );
    return `${errorsCell(errors)}, ${errors.medianRatio.toFixed(2)}`;
  });
  return tableLine([name, String(scored.length), ...cells]);
}

function runLine({ row, measured, residual }: Scored): string {
  const { model = "", tp = "", stages = "", output = "", max_num_batched_tokens: tokens = "" } = row;
  const cells = TIMES.map((time) => {
    const ms = Number((measured[MEASURED[time]] * 1e3).toPrecision(3));
    return `${ms} ms: ${(1 / residual[time]).toFixed(2)}`;
  });
  return tableLine([`${model.slice(model.indexOf("/") + 1)}, ${tp} GPUs`, stages.replaceAll(";", ", "), output, tokens, ...cells]);
}

function pageOf(scored: readonly Scored[], left: number): string {
  const hasExperts = ({ row }: Scored) => /Mixtral|Scout/.test(row["model"] ?? "");
  const groups = {
    dense: scored.filter((each) => !hasExperts(each)),
    experts: scored.filter(hasExperts),
    all: scored,
  };
  const head = ["models", "runs", "ITL", "TTFT", "E2E"];
  return `# Accuracy of open loops

Runs of vLLM on H100 under requests at a rate, of which the means are known. A cell is the median and the 90th percentile of |simulated / measured − 1| in per cent, and the median of
simulated / measured. This page is written by \`pnpm accuracy:open-loops FOLDER\`.

${tableHead(head)}
${Object.entries(groups)
  .map(([name, own]) => lineOf(name, own))
  .join("\n")}

- Kernels of vLLM and [the host's time](../models/scheduling.md#host-time) as \`engine: vllm\` has them, which were fitted to closed loops and to these. E2E is the first token and the gaps after it, on both sides.
- Mixtral in 16 bits is simulated too fast in most runs. Why is not known. Its measured TTFT is 190 to 700 ms, where Llama 3.1 70B on four GPUs has 58 under as many requests: something else than steps that decode takes time there, at the lowest
  rate too, where ITL is right.
- First tokens of the models with known numbers of blocks (Llama 2 7B, Llama 3.1 70B, Mistral Nemo, Qwen2.5 7B) are simulated about a step too slow, of the others right: with a scheduler that composes no step ahead
  they would be nearer (1.13 in place of 1.45 in the median). Whether these servers did is not recorded.

## Runs

Measured, then simulated / measured:

${tableHead(["model", "stages, requests a second", "output", "tokens of a pass", "ITL", "TTFT", "E2E"])}
${scored.map(runLine).join("\n")}

Requests are sent by users (system prompts times users of each), who wait for their answers, at a Poisson rate: so a user pauses at random, in the mean for what its share of the rate leaves, and the rate is not
reached where answers take longer. Users begin one after another, as the rate has them; at most 1,200 requests of a stage are simulated, of which the first 30 % do not count. The servers are vLLM 0.15 with 8 GiB of the
host's memory for evicted blocks. A prompt is one of the system prompts, found in the cache, and a question; whether chats keep their history
is not recorded; it is taken not to. Outputs have the stated length; E2E over ITL says that some runs ended earlier, so E2E comes out long beside ITL.
Sizes of models without a preset are those of their config.json.${left > 0 ? ` Not said: ${left} runs.` : ""}

## Qwen3-30B-A3B on H20

Tokens a second and GPU of SGLang on four H20, 100 sequences of 4,096 + 2,048 tokens on each, by InferSim's makers; the scenarios are \`bench/accuracy/qwen-h20/*.yaml\`, with attention by data groups as their simulation
of it has it:

${ratesTable()}

\`h20\` borrows the kernels of \`h100-sxm\` over its own datasheet, with [1.35 times the share of the peak](../presets.md#what-one-fit-costs) that they reach on an H100: with the same share it was off by 22 and 20 %. Rates of
experts' rows in memory are still those of vLLM's kernels: experts take 0.61 s of the 1.11 s of a step of 16,384 prompt tokens a GPU, and 0.40 s at the datasheet's peak.

Measurements: BLIS (inference-sim, sim-to-real-accuracy-validation), facts quoted, and InferSim (Alibaba, Apache-2.0); they are not part of this repository. FOLDER holds the first as
\`e2e_open_loop.csv\` (stage, model, precision, tp, max_num_seqs, max_num_batched_tokens, kv_blocks, system_prompt, question, output, prompts, users_per_prompt, stages, ttft_mean_ms, itl_mean_ms, e2e_mean_ms).
`;
}

main();
