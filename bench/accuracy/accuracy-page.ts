import type { scoredCollectives } from "./collectives.ts";
import { FAMILIES } from "./family.ts";
import { tableHead } from "./page.ts";
import { servingSection } from "./serving-case.ts";

/** docs/accuracy.md, with `rows` of kernels. */
export function accuracyPage(
  rows: readonly string[],
  strata: string,
  [tables, unseenGpu]: readonly [string, string],
  totals: readonly string[],
  { rows: collectives, fifths }: Pick<ReturnType<typeof scoredCollectives>, "rows" | "fifths">,
  traffic: string,
  mixers: string,
): string {
  const head = tableHead([
    "kernels",
    "rows",
    "roofline",
    "held out",
    "table",
    "predicted / measured",
    "unseen sizes",
    "unseen GPU",
    "wanted",
    "reached",
  ]);
  const plots = Object.entries(FAMILIES).map(
    ([family, name]) =>
      `![${name}: predicted against measured](accuracy/${family}.svg) ![${name}: error by size](accuracy/${family}-by-size.svg)`,
  );
  return `# Accuracy

How far [fitted kernels](models/kernels.md#fitted-kernels) are off, on measurements that the fit did not see. A cell is the median and the 90th percentile
of |predicted / measured − 1| in per cent. This page, its plots and the fits in the presets are written by \`pnpm accuracy FOLDER\`.

All held-out rows of a family together: ${totals.join(", ")}.

${head}
${rows.join("\n")}

- *roofline*: the GPU's preset with \`kernels: roofline\`, on the held-out half.
- *held out*: fitted on one half of the rows, by a hash of each, scored on the other.
- *table*: [tables](kernels.md) of the rows that the fit saw, beside that fit, on those that it did not.
- *predicted / measured*: of the fit.
- *unseen sizes*: in turns a third of the sizes (of matrices, of models with experts, of heads) left out of the fit and scored.
- *unseen GPU*: the coefficients of the neighbouring architecture (H100 and H200 for each other, H100 for the others) over this GPU's datasheet, [changed](models/kernels.md#other-architectures) where its architecture is another.
- *wanted*: what we ask of the form, for held-out rows and for unseen sizes.
- *reached*: by both (or by held-out rows, where there are too few sizes), by held-out rows alone, or not.

What is wanted is asked of all rows of these sets together; the column *reached* above asks it of each group. *Stretch* is about what measurements of one kernel by several
versions of its library allow ([below](#what-limits-it)):

${strata}

A [table](kernels.md) of measured kernels of one half beside a fit, all held-out rows of a set together: with all rows its gaps would be half as wide. Of experts of a model that a table has no row of, it says nothing, and the fit's unseen sizes
above count (8 / 33 would be wanted on H100 and H200, 11 / 35 on B200). [Tables of traffic](models/network.md#tables-of-traffic) have a file for each collection, GPU and version, that of the row at hand first, and those of the same links behind it:

${tables}

What tables of collectives miss is where libraries change their way without saying so, as half of the rows leave gaps of four times the bytes and more in which a time may double (one in ten of TensorRT-LLM's 26 on B200 is 45 % off), and NCCL's small
all-to-alls on H100, which took 7 or 16 us for as many bytes. Without A100 they are 2.3 / 10. A table of four fifths of all rows, each fifth
left out in turns, is ${fifths[0]} off, and fits to them ${fifths[1]}. The numbers of their form were chosen on the fitted half, by tables of all its rows but one, for each in turn, beside fits that an eighth of them with it was left out of: 2.0 / 11.

A GPU that no fit saw, by the coefficients of another over its datasheet, all rows together. What is wanted was said of GB200 by B200 (a sister with other memory), of which there is no measurement
here; H200 by H100 is the nearest:

${unseenGpu}

The last line takes them as [another architecture does](models/kernels.md#other-architectures): what a multiprocessor waits for goes with its share of the memory's bandwidth, decoding in a narrow cache and weights that the lender only unpacks with the coefficients in 16 bits. As they are, they
would be 13.6 / 45 off. By the presets' fits the same takes H100's kernels by B200's coefficients from 15.7 / 55 to 15.0 / 55, B200's by H200's from 13.1 / 39 to 11.3 / 32, an A100's by H100's (SGLang's by vLLM's) from 14.9 / 37 to 14.5 / 38, and H100's by an A100's from 22.7 / 60 to 22.0 / 58. No number was fitted for it,
but which of the datasheet's numbers waits go with was seen on these GPUs, so they are no independent test of it.

What is wanted of serving runs, replays and DeepSeek's deployments stands on [their](accuracy/serving.md) [pages](accuracy/replays.md) and [below](#deepseek-v3-on-h800).

${plots.join("\n")}

${mixers}

## Collectives in a node

[Fitted collectives](models/network.md#fitted-collectives) against the tier of the network's preset with \`allReduce: two-shot\`, on the half that the fit
did not see; *table*: tables of the half that it saw beside it. H100 and H200 have the same links and one fit. Groups have 15 to 158 such rows, so a few of them make a 90th percentile. The presets' coefficients are of
all rows.

${tableHead(["collective", "rows", "tier", "held out", "table", "predicted / measured"])}
${collectives.join("\n")}

${traffic}

${servingSection()}

## Serving runs

TPOT and TTFT of measured serving runs, by engine, GPU and kind of model: [accuracy of serving runs](accuracy/serving.md).
Runs of GLM-5, MiniMax-M2.5 and Qwen3.5 in February 2026, with what explains each miss: [serving runs of 2026](accuracy/serving-2026.md).
What TensorRT-LLM publishes of full throughput, which no coefficient saw: [accuracy of full throughput](accuracy/throughput.md).
Layouts that are recommended for six models, ranked among all plans of their space: [recipes](accuracy/recipes.md).
Speedups by drafts that engines publish: [accuracy of speculation](accuracy/speculation.md).

## What limits it

The same kernel measured twice differs: matrix products by 1 % in the median and 5 % in the 90th percentile between two release candidates of
one library, by 4 and 10 % between two libraries that call the same kernels; experts by 7 and 52 % between two release candidates. So nothing
below about 4 % (matrix products) or 7 % (experts) means anything but for one version of the software. What a power law of routing drew was
not kept with the measurements, each of which is the mean of five draws; it is drawn again, and the mean of 32 draws (of four, in a fit) stands for theirs, which is part of the error of experts.

DeepSeek-V3's experts (7,168 → 2,048, 256 of them) in vLLM are left out of the fits. From 64 tokens to 256, on H100, H200 and B200, they took less than the memory needs to give those that even routing
reaches (on an H100 2.0 ms; 11.3 GB at 3.35 TB/s are 3.4 ms), and those of a model with the same matrices and 384 experts took what they should. Under expert parallelism the measured rank took up to ten times too long. So their
gate was limited to some of the groups of experts, as that model's is, and which experts had which copies was not kept. vLLM's tiles
come from tables by the experts of a rank and their inner size, where there is one, and libraries on B200 try tiles out; neither is in a form, and it is most of what is left beside. Experts whose inner size is no multiple of 128 are slower on B200 (\`unaligned\`); one such model
was measured there in bf16, so that fits to the others cannot foretell it. In the same model eight ranks that share an expert have 88 of its inner numbers each, and take twice as long on an H100 as the form says (and a third longer on a B200 than other
such sizes), where 176 and 352 of them are as foretold: of these three, only 88 is no multiple of 16. Why that should matter was not looked up.

Of held-out prompts of 1,024 tokens and more that have items for fewer than four fifths of the multiprocessors, those on H100 in bf16 are 10.9 / 20 % off (32 rows; 15.4 / 74 if items were never [split](models/kernels.md#fitted-kernels)), with a cache in fp8
14.4 / 23 (15; 37.8 / 75), on H200 6.6 / 15 (13) and on A100 6.5 / 10 (17; 48.9 / 99). Whether kernels split them is known from the libraries and not from the loss of all rows, of which these are a hundredth.

Few rows stand behind sglang's experts, and one model; its contiguous kernels were handed the tokens of all ranks, where an exchange hands over those that have a copy there: that is most of what the 90th percentile is off by, and no coefficient has it. Left out of the fits: block-scaled fp8 products of vLLM, which were timed outside CUDA graphs, but for those on B200, where there are no others, that took
over twice as long as the host that launched them, so that it hides behind them: their two rates are fitted beside the fixed costs of products in bf16; experts under expert parallelism on the A100,
whose kernels were not tuned for it; decoding with more than 32 query heads a KV head in TensorRT-LLM; latent
attention of vLLM and SGLang, which was measured with kernels that they do not run.

## Sources

Measurements of AIConfigurator (NVIDIA, Apache-2.0; vLLM 0.24, TensorRT-LLM 1.3, SGLang 0.5), timed in CUDA graphs. They are not part of this
repository. FOLDER holds them as comma-separated tables \`gemm.csv\` (gpu, dtype, m, n, k, us), \`moe_ffn.csv\` (gpu, variant, dtype, dist,
hidden, inter, topk, experts, tp, ep, tokens, us), \`attention_prefill.csv\` and \`attention_decode.csv\` (gpu, kind, dtype, kv_dtype, heads,
kv_heads, head_dim, window, batch, seq or kv_len, us), \`allreduce.csv\` and \`nccl_other.csv\` (gpu, impl, op, gpus, gpus_per_node, bytes, us), \`all_to_all.csv\` (gpu, impl, mode,
phase, nodes, ep, hidden, tokens, topk, experts, sms, us) and \`send_recv.csv\` (gpu, gpus_per_node, bytes, us; Microsoft's Vidur, MIT), each with a column \`src\` that \`sources.csv\` explains.
`;
}
