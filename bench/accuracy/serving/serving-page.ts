import { type Errors, errorsOf } from "../errors.ts";
import { errorsCell, tableHead, tableLine } from "../page.ts";
import type { Residual } from "../residuals/residual.ts";
import type { Served } from "./served.ts";
import { errorsIn, farther, kindOf, kindsTable } from "./stratum.ts";
import { MOST_OF_PEAK } from "./too-fast.ts";

/** What the page of serving runs is about. */
interface Found {
  /** Sound rows of the table. */
  readonly rows: number;
  readonly served: readonly Served[];
  /** How many of them a scenario can say. */
  readonly sayable: number;
  /** Why others were not, and how many. */
  readonly left: ReadonlyMap<string, number>;
  /** Runs that are too fast for what they compute. */
  readonly odd: number;
  /** Ratios of runs under arrivals at a rate. */
  readonly open: readonly Residual[];
}

type Picks = (each: Served) => boolean;
const isDense: Picks = ({ run }) => kindOf(run) === "dense";
const isLatent: Picks = ({ run }) => kindOf(run) === "experts and latent attention";
const hasPlainExperts: Picks = ({ run }) => kindOf(run) === "experts";
const by =
  (engine: string): Picks =>
  ({ run }) =>
    run.engine === engine;

/** What is wanted of runs that no fit saw: median and 90th percentile, in per cent. */
const WANTED: readonly (readonly [name: string, time: "tpotSeconds" | "ttftSeconds", picks: Picks, wanted: string])[] = [
  ["TPOT, dense", "tpotSeconds", isDense, "5 / 15"],
  ["TPOT, experts", "tpotSeconds", hasPlainExperts, "9 / 28"],
  ["TPOT, latent attention, vLLM", "tpotSeconds", (each) => isLatent(each) && by("vllm")(each), "9 / 20"],
  ["TPOT, latent attention, others", "tpotSeconds", (each) => isLatent(each) && !by("vllm")(each), "18 / 40"],
  ["TTFT, vLLM, experts", "ttftSeconds", (each) => hasPlainExperts(each) && by("vllm")(each), "10 / 32"],
  ["TTFT, vLLM, others", "ttftSeconds", (each) => !hasPlainExperts(each) && by("vllm")(each), "15 / 35"],
  ["TTFT, TensorRT-LLM, dense", "ttftSeconds", (each) => isDense(each) && by("trtllm")(each), "10 / 45"],
  ["TTFT, TensorRT-LLM, experts", "ttftSeconds", (each) => !isDense(each) && by("trtllm")(each), "20 / 50"],
  ["TTFT, SGLang", "ttftSeconds", by("sglang"), "30 / 85"],
];

/** A run that was simulated with its engine alone and with ideal steps too. */
const hasAll: Picks = ({ engine, ideal }) => engine !== undefined && ideal !== undefined;

function isReached(wanted: string, { median, p90 }: Errors): boolean {
  const [most, most90] = wanted.split(" / ").map(Number) as [number, number];
  return median * 100 <= most && p90 * 100 <= most90;
}

function wantedTable(served: readonly Served[]): string {
  const lines = WANTED.map(([name, time, picks, wanted]) => {
    const own = served.filter(picks);
    return tableLine([
      name,
      String(own.length),
      wanted,
      errorsCell(errorsIn(own, "fitted", time)),
      isReached(wanted, errorsIn(own, "fitted", time)) ? "yes" : "no",
      String(own.filter(hasAll).length),
      errorsCell(errorsIn(own, "engine", time)),
    ]);
  });
  return `${tableHead(["runs of", "number", "wanted", "script's knobs", "reached", "number", "`engine` alone"])}\n${lines.join("\n")}`;
}

function openTable(open: readonly Residual[]): string {
  const lines = ["experts", "dense"].map((kind) => {
    const own = open.filter((each) => each.kind === kind);
    const cells = (["tpot", "ttft", "e2e"] as const).map((time) => {
      const errors = errorsOf(
        own.map((each) => 1 / each[time]),
        own.map(() => 1),
      );
      return `${errorsCell(errors)} (${errors.medianRatio.toFixed(2)})`;
    });
    return tableLine([kind, String(own.length), ...cells]);
  });
  return `${tableHead(["open loops of", "number", "ITL", "TTFT", "E2E"])}\n${lines.join("\n")}`;
}

