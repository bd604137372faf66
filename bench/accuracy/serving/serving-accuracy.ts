import { writeFileSync } from "node:fs";
import { type Cloud, scatter } from "../kernels/scatter.ts";
import { dataFolder, readTable } from "../table.ts";
import { EVERY, MOST_OUTPUT, sampleOfRuns } from "./sample-of-runs.ts";
import { type Latencies, type Served, serve } from "./served.ts";
import { ENGINES, servingRunOf } from "./serving-run.ts";
import { hasExperts, hindrance } from "./serving-scenario.ts";
import { lineOf, strataTable } from "./stratum.ts";
import { MOST_OF_PEAK, tooFast } from "./too-fast.ts";

// Simulates measured serving runs and writes docs/accuracy/serving.md with its plots: pnpm accuracy:serving FOLDER, from the root.

const COLOURS = { vllm: "#1f77b4", trtllm: "#17a398", sglang: "#d1495b" } as const;

function main(): void {
  const rows = readTable(dataFolder(), "end_to_end.csv").filter((row) => row["quality"] === "ok");
  const runs = rows.map(servingRunOf);
  const odd = tooFast(runs);
  const { served, left } = serve(sampleOfRuns(runs.filter((run) => !odd.has(run))));
  const lines = {
    "vLLM, dense, every run": serve(
      runs.filter((run) => run.engine === "vllm" && hindrance(run) === undefined && !hasExperts(run) && !odd.has(run)),
    ),
    "left out: too fast for what they compute": serve(sampleOfRuns([...odd])),
  };
  writeFileSync("docs/accuracy/tpot.svg", scatter("TPOT of serving runs", clouds(served, "tpotSeconds")));
  writeFileSync("docs/accuracy/ttft.svg", scatter("TTFT of serving runs", clouds(served, "ttftSeconds")));
  writeFileSync("docs/accuracy/serving.md", pageOf(rows.length, served, left, odd.size, Object.entries(lines)));
}

function clouds(served: readonly Served[], time: keyof Latencies): Cloud[] {
  return ENGINES.map((engine) => ({
    name: engine,
    colour: COLOURS[engine],
    points: served.filter(({ run }) => run.engine === engine).map(({ run, fitted }) => [run[time], fitted[time]] as const),
  })).filter(({ points }) => points.length > 0);
}

