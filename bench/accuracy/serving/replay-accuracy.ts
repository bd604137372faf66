import { writeFileSync } from "node:fs";
import { tableHead, tableLine } from "../page.ts";
import { dataFolder, type Row, readTable } from "../table.ts";
import { importedProfile } from "./layer-profile.ts";
import { lendersTable, type Profile } from "./profile-errors.ts";
import { datasheetOf, hindranceOf, measuredTimes, type Replay, type ReplayTimes, simulatedTimes } from "./replay.ts";
import { modelNamed } from "./serving-model.ts";

// Replays measured runs request by request and writes docs/accuracy/replays.md: pnpm accuracy:replays FOLDER, from the root.

const KINDS = ["table", "fitted", "roofline", "roofline, host time of prompts"] as const;

function main(): void {
  const requests = readTable(dataFolder(), "e2e_requests.csv");
  const layers = readTable(dataFolder(), "layer_profile.csv");
  const runs = readTable(dataFolder(), "e2e_request_runs.csv");
  const replays = runs.map((run) => ({
    run,
    requests: requests.filter((row) => row["case"] === run["case"]),
    table: tableOf(layers, run["gpu"] ?? "", run["model"] ?? ""),
  }));
  const lines = replays.filter((replay) => hindranceOf(replay) === undefined).flatMap(linesOf);
  const left = replays.flatMap((replay) =>
    hindranceOf(replay) === undefined ? [] : [`- \`${replay.run["case"]}\`: ${hindranceOf(replay)}`],
  );
  writeFileSync("docs/accuracy/replays.md", pageOf(lines, left, lendersTable(profilesOf(layers))));
}

/** The profile of a model on a GPU as a table of kernels. */
function tableOf(layers: readonly Row[], gpu: string, model: string): string {
  const name = model.slice(model.indexOf("/") + 1);
  const own = layers.filter((row) => row["gpu"] === gpu && row["model"] === name);
  return importedProfile(own, modelNamed(name) ?? "", Number(own[0]?.["tp"] ?? 1));
}

function profilesOf(layers: readonly Row[]): Profile[] {
  const keys = new Set(layers.map((row) => `${row["gpu"]} ${row["model"]}`));
  return [...keys].sort().map((key) => {
    const [gpu = "", model = ""] = key.split(" ");
    return { name: `${gpu}, ${model}`, model: modelNamed(model) ?? "", table: tableOf(layers, gpu, model), datasheet: datasheetOf(gpu) };
  });
}

function linesOf(replay: Replay): string[] {
  const measured = measuredTimes(replay);
  const rows = [
    ["measured", measured, undefined] as const,
    ...KINDS.map((kind) => [kind, simulatedTimes(replay, kind), measured] as const),
  ];
  return rows.map(([kind, times, against]) => tableLine([`\`${replay.run["case"]}\``, kind, ...cells(times, against)]));
}

function cells({ ttftSeconds, medianTtftSeconds, tpotSeconds, makespanSeconds }: ReplayTimes, against: ReplayTimes | undefined): string[] {
  const off = (own: number, other: number | undefined) =>
    other === undefined ? "" : ` (${own < other ? "−" : "+"}${Math.abs((own / other - 1) * 100).toFixed(1)} %)`;
  return [
    `${(ttftSeconds * 1e3).toFixed(0)} ms${off(ttftSeconds, against?.ttftSeconds)}`,
    `${(medianTtftSeconds * 1e3).toFixed(0)} ms${off(medianTtftSeconds, against?.medianTtftSeconds)}`,
    `${(tpotSeconds * 1e3).toFixed(1)} ms${off(tpotSeconds, against?.tpotSeconds)}`,
    `${makespanSeconds.toFixed(1)} s${off(makespanSeconds, against?.makespanSeconds)}`,
  ];
}

function pageOf(lines: readonly string[], left: readonly string[], lenders: string): string {
  return `# Accuracy of replays

Runs of vLLM 0.19 of which each request was recorded, replayed: the same prompts and outputs at the same times, through the limits that the
engine had. This page is written by \`pnpm accuracy:replays FOLDER\`.

${tableHead(["run", "kernels", "TTFT, mean", "TTFT, median", "TPOT, mean", "makespan"])}
${lines.join("\n")}

- *table*: the layers of this very model, measured on this very GPU with this version of vLLM, by \`tokenyard import-kernels\` and [\`kernels: { kind: table }\`](../kernels.md).
- *fitted*: the kernels of vLLM on an H100, over the card's datasheet, and *roofline*: its efficiencies, assumed. Neither had measurements of the card.
- The host's time is that of \`stepOverhead: vllm\` ([models](../models/scheduling.md#host-time)), without the front end, because requests are recorded from the scheduler on: all of it beside tables and fitted kernels, that of
  prompts beside the roofline, whose launches stand in for the rest.
- Between two cards NCCL moves 15.9 GB/s, with 6.6 us for a round, as the makers of the runs measured it from a CUDA graph. With 50 of the 63 GB/s of the slot, assumed before, kernels that are
  too slow were hidden.

Wanted with tables: TPOT within 3 %, TTFT within 8 %, makespan within 3 %. Both runs on the RTX PRO 6000 reach all three. As good as could be hoped for: TPOT within 1.5 % (both), TTFT within 4 % (Llama alone). The host's time was fitted to them too, beside 240 closed and 27 open loops, so they are no independent test of it.
The mean TTFT of Qwen3-30B-A3B is nine tenths waiting for one of 256 places, from the 240th request on: the first forty requests, which share steps with prompts, decide when the queue begins, so it follows
from the host's time of prompts. A gate as lopsided as the one that was counted in this model (121 different experts among 128 tokens) changes nothing of it. On the RTX 4090, whose cache is full and preempts,
the rest adds up over the whole run.

## Kernels of these cards

Median and 90th percentile of |predicted / measured − 1| in per cent, and the median of predicted / measured, of the profiles' kernels by the fits of two other GPUs, over the card's datasheet:

${lenders}

An RTX 4090 is of the architecture of the L40S (Ada), an RTX PRO 6000 of its own (Blackwell without tensor memory). The A100's instructions are nearer to both, but its kernels are SGLang's: the library counts for more.
So \`l40s\` and \`rtx-pro-6000\` borrow those of vLLM on the H100, with items of 64 queries in the attention of prompts, as FlashAttention 2 has them, which vLLM runs on GPUs without Hopper's instructions. With the 128 of
version 3 it was off by 48 to 75 % in the median, and pieces of up to 256 tokens took 1.7 to 2 times too long. What is left: some 4 us of launch for the shortest, and long pieces a fifth too fast.
${left.length === 0 ? "" : `\nLeft out:\n\n${left.join("\n")}\n`}
Measurements: LLMServingSim (KAIST CASYS, MIT); they are not part of this repository. FOLDER holds them as \`e2e_requests.csv\` (case, queued_s,
first_token_s, last_token_s, input_tokens, output_tokens), \`e2e_request_runs.csv\` (case, model, gpu, tp, dp, ep, max_num_seqs, max_num_batched_tokens, kv_tokens) and \`layer_profile.csv\` (gpu,
model, tp, layer, tokens, sequences, active_experts, kv_prefill, kv_decode, us).
`;
}

main();