function exceptions(served: readonly Served[]): string {
  const all = farther(served);
  return all.length === 0 ? "" : ` but ${all.join("; ")}`;
}

/** The page about serving runs, docs/accuracy/serving.md. */
export function servingPage({ rows, served, sayable, left, odd, open }: Found): string {
  const reasons = [...left].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, number]) => `- ${reason}: ${number}`);
  return `# Accuracy of serving runs

What the simulator says of serving runs that others measured, as a scenario of presets each: with \`engine: ideal\`; with the name and version of the engine alone, which is what a scenario has that names none on kernels of that library; and with
what launch scripts state beside it. A cell is the median and the 90th percentile of |simulated / measured − 1| in per cent, and in brackets the median of simulated / measured, of the mean TPOT or TTFT of a run. Models with experts come first; the
last line is the mean of the kinds of models, as most measured runs are of dense ones. Of ${served.length} runs that were simulated with their knobs these are the ${served.filter(hasAll).length} that were simulated in all three ways, one in six at equal steps of the list. This page and its plots are written by \`pnpm accuracy:serving FOLDER\`, of the ratios in \`bench/accuracy/serving/ratios.csv\`, which \`pnpm accuracy:residuals FOLDER\` writes.

${kindsTable(served.filter(hasAll))}

Open loops of vLLM on H100, whose prompts are mostly found in the cache, scored by the gaps between tokens, first tokens and whole answers (wanted of TTFT of dense ones: 14 / 25); [their page](open-loops.md) has each run:

${openTable(open)}

The engine alone is nearer than ideal steps in every median of engines and kinds${exceptions(served.filter(hasAll))}.

- *ideal*: fitted kernels and all-reduces, every launch as measured alone, no time of the host, and a continuous scheduler, which has to be asked for.
- *script's knobs*: the engine and its version with what the launch script states, the format of the cache, and experts by their [law](../models/routing.md#uneven-experts-by-a-law); the client's 12 ms are stated in all columns. One set of numbers for each engine and its versions, for all models and GPUs,
  fitted to runs of the same collection: the errors are what fits leave, and no independent test. Left out in turns by whole curves, the model of steps of these fits was off by 7.1 / 19 (TPOT) and 8.4 / 33 (TTFT) for vLLM's experts, 4.7 / 13 and 14.4 / 37 with latent attention,
  5.3 / 12 and 13.9 / 34 dense; for TensorRT-LLM 12.3 / 28 and 18 / 47, 6.0 / 17 and 17 / 56, 4.3 / 10 and 4.5 / 18; for SGLang 4.6 / 16 and 15.6 / 83. Like it, engines draw experts with a lognormal popularity of sigma 0.6.
- The same configuration measured again differs by 0.6 % in the median and 8.9 % in the 90th percentile in TPOT, by 3.4 and 20 % in TTFT.

Beside what is wanted of runs that no fit saw (fits saw most of these):

${wantedTable(served)}

![TPOT: simulated against measured](tpot.svg) ![TTFT: simulated against measured](ttft.svg)

## What a scenario holds

Closed loops: as many requests at the start as the concurrency, ten times as many in all; lengths as stated, or drawn evenly from four fifths of them
up where the benchmark drew. Fixed lengths keep all requests of a loop in step: each wave of prompts then arrives at once. Measured TTFT shows this for SGLang that does not decode while a prompt waits, and for TensorRT-LLM 1.0 (below), but not for vLLM 0.12 (with lengths as stated TTFT would be off by 48 / 105 in place of 14 / 29),
so for all others the output is drawn within 13 tokens of the stated length: TTFT does not fall with longer outputs, as it would if their ends spread in proportion. This is an assumption. What launch scripts of InferenceX state of budget, sequences, captured tokens and waits is in
\`bench/accuracy/serving/launch-knobs.ts\`, by engine, model, GPU and degrees; scripts of August 2026 stand for those of each run. The engine's scheduler with passes of 8,192 tokens (SGLang: no decoding while a prompt waits, but in NVIDIA's runs from 0.5.3 on:
AIConfigurator, which launches them, asks for \`--enable-mixed-chunk\`, though its template for 0.5.1 leaves it out by a slip of the name). NVIDIA's runs of TensorRT-LLM 1.0.0rc3 as its template for that version and its \`genai-perf\` runner have them: no scheduler ahead, a share of 80 % for the cache, which is in fp8 beside products in fp8, whole prompts, as many sequences as users
(the table records them alike), and outputs of exactly the stated length. Its rule for \`max_num_tokens\` is batch + prompt + 1,500, and its comment says 1,000, which is taken: with 1,500 two prompts of 1,024 tokens share a pass, and TTFT of Qwen3-32B with such prompts is off by 47 in place of 13 %. Here these knobs are in "script's knobs" alone; in the other columns lengths are spread. A cache in the
activations' format, but in fp8 for Llama 3.1 70B on H200 and B200, for vLLM's gpt-oss on B200, for DeepSeek by TensorRT-LLM and by SGLang on B200, as launch scripts of InferenceX have it, and for NVIDIA's checkpoints
of MiniMax and Kimi in NVFP4, which say so and hold their routed experts alone in four bits; ranks as recorded; weights in the format that was recorded, or in the checkpoint's; experts of uneven popularity (lognormal, sigma 0.6), DeepSeek's from 4 of 8 groups.
Kimi-K2.5 and MiniMax-M2.5 are taken as the sizes of the models before them.

Not recorded, so not said: the format of other caches, limits of sequences and of tokens in a pass, which products of a checkpoint
in four bits stay wider, but for gpt-oss on B200, whose experts run as those of the format that is recorded. No throughput is recorded; in a closed loop it follows from both times.

## Where TPOT remains off

Two thirds of what is left is one offset for each curve of users: a deployment is too fast or too slow alike for few users and many. Unexplained are MiniMax by vLLM 0.17 and a nightly (a fifth too fast), gpt-oss by TensorRT-LLM 1.2.0rc2 on B200 (a tenth to a fifth too slow; experts
of another version stand in) and on H200 with experts over two of four ranks (a quarter too fast), and Llama in fp8 by vLLM on H200 from 32 users on, a product of more than 16 rows. DeepSeek by TensorRT-LLM 1.2.0rc6 on B200 is a third to a half too slow, which drafts that are not
recorded would explain, and NVIDIA's six runs of it by 1.3.0rc1 are two to five times too fast: the 90th percentile of latent attention by others. These took 85 to 92 ms a token with 40 to 224 users on four or eight GPUs. The table has batches of 5, 6, 10, 12, 28 and 56, of which users are four or eight times as many: attention was data-parallel, or there were as many servers. None of these sizes is
among the graphs that AIConfigurator's template for that version asks for (1, 2, 4, … 256, without padding): each kernel of such a step is launched by itself, in 1.4 to 1.5 ms a layer whatever the step holds. That is the [least time](../models/scheduling.md#host-time) that prompts show, too, seen alone; no key says it, and a report warns of
\`uncaptured-steps\` where it can be. By 1.3.0rc5, whose rule asks for graphs of all sizes, batches of 56 took 21 ms.

## Where TTFT remains off

- With the engine alone 512 users of MiniMax and 256 of DeepSeek on B200 wait for room in a cache in 16 bits, where launch scripts state one in 8: TTFT is ten to seventy times as long. TTFT of Qwen3-235B by TensorRT-LLM 1.0 is a quarter too short with it, as a pass of that server held one prompt.

- TensorRT-LLM, dense: the 161 runs of InferenceX are off by 5.4 / 14, the 136 of NVIDIA's of Qwen3-32B by 12 / 33, the 147 of Llama 3.1 8B by 31 / 66. TTFT of these grows with the length of the output, for few users by a whole answer over the number of users (8 users on one GPU: 191, 318 and 550 ms with 128, 256 and 512 tokens after 1,024):
  as if one user always waited for a place. With one place less than users the runs of up to 32 users would be off by 5 / 15; nothing that is recorded says so, those of Qwen3-32B would be off by 63 % with eight users, and so it is not simulated. From 64 users on they are never answered with more than some 9,200 tokens/s, on two, four or eight GPUs (128 users, 8 GPUs: 36 answers a
  second of 256 tokens, 18 of 512), and TTFT is one to two seconds. Of SGLang on H200 that is 15,000 to 20,000 tokens/s from 448 users on. Servers and clients stream all tokens in one process, which has that effect (TensorRT-LLM, pull request 16523): first tokens wait while steps stay as they are. No key says it yet.
- Experts by TensorRT-LLM: DeepSeek's TTFT is 243 to 308 ms on H200 with four or eight users, where the pass of a prompt of
  1,024 tokens is simulated at 90; scripts with \`stream_interval: 10\` may show the first text with the tenth token, which is a guess and not simulated; more likely steps that are launched kernel by kernel have [a least time](../models/scheduling.md#host-time): what a prompt holds up other users follows from TPOT with 1,024 tokens of output less that with 8,192, and is 43 to 59 ms more than simulated by SGLang on H200 (4 to 64 users), 15 to 62 by TensorRT-LLM, and 21 to 53 of gpt-oss by
  TensorRT-LLM on four H200, where TTFT is a third too short. Of Llama 70B it is not more.
- SGLang on H200, Llama 3.1 8B: with an \`arrival\` of 50 ms in place of 145 those with prompts of 4,000 and 8,000 tokens would be off by 3 / 6 (TPOT) and 6 / 30 (TTFT) in place of 13 / 20 and 43 / 96, and DeepSeek's TTFT by 29 / 41 in place of 6 / 10: \`arrival\` stands for [more than one thing](../models/scheduling.md#host-time).
  Qwen3-32B by 0.5.8 on one GPU waits for room, 7 to 89 s where 1 to 16 are simulated.
- vLLM, Llama 3.1 70B: on four and eight H100 or H200 simulated prompts are too slow, on one H200 and on B200 too fast. The scripts explain part of it: on B200 that of Llama splits no graph (\`splitting_ops: []\`),
  so that its steps with prompts launch every kernel by itself: short prompts take some 60 ms for any number of ranks, which would be a least time and no more of it (0.5 to 0.6 ms a layer); on Hopper the compiled pieces are launched.
- gpt-oss on several GPUs: prompts remain too slow, by a tenth to a third, as its whole TTFT on B200 (30 ms) leaves no room for the \`arrival\` of the others.
- vLLM 0.15 to 0.17 and a nightly, Kimi and MiniMax: prompts of 1,024 tokens took 25 to 100 ms longer than with 0.19. One deployment of Kimi was measured twice with the same version: TTFT 164 and
  74 ms, TPOT 7.4 and 7.1 ms. Nothing recorded says which.
- Qwen3-32B, NVIDIA's by vLLM 0.12: 4,096 tokens to two GPUs remain at two thirds of what was measured. Passes of batch + prompt + 1,500 tokens, as AIConfigurator asks for, change nothing of it.

## Which runs

Of ${rows} runs that are marked as sound, ${served.length}${sayable > served.length ? `; ${sayable - served.length} of models with experts and the most users and tokens were not simulated` : ""}. The others no scenario of presets can say:

${reasons.join("\n")}
- deployments in a run of which the layers' matrices alone would take over ${(MOST_OF_PEAK * 100).toFixed(0)} % of the GPUs' peak all the time, decoding included, where large products in
  fp8 reach 58 % of an H100's: ${odd}. Not all of their tokens can have been computed; prompts that repeat and are found in the cache would explain it.

Runs of which each request was recorded have [a page of their own](replays.md). So have [open loops](open-loops.md), [all runs of vLLM](every-run.md) and [runs of pools](every-pool.md). [Published deployments](deployments.md) are scored by their tokens a second and GPU.

Measurements: AIConfigurator (NVIDIA, Apache-2.0), of InferenceX and of NVIDIA's own; they are not part of this repository. FOLDER holds them as \`end_to_end.csv\`
(model, gpu, backend, origin, mode, gemm_q, isl, osl, concurrency, tp, dp, moe_tp, moe_ep, ttft_ms, tpot_ms, quality).
`;
}