function pageOf(
  rows: number,
  served: readonly Served[],
  left: ReadonlyMap<string, number>,
  odd: number,
  beside: readonly (readonly [name: string, { readonly served: readonly Served[] }])[],
): string {
  const reasons = [...left].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, number]) => `- ${reason}: ${number}`);
  return `# Accuracy of serving runs

What the simulator says of serving runs that others measured, as a scenario of presets each. A cell is the median and the 90th percentile of
|simulated / measured − 1| in per cent, of the mean TPOT or TTFT of a run. This page and its plots are written by \`pnpm accuracy:serving FOLDER\`.

${strataTable(served)}
${beside.map(([name, own]) => lineOf(name, own.served)).join("\n")}

- *roofline*: \`kernels: roofline\`, the fastest of three all-reduces, no time of the host: the preset's launch stands in for it.
- The other columns: \`kernels: fitted\` with the engine's library, fitted all-reduces, and [the host's time](../models.md#host-time) of the engine
  as its preset has it, with its share of launches (TensorRT-LLM: all, for 1.08). Those numbers are one set for each engine, for all models and GPUs. They were fitted to
  TPOT and TTFT of runs of the same collection (TensorRT-LLM, SGLang: 8 folds of whole curves, kernels of another implementation; vLLM: together with [open loops](open-loops.md) and
  [replays](replays.md)), so the errors are what they leave, and no independent test.
- Wanted: TPOT 10 / 30, TTFT of vLLM 15 / 36; as good as could be hoped for: 7 / 22 and 10 / 28. The same configuration measured again differs by 0.6 % in the median and 8.9 % in the 90th percentile in TPOT,
  by 3.4 and 20 % in TTFT.

![TPOT: simulated against measured](tpot.svg) ![TTFT: simulated against measured](ttft.svg)

## What a scenario holds

Closed loops: as many requests at the start as the concurrency, ten times as many in all; lengths as stated, or drawn evenly from four fifths of them
up where the benchmark drew. Fixed lengths keep all requests of a loop in step: each wave of prompts then arrives at once. Measured TTFT shows this for SGLang, and for the other two engines not,
so for these the output is drawn within 10 % of the stated length. This is an assumption. The engine's scheduler with passes of 8,192 tokens (SGLang: no decoding while a prompt waits); a cache in the
activations' format, but in fp8 for Llama 3.1 70B on H200 and B200, for vLLM's gpt-oss on B200 and for DeepSeek by TensorRT-LLM, as launch scripts of InferenceX have it, and for NVIDIA's checkpoints
of MiniMax and Kimi in NVFP4, which say so and hold their routed experts alone in four bits; ranks as recorded; weights in the format that was recorded, or in the checkpoint's; experts chosen uniformly.
Kimi-K2.5 and MiniMax-M2.5 are taken as the sizes of the models before them.

Not recorded, so not said: the format of other caches, limits of sequences and of tokens in a pass, which products of a checkpoint
in four bits stay wider, but for gpt-oss on B200, whose experts run as those of the format that is recorded. No throughput is recorded; in a closed loop it follows from both times.

## Where TTFT remains off

- TensorRT-LLM: runs of NVIDIA's have some 0.1 s before the first step that those of InferenceX do not have; one engine has one set of coefficients, and it has that of InferenceX.
  InferenceX runs Llama at 1,024 tokens on fewer than eight GPUs with \`batch_wait_timeout_iters: 20\`: prompts wait for others up to 20 passes, which is not modelled. Its \`stream_interval: 10\` or 20
  delays no first token: the executor puts out the first of each request at once, and every so many after it.
- SGLang on H200, Llama 3.1 8B: TTFT is two to five times what was measured, with and without host time; its limit of sequences is not recorded.
- vLLM, Llama 3.1 70B: on eight H100 or H200 simulated prompts are too slow, on one H200 and on B200 too fast. The scripts explain part of it: on B200 that of Llama splits no graph (\`splitting_ops: []\`,
  \`FULL_DECODE_ONLY\`), so that its steps with prompts launch every kernel by itself: short prompts take some 60 ms for any number of ranks; on Hopper graphs are as by default. Neither is recorded. A least time of each layer in
  steps with prompts (300 or 600 us) was tried in place of some of \`promptStep\`: held-out TTFT stays at 12.8 and 13.5 %.
- gpt-oss on B200: its script captures graphs up to 2,048 tokens, so that its steps with short prompts are launched as one; engine presets have the time of those that are not. With prompts of 8,192 tokens
  TTFT is 1.2 to 1.5 times what was measured with 4 or 8 users: its prompts take less than the 45 ms of \`promptToken\`.
- vLLM 0.15 to 0.17 and a nightly, Kimi and MiniMax: prompts of 1,024 tokens took 25 to 100 ms longer than with 0.19. One deployment of Kimi was measured twice with the same version: TTFT 164 and
  74 ms, TPOT 7.4 and 7.1 ms. Nothing recorded tells which.
- Qwen3-32B, NVIDIA's: TTFT hardly depends on the length of outputs, as if prompts came in waves, but grows less with the users than whole waves would make it.
- Models with experts: of 104 runs of vLLM with 4 to 16 users, of 39 curves, TTFT is off by 15.2 / 42 and TPOT by 8.8 / 20; with the dense ones, 368 runs, TTFT by 14.1 / 38 and TPOT by 6.0 / 14. With the host's time
  before the fit to open loops and replays it was 12.7 / 45 and 8.6 / 21; with the dense ones 13.6 / 38 and 6.5 / 15. Scored once, as each takes seconds.

## Prompts and decoding on workers of their own

Of 107 sound runs of this kind 45 tell how many workers there are. Of those, 13 with up to 160 users were simulated once, as \`pools\` with two rounds of requests and sampled routing: TPOT is off by 23 / 46, where 17 / 60 would be
wanted and 12 / 40 as good as could be hoped for. TensorRT-LLM's DeepSeek on B200 is at 0.81 to 1.03 of what was measured and at 0.67 on eight H200, SGLang's at 0.54 to 0.57, Qwen3-235B-A22B by vLLM at 0.69 and 1.52. Over two nodes of H100, 16
ranks share each layer, and it takes 0.77 to 1.11 times as long as measured (16.3 ms for 6, 9 or 30 users, where 14.7, 15.9 and 21.1 were): all-reduces over nodes are put together from gathers in a node and sends between nodes. Whether drafts of several tokens ran is not recorded.

TPOT of models on GPUs that were in no fit (20 / 45 wanted, 12 / 35 hoped for) has no number of its own here: no coefficient is of a model, or of a model on a GPU, so each line of the table above is such a pair but for the
host's time, which runs of all of them decided; of all together TPOT is within both. SGLang's and TensorRT-LLM's fits left whole curves out in turns.

## Which runs

Of ${rows} runs that are marked as sound, one in ${EVERY.dense} of dense models and one in ${EVERY.experts} of models with experts and at most
${MOST_OUTPUT} tokens of output, at equal steps: a run with experts takes some seconds. Longer outputs of models with experts are not scored. Left out, for what no scenario of presets says (those that are
refused when simulated are of the sample, the others of all):

${reasons.join("\n")}
- deployments in a run of which the layers' matrices alone would take over ${(MOST_OF_PEAK * 100).toFixed(0)} % of the GPUs' peak all the time, decoding included, where large products in
  fp8 reach 58 % of an H100's: ${odd}. Not all of their tokens can have been computed; prompts that repeat and are found in the cache would explain it. The table's last line has those of them that
  are at such steps; no total contains them.

Runs of which each request was recorded have [a page of their own](replays.md). So have [open loops](open-loops.md).

Measurements: AIConfigurator (NVIDIA, Apache-2.0), of InferenceX and of NVIDIA's own; they are not part of this repository. FOLDER holds them as \`end_to_end.csv\`
(model, gpu, backend, origin, mode, gemm_q, isl, osl, concurrency, tp, dp, moe_tp, moe_ep, ttft_ms, tpot_ms, quality).
`;
}

main();
