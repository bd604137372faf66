import { EVERY, MOST_OUTPUT, MOST_USERS } from "./sample-of-runs.ts";
import type { Served } from "./served.ts";
import { ROUNDS_OF_POOLS } from "./serving-scenario.ts";
import { lineOf, linesTable, runsTable, strataTable } from "./stratum.ts";
import { MOST_OF_PEAK } from "./too-fast.ts";

/** What the page of serving runs tells of. */
interface Found {
  /** Sound rows of the table. */
  readonly rows: number;
  readonly served: readonly Served[];
  /** Why others were not, and how many. */
  readonly left: ReadonlyMap<string, number>;
  /** Runs that are too fast for what they compute. */
  readonly odd: number;
  /** Lines beside the strata. */
  readonly beside: readonly (readonly [name: string, served: readonly Served[]])[];
  readonly pooled: readonly Served[];
}

/** The page about serving runs, docs/accuracy/serving.md. */
export function servingPage({ rows, served, left, odd, beside, pooled }: Found): string {
  const reasons = [...left].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, number]) => `- ${reason}: ${number}`);
  return `# Accuracy of serving runs

What the simulator says of serving runs that others measured, as a scenario of presets each. A cell is the median and the 90th percentile of
|simulated / measured − 1| in per cent, of the mean TPOT or TTFT of a run. This page and its plots are written by \`pnpm accuracy:serving FOLDER\`.

${strataTable(served)}
${beside.map(([name, own]) => lineOf(name, own)).join("\n")}

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
so for these the output is drawn within 13 tokens of the stated length: TTFT does not fall with longer outputs, as it would if their ends spread in proportion. This is an assumption. vLLM's steps with prompts run from graphs up to
512 tokens, its default, but up to 2,048 for gpt-oss (\`max-cudagraph-capture-size\`) and not at all for Llama on B200 (\`cudagraph_mode: FULL_DECODE_ONLY\`), as launch scripts of InferenceX have it. The engine's scheduler with passes of 8,192 tokens (SGLang: no decoding while a prompt waits, but in NVIDIA's runs from 0.5.3 on:
AIConfigurator, which launches them, asks for \`--enable-mixed-chunk\`, though its template for 0.5.1 leaves it out by a slip of the name); a cache in the
activations' format, but in fp8 for Llama 3.1 70B on H200 and B200, for vLLM's gpt-oss on B200, for DeepSeek by TensorRT-LLM and by SGLang on B200, as launch scripts of InferenceX have it, and for NVIDIA's checkpoints
of MiniMax and Kimi in NVFP4, which say so and hold their routed experts alone in four bits; ranks as recorded; weights in the format that was recorded, or in the checkpoint's; experts chosen uniformly, but DeepSeek's from 4 of 8 groups of equal weight.
Kimi-K2.5 and MiniMax-M2.5 are taken as the sizes of the models before them.

Not recorded, so not said: the format of other caches, limits of sequences and of tokens in a pass, which products of a checkpoint
in four bits stay wider, but for gpt-oss on B200, whose experts run as those of the format that is recorded. No throughput is recorded; in a closed loop it follows from both times.

## Where TTFT remains off

- TensorRT-LLM: runs of NVIDIA's, all by 1.0.0rc3, have some 0.1 s before the first step that those of InferenceX, by 1.1 and later where it is recorded, do not have: TTFT is never below 108, 117 and 169 ms for models of 32, 64 and 94 layers, with 128
  tokens as with 1,024. One engine has one set of coefficients, and it has that of InferenceX. DeepSeek's TTFT is 243 to 308 ms on H200 with four or eight users, where the pass of a prompt of 1,024 tokens is simulated at 90; why is not known.
  InferenceX runs Llama at 1,024 tokens on fewer than eight GPUs with \`batch_wait_timeout_iters: 20\`: prompts wait for others up to 20 passes, which is not modelled. Its \`stream_interval: 10\` or 20
  delays no first token: the executor puts out the first of each request at once, and every so many after it.
- SGLang on H200, Llama 3.1 8B, 448 users and more: measured prompts wait for places, 2 to 8 s for 2,000 tokens of output; the limit of sequences (\`max-running-requests\`) is not recorded. On eight GPUs with outputs of
  100 tokens TPOT is a third too long.
- vLLM, Llama 3.1 70B: on four and eight H100 or H200 simulated prompts are too slow, on one H200 and on B200 too fast. The scripts explain part of it: on B200 that of Llama splits no graph (\`splitting_ops: []\`),
  so that its steps with prompts launch every kernel by itself: short prompts take some 60 ms for any number of ranks, which would be a least time and no more of it (0.5 to 0.6 ms a layer); on Hopper the compiled pieces are launched.
- gpt-oss on several GPUs: prompts remain too slow, by a tenth to a third, as its whole TTFT on B200 (30 ms) leaves no room for the \`arrival\` of the others.
- vLLM 0.15 to 0.17 and a nightly, Kimi and MiniMax: prompts of 1,024 tokens took 25 to 100 ms longer than with 0.19. One deployment of Kimi was measured twice with the same version: TTFT 164 and
  74 ms, TPOT 7.4 and 7.1 ms. Nothing recorded tells which.
- Qwen3-32B, NVIDIA's: TTFT hardly depends on the length of outputs, but for few users that send 4,096 tokens is longer than of prompts that come by chance, as if they came one after another. The client (\`genai-perf\`, ten requests for each user, lengths exact) says nothing that
  would explain it. Passes of 2,048 or 16,384 tokens, or of batch + prompt + 1,500 as AIConfigurator asks for, change nothing of it; one prompt in each pass, with outputs of exactly the stated length, would have TTFT within 13 / 39 %. Two GPUs with
  4,096 tokens remain at two thirds of what was measured.
- Of [all 428 runs](every-run.md) of vLLM, those with experts up to 16 users, TTFT is off by 13.2 / 34 and TPOT by 6.3 / 16. Of the 43
  that are off by more than 34 %, 20 are of Kimi and MiniMax by 0.16, 0.17 and a nightly, 9 of Llama on four and eight B200 with 1,024 tokens, and 8 of Qwen3-32B with 4,096.

## Prompts and decoding on workers of their own

Of the sound runs of this kind that say how many workers there are and how many users, one in ${EVERY.pools} at equal steps of those with up to ${MOST_USERS} users (\`--pools\` simulates [all of these](every-pool.md)). TPOT of \`kernels:
roofline\` and of fitted kernels, and TTFT of these, simulated / measured. A run is named by its prompt and output tokens, by the number of workers that prefill and of those that decode, with the ranks
of each that share all layers or the data groups of one, and by its users.

${linesTable([["prompts and decoding apart", pooled]])}

${runsTable(pooled)}

Wanted: TPOT 17 / 60; as good as could be hoped for: 12 / 40. The scenarios are \`pools\` with as many replicas as there were workers, ${ROUNDS_OF_POOLS} requests for each user and sampled routing (with ten, TPOT of two of them changes by 0.3 and 1.7 %; TTFT,
of which the burst at the start is then a tenth instead of a fourth, falls by 40 %, so it is no score here);
the rest is as above. Data groups gather all tokens, which is what engines do unless they are asked for an all-to-all, and what the launch scripts of these runs leave them to. DeepSeek's gate takes 4 of 8
groups, as its config.json says: groups lie on ranks, so a small batch has its experts on fewer of them (6.3 ms of experts where even choice says 5.5, four sequences on eight H200). Where the batch is larger than captured ones, engines
pad it to the next; those of the scripts were not taken over.

What is left: on Hopper DeepSeek decodes some 5 % too fast, and up to 15 % with 64 sequences of 8,192 tokens in a data group, half of it attention. TTFT holds what is not recorded: limits of the batch that
prefills, the first token that waits for a step of the decoding worker, and on two nodes of H100 12 s of which prompts computed take one. Of all 32 runs TPOT is off by 7.0 / 13 and TTFT by 33.6 / 73;
the one of a dense model, Qwen3-32B in NVFP4 with 40 workers that prefill, has 1.51 times the TPOT that was measured.

Seven runs of NVIDIA's do not say how many users there were, and are left out as are others that do not. Their decoding batches cannot be the users that they had: of Qwen3-235B-A22B on three workers of four H100, 24 tokens
choose 79 % of the experts, which take 13.3 ms to read at the datasheet's bandwidth; 11.4 ms of TPOT were measured.

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
