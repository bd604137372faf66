import { mixerOf, type Recurrence, type ScanShape } from "@tokenyard/model";
import type { Library, MixerSpec } from "@tokenyard/scenario";
import { halfOf } from "../half.ts";
import { numberOf, type Row } from "../table.ts";
import type { MixerSample } from "./mixer-sample.ts";

const RULES: Readonly<Record<string, Recurrence>> = { gdn: "gated-delta", kda: "kda", mamba2: "mamba-2" };

/** Kernels that convolve and update at once: where engines have them they stand for two of the others. */
const FUSED: ReadonlySet<string> = new Set(["fused_kda_decode", "kda_fused_decode", "fused_kda_decode_mtp_dspark"]);

/** Kernels of linear layers, one a sample. */
export function scanSamples(rows: readonly Row[], library: (row: Row) => Library): MixerSample[] {
  return rows.filter((row) => isTaken(row, library(row))).map((row) => scanSample(row, library(row)));
}

/** Not the fused ones, nor vLLM's convolutions of KDA prompts, which were launched outside CUDA graphs: 0.4 to 0.8 ms for one token. */
function isTaken(row: Row, library: Library): boolean {
  return !FUSED.has(row["kernel"]!) && !(library === "vllm" && row["kernel"] === "causal_conv1d_fn_qkv3");
}

function scanSample(row: Row, library: Library): MixerSample {
  const of = RULES[row["kind"]!]!;
  const isPrompt = row["phase"] === "context";
  const [batch, tokens] = [numberOf(row, "batch"), numberOf(row, "seq")];
  const { prefill, decode } = mixerOf(numberOf(row, "d_model"), specOf(row, of))!.kernels(1, FORMATS);
  const [convolution, scan] = (isPrompt ? prefill : decode).scans as [ScanShape, ScanShape];
  const isConvolution = row["kernel"]!.includes("conv1d");
  const shape = isConvolution ? convolution : scan;
  shape.sequences = isPrompt ? batch : (batch * (1 + tokens)) / 2; // a state is read once, and written after each token
  shape.newTokens = batch * tokens;
  return {
    kind: `${isConvolution ? "convolution" : "scan"}-${isPrompt ? "prompt" : "decode"}`,
    of,
    gpu: row["gpu"]!,
    library,
    half: halfOf(row),
    seconds: numberOf(row, "us") * 1e-6,
    sizes: `${shape.items}`,
    shapes: [shape],
  };
}

function specOf(row: Row, of: Recurrence): MixerSpec {
  const [keyHeads, keySize, valueHeads, valueSize, taps] = ["k_heads", "head_k", "v_heads", "head_v", "conv"].map((name) =>
    numberOf(row, name),
  ) as [number, number, number, number, number];
  const state = "fp32" as const;
  if (of === "gated-delta") return { kind: of, keyHeads, keySize, valueHeads, valueSize, taps, state };
  if (of === "kda") return { kind: of, heads: valueHeads, headSize: valueSize, taps, state };
  const [groups, stateSize] = [numberOf(row, "groups"), numberOf(row, "state")];
  return { kind: of, heads: valueHeads, headSize: valueSize, groups, stateSize, chunkTokens: 128, taps, state };
}

const FORMATS = { weightBytes: 2, activationBytes: 2, cacheBytes: 2, precision: "bf16", corePrecision: "bf16" } as const;
