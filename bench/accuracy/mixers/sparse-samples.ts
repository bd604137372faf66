import { type AttentionShape, attendedPairs, bytesOf, mixerOf, type Sight, type SparseBlock } from "@tokenyard/model";
import type { Library, MixerSpec, Precision } from "@tokenyard/scenario";
import { halfOf } from "../half.ts";
import { numberOf, type Row } from "../table.ts";
import type { MixerSample } from "./mixer-sample.ts";

const BLOCKS: Readonly<Record<string, SparseBlock>> = { dsa: "tokens", csa: "entries", hca: "history", msa: "blocks" };
const WEIGHTS: Readonly<Record<string, Precision>> = { bf16: "bf16", fp8_block: "fp8", nvfp4: "nvfp4" };
/** Heads of a rank below which vLLM computes prompts over an fp8 cache by its kernel of decoding (`MIN_HEADS_FOR_BF16_PREFILL`). */
export const FEW_HEADS = 32;
const ALONE = 512; // sequences from which SGLang's decoding was launched outside CUDA graphs

/** Blocks of kernels of attentions that see a part of the context. */
export function sparseSamples(rows: readonly Row[], library: (row: Row) => Library, phase: "prompt" | "decode"): MixerSample[] {
  return rows.filter((row) => isTaken(row, library(row), phase)).map((row) => sparseSample(row, library(row), phase));
}

/**
 * Not those that run other kernels: prompts that SGLang computes densely, TensorRT-LLM's reference of chosen blocks on Hopper; nor those that were no measure of
 * kernels: its prompts of chosen blocks on Blackwell, of which two tokens took 10 ms, and SGLang's batches of 512 sequences and more, which took 0.4 to 1 ms of the host.
 */
function isTaken(row: Row, library: Library, phase: "prompt" | "decode"): boolean {
  if (row["kernel"]!.includes("dense_mha") || row["kernel"] === "default") return false;
  if (library === "trtllm" && row["kind"] === "msa" && phase === "prompt") return false;
  return !(library === "sglang" && phase === "decode" && row["kind"] !== "csa" && row["kind"] !== "hca" && numberOf(row, "batch") >= ALONE);
}

function sparseSample(row: Row, library: Library, phase: "prompt" | "decode"): MixerSample {
  const of = BLOCKS[row["kind"]!]!;
  const [weights, cache] = [WEIGHTS[row["gemm"]!]!, row["kv_dtype"] as Precision];
  const { hiddenSize, spec } = specOf(row, of);
  const kernels = mixerOf(hiddenSize, spec)!.kernels(1, {
    weightBytes: bytesOf(weights),
    activationBytes: bytesOf("bf16"),
    cacheBytes: bytesOf(cache),
    precision: weights,
    corePrecision: cache,
    scorePrecision: of === "blocks" ? "bf16" : "fp8",
  });
  const sequences = numberOf(row, "batch");
  const fresh = phase === "prompt" ? numberOf(row, "seq") : 1;
  const past = phase === "prompt" ? numberOf(row, "past") : numberOf(row, "kv_len") - 1;
  const filled = (shape: AttentionShape, { most, ratio, readsAll }: Sight): AttentionShape => {
    const all = past + fresh;
    const read = phase === "prompt" && readsAll ? all : Math.min(all, fresh + most - 1);
    return {
      ...shape,
      sequences,
      newTokens: sequences * fresh,
      contextTokens: (sequences * read) / ratio,
      pairs: (sequences * pairsOf(past, fresh, most)) / ratio,
    };
  };
  const { core, beside } = kernels[phase === "prompt" ? "prefill" : "decode"];
  const products = [...kernels.projections, kernels.output];
  for (const product of products) product.rows = sequences * fresh;
  return {
    kind: `sparse-${phase}`,
    of,
    gpu: row["gpu"]!,
    library,
    half: halfOf(row),
    seconds: numberOf(row, "us") * 1e-6,
    sizes: `${row["model"]!.replace(/-(FP8|NVFP4)$/, "")} ${row["heads"]}`,
    shapes: [filled(core, kernels.sight), ...beside.map(({ shape, sight }) => filled(shape, sight))],
    products,
    weights,
    cache,
    ...(isByDecoding(row, library, phase) ? { isOfFew: numberOf(row, "heads") < FEW_HEADS } : {}),
  };
}

function isByDecoding({ kind, gpu, kv_dtype: cache }: Row, library: Library, phase: "prompt" | "decode"): boolean {
  return library === "vllm" && phase === "prompt" && kind === "dsa" && cache === "fp8" && (gpu === "h100" || gpu === "h200");
}

function pairsOf(past: number, fresh: number, most: number): number {
  return most === Number.POSITIVE_INFINITY ? fresh * past + (fresh * (fresh + 1)) / 2 : attendedPairs(past, fresh, most);
}

/** Sizes of the models that were measured, by how their names begin: `heads` are those of a rank. */
function specOf(row: Row, of: SparseBlock): { readonly hiddenSize: number; readonly spec: MixerSpec } {
  const heads = numberOf(row, "heads");
  const name = row["model"]!;
  const index = { headSize: 128, ...(row["indexer"] === "no" ? { shared: true } : {}) };
  const latent = {
    kind: "latent" as const,
    heads,
    kvLoraRank: 512,
    qkRopeHeadDim: 64,
    ...(row["kv_dtype"] === "fp8" ? { entryBytes: 656 } : {}),
  };
  if (of === "tokens" && name.startsWith("GLM")) {
    const indexer = { ...index, heads: 32, topK: 2048 };
    return { hiddenSize: 6144, spec: { ...latent, qLoraRank: 2048, qkNopeHeadDim: 192, vHeadDim: 256, indexer } };
  }
  if (of === "tokens") {
    const indexer = { ...index, heads: 64, topK: 2048 };
    return { hiddenSize: 7168, spec: { ...latent, qLoraRank: 1536, qkNopeHeadDim: 128, vHeadDim: 128, indexer } };
  }
  if (of === "blocks") {
    const spec = { kind: "block-sparse" as const, heads, kvHeads: Math.max(1, heads / 16), headSize: 128, indexHeads: 4, indexSize: 128 };
    return { hiddenSize: 6144, spec: { ...spec, blockTokens: 128, topK: 16 } };
  }
  const isPro = name.includes("Pro");
  const compressed = {
    kind: "compressed" as const,
    heads,
    headSize: 512,
    qLoraRank: isPro ? 1536 : 1024,
    outputGroups: Math.max(1, heads / 8),
    outputLoraRank: 1024,
    window: 128,
    entryBytes: 584,
  };
  const history = of === "history" ? { ratio: 128 } : { ratio: 4, indexer: { ...index, heads: 64, topK: isPro ? 1024 : 512 } };
  return { hiddenSize: isPro ? 7168 : 4096, spec: { ...compressed, ...history } };
}
