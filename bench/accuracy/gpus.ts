import { createKernelModel, type KernelModel, type Peaks, peaksOf } from "@tokenyard/cluster";
import { type ClusterSpec, parseScenario } from "@tokenyard/scenario";
import { decodeSamples, prefillSamples } from "./attention.ts";
import { type Errors, errorsOf } from "./errors.ts";
import { gemmSamples } from "./gemm.ts";
import { expertSamples } from "./moe.ts";
import { errorCell, microseconds, percent, tableHead, tableLine } from "./page.ts";
import { type Coefficients, fittedTo, IDEAL, predictions } from "./roofline-fit.ts";
import type { Sample } from "./sample.ts";
import { dataFolder, type Row, readTable } from "./table.ts";

// Fits the roofline of each GPU preset to measured kernels and says how good it is: node bench/dist/accuracy/gpus.js FOLDER

interface Measured {
  readonly preset: string;
  /** The families that the coefficients are fitted to; others are only reported. */
  readonly fitted: readonly string[];
}

const ATTENTION = ["prefill bf16", "decode bf16"];
const BF16 = ["gemm bf16", "experts bf16", ...ATTENTION];

/** Measured GPUs by their name in the tables. */
const MEASURED: Readonly<Record<string, Measured>> = {
  a100: { preset: "a100-80g", fitted: BF16 },
  h100: { preset: "h100-sxm", fitted: BF16 },
  h200: { preset: "h200-sxm", fitted: ["gemm bf16", "experts fp8_block", ...ATTENTION] }, // its experts were measured in fp8 only
  b200: { preset: "b200", fitted: BF16 },
};

function main(): void {
  const samples = samplesIn(dataFolder());
  for (const [gpu, { preset, fitted }] of Object.entries(MEASURED)) {
    const own = samples.filter((sample) => sample.gpu === gpu);
    const families = [...new Set(own.map((sample) => sample.family))];
    const cluster = clusterWith(preset);
    const peaks = peaksOf(cluster);
    const half = (family: string, wanted: string) => own.filter((sample) => sample.family === family && sample.half === wanted);
    const fit = fittedTo(
      fitted.map((family) => half(family, "fitted")),
      peaks,
    );
    console.log(`\n${preset}, one fit: ${coefficientsText(fit)}\n`);
    console.log(tableHead(["kernels", "rows", "100 %, 0 us", "one fit", "predicted / measured", "preset", "own fit", "own coefficients"]));
    for (const family of families) {
      const rows = half(family, "held-out");
      const ownFit = fittedTo([half(family, "fitted")], peaks);
      const errors = errorsWith(rows, peaks, fit);
      const cells = [
        errorCell(errorsWith(rows, peaks, IDEAL)),
        errorCell(errors),
        errors.medianRatio.toFixed(2),
        errorCell(errorsOfModel(rows, createKernelModel({ ...cluster, kernels: { kind: "roofline" } }))),
        errorCell(errorsWith(rows, peaks, ownFit)),
        coefficientsText(ownFit),
      ];
      console.log(tableLine([family, String(rows.length), ...cells]));
    }
  }
}

function samplesIn(data: string): Sample[] {
  const frameworks = new Map(readTable(data, "sources.csv").map((row) => [row["src"], row["framework"] ?? ""]));
  const frameworkOf = (row: Row) => frameworks.get(row["src"]) ?? "";
  return [
    ...gemmSamples(readTable(data, "gemm.csv"), frameworkOf),
    ...expertSamples(readTable(data, "moe_ffn.csv"), frameworkOf),
    ...prefillSamples(readTable(data, "attention_prefill.csv")),
    ...decodeSamples(readTable(data, "attention_decode.csv")),
  ];
}

/** A cluster of the GPU `preset`, in a scenario that asks for little else. */
function clusterWith(preset: string): ClusterSpec {
  const tier = { bandwidth: "1 GB/s", latency: "0 s" };
  return parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 1, attention: { heads: 1, kvHeads: 1, headSize: 1 } },
    cluster: { gpu: preset, network: { kind: "two-tier", node: tier, fabric: tier } },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).cluster;
}

function errorsWith(samples: readonly Sample[], peaks: Peaks, coefficients: Coefficients): Errors {
  return errorsOf(
    predictions(samples, peaks, coefficients),
    samples.map((sample) => sample.seconds),
  );
}

function errorsOfModel(samples: readonly Sample[], model: KernelModel): Errors {
  return errorsOf(
    samples.map((sample) => sample.kernels.reduce((sum, shape) => sum + model.seconds(shape), 0)),
    samples.map((sample) => sample.seconds),
  );
}

function coefficientsText({ computeEfficiency, bandwidthEfficiency, launchSeconds }: Coefficients): string {
  return `${percent(computeEfficiency)}, ${percent(bandwidthEfficiency)}, ${microseconds(launchSeconds)}`;
}

main();
