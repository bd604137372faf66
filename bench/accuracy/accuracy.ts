import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Errors, errorsOf } from "./errors.ts";
import { fitsText, fitText } from "./kernels/fit-text.ts";
import { groupsOf, ofHeldOut, ofModel, ofUnseenGpu, ofUnseenSizes, PRESET_OF, rooflineOf } from "./kernels/group.ts";
import { kernelSamples } from "./kernels/kernel-samples.ts";
import { type Cloud, scatter } from "./kernels/scatter.ts";
import { tableHead, tableLine } from "./page.ts";
import { dataFolder } from "./table.ts";

// Fits the families of kernels on one half of the measurements, scores them on the other, and writes docs/accuracy.md with its plots and the
// presets' fits: pnpm accuracy FOLDER, from the root of the repository.

const FAMILIES = { linear: "matrix products", experts: "experts", prefill: "attention of prompts", decode: "attention, decoding" } as const;
type Family = keyof typeof FAMILIES;
const COLOURS: Readonly<Record<string, string>> = { a100: "#7b5ea7", h100: "#1f77b4", h200: "#17a398", b200: "#d1495b" };
const GPU_NAMES: Readonly<Record<string, string>> = { a100: "A100", h100: "H100", h200: "H200", b200: "B200" };

/** What is asked of a fit: median and 90th percentile. */
function wanted(family: Family, gpu: string, precision: string): string {
  if (family === "linear") return precision === "bf16" ? "8 / 22" : "11 / 30";
  if (family === "experts") return gpu === "b200" ? "11 / 38" : gpu === "a100" ? "" : "7 / 30";
  return gpu === "a100" ? "" : "10 / 32";
}

function cell(errors: Errors | undefined): string {
  return errors === undefined ? "" : `${(errors.median * 100).toFixed(1)} / ${(errors.p90 * 100).toFixed(0)}`;
}

function main(): void {
  const groups = groupsOf(kernelSamples(dataFolder()));
  const rows: string[] = [];
  const clouds: Record<Family, Cloud[]> = { linear: [], experts: [], prefill: [], decode: [] };
  const fits = new Map<string, string[]>();
  const pooled: Record<Family, [number[], number[]]> = { linear: [[], []], experts: [[], []], prefill: [[], []], decode: [[], []] };
  for (const group of groups) {
    const { kind, gpu, library, precision } = group.samples[0]!;
    const { coefficients, rest, predicted, errors } = ofHeldOut(group);
    const roofline = rooflineOf(group);
    rows.push(
      tableLine([
        `${FAMILIES[kind]}, \`${PRESET_OF[gpu]}\` ${library} ${precision}`,
        String(rest.length),
        cell(ofModel(roofline, rest)),
        cell(errors),
        errors.medianRatio.toFixed(2),
        cell(ofUnseenSizes(group)),
        cell(ofUnseenGpu(group, groups)),
        wanted(kind, gpu, precision),
      ]),
    );
    const measured = rest.map(({ seconds }) => seconds);
    clouds[kind].push({
      name: `${GPU_NAMES[gpu]} ${library} ${precision}`,
      colour: COLOURS[gpu]!,
      points: measured.map((seconds, i) => [seconds, predicted[i]!] as const),
    });
    pooled[kind][0].push(...predicted);
    pooled[kind][1].push(...measured);
    fits.set(gpu, [...(fits.get(gpu) ?? []), fitText(group, coefficients, errors)]);
  }
  for (const [gpu, entries] of fits) {
    writeFileSync(join("packages/scenario/src/presets/fits", `${PRESET_OF[gpu]}.ts`), fitsText(gpu, entries));
  }
  mkdirSync("docs/accuracy", { recursive: true });
  for (const [family, own] of Object.entries(clouds))
    writeFileSync(`docs/accuracy/${family}.svg`, scatter(FAMILIES[family as Family], own));
  const totals = Object.entries(pooled).map(
    ([family, [predicted, all]]) => `${FAMILIES[family as Family]} ${cell(errorsOf(predicted, all))}`,
  );
  writeFileSync("docs/accuracy.md", pageOf(rows, totals));
}

function pageOf(rows: readonly string[], totals: readonly string[]): string {
  const head = tableHead(["kernels", "rows", "roofline", "held out", "predicted / measured", "unseen sizes", "unseen GPU", "wanted"]);
  const plots = Object.entries(FAMILIES).map(([family, name]) => `![${name}: predicted against measured](accuracy/${family}.svg)`);
  return `# Accuracy

How far [fitted kernels](models.md#fitted-kernels) are off, on measurements that the fit did not see. A cell is the median and the 90th percentile
of |predicted / measured − 1| in per cent. This page, its plots and the fits in the presets are written by \`pnpm accuracy FOLDER\`.

All held-out rows of a family together: ${totals.join(", ")}.

${head}
${rows.join("\n")}

- *roofline*: the GPU's preset with \`kernels: roofline\`, on the held-out half.
- *held out*: fitted on one half of the rows, by a hash of each, scored on the other.
- *unseen sizes*: in turns a third of the sizes (of matrices, of models with experts, of heads) left out of the fit and scored.
- *unseen GPU*: the coefficients of the neighbouring architecture (H100 and H200 for each other, H100 for the others) over this GPU's datasheet.
- *wanted*: what we ask of the form, for held-out rows and for unseen sizes.

${plots.join("\n")}

## What limits it

The same kernel measured twice differs: matrix products by 1 % in the median and 5 % in the 90th percentile between two release candidates of
one library, by 4 and 10 % between two libraries that call the same kernels; experts by 7 and 52 % between two release candidates. So nothing
below about 4 % (matrix products) or 7 % (experts) means anything but for one version of the software. What a power law of routing drew was
not kept with the measurements; it is drawn anew, which is part of the error of experts.

Left out of the fits: block-scaled fp8 products of vLLM, which were timed outside CUDA graphs; experts under expert parallelism on the A100,
whose kernels were not tuned for it; decoding with more than 32 query heads a KV head in TensorRT-LLM; latent attention.

## Sources

Measurements of AIConfigurator (NVIDIA, Apache-2.0; vLLM 0.24, TensorRT-LLM 1.3, SGLang 0.5), timed in CUDA graphs. They are not part of this
repository. FOLDER holds them as comma-separated tables \`gemm.csv\` (gpu, dtype, m, n, k, us), \`moe_ffn.csv\` (gpu, variant, dtype, dist,
hidden, inter, topk, experts, tp, ep, tokens, us), \`attention_prefill.csv\` and \`attention_decode.csv\` (gpu, kind, dtype, kv_dtype, heads,
kv_heads, head_dim, window, batch, seq or kv_len, us), each with a column \`src\` that \`sources.csv\` explains.
`;
}

main();
