import { drawnStrand, evenStrand, PowerLaws } from "@tokenyard/cluster";
import {
  type AttentionShape,
  activeOf,
  bytesOf,
  type ExpertsShape,
  GroupedQueryAttention,
  type KernelShape,
  kernelRows,
  LatentAttention,
} from "@tokenyard/model";
import type { Fit, Library, Precision } from "@tokenyard/scenario";
import { type Half, halfOf } from "../half.ts";
import { numberOf, type Row, readTable } from "../table.ts";

/** A measured kernel, the fit that it belongs to, and what decides whether a fit has seen its like. */
export interface KernelSample {
  readonly kind: Fit["kind"];
  readonly gpu: string;
  readonly library: Library;
  readonly precision: Precision;
  readonly half: Half;
  readonly seconds: number;
  readonly shape: KernelShape;
  /** Loads that a power law draws, where it was measured with some of them, of which none were kept: its time is the mean of theirs. */
  readonly drawn?: () => readonly KernelShape[];
  /** What it has in common with those that were dealt alike, in a table. */
  readonly strand?: string;
  /** Sizes that do not grow with the load: of the matrix, of the model's experts, of the heads. */
  readonly sizes: string;
  /** For decoding, the kernel family where the library has one for query heads with a KV head each and another for those that share one. */
  readonly heads?: "alone" | "sharing";
  /** True if only long kernels are known, which give rates and no fixed costs. */
  readonly isLong?: true;
}

/** What was timed, of which the measured time is the mean. */
export function shapesOf({ shape, drawn }: KernelSample): readonly KernelShape[] {
  return drawn?.() ?? [shape];
}

/** All measured kernels of the families in the folder `data` that a scenario can say. */
export function kernelSamples(data: string): KernelSample[] {
  const frameworks = new Map(readTable(data, "sources.csv").map((row) => [row["src"], row["framework"] ?? ""]));
  const library = (row: Row) => (frameworks.get(row["src"]) ?? "") as Library;
  return [
    ...linearSamples(readTable(data, "gemm.csv"), library),
    ...readTable(data, "moe_ffn.csv")
      .filter((row) => isOfExperts(row, library(row)))
      .map((row) => expertsSample(row, library(row))),
    ...readTable(data, "attention_prefill.csv")
      .filter((row) => row["dtype"] === "bf16" && isTuned(row, library(row)))
      .map((row) => attentionSample(row, library(row), "prefill")),
    ...readTable(data, "attention_decode.csv")
      .filter((row) => row["dtype"] === "bf16" && isTuned(row, library(row)))
      .map((row) => attentionSample(row, library(row), "decode")),
  ];
}

/**
 * Whether a row is usable: fused kernels, except on an A100 under expert parallelism, where they were untuned and the copies are not known;
 * and kernels of experts that tokens are sent to (DeepGEMM, as SGLang runs it behind DeepEP) under even routing, both masked ones and
 * contiguous ones with enough rows that the host did not delay them.
 */
function isOfExperts(row: Row, library: Library): boolean {
  if (isFused(row)) return !(row["gpu"] === "a100" && row["ep"] !== "1") && !isGrouped(row, library);
  const ownRows = (numberOf(row, "tokens") * numberOf(row, "topk")) / numberOf(row, "ep");
  return row["dist"] === "uni" && (row["variant"] === "deepep_generation" || ownRows >= 8192);
}

function isFused(row: Row): boolean {
  return row["variant"] === "fused";
}

/**
 * DeepSeek's experts as vLLM was measured with them, on any GPU: several are faster than the memory could read the experts that even routing reaches, so
 * their gate was limited to some of the groups of experts, as that model's is. Which experts had which copies was not kept.
 */
function isGrouped(row: Row, library: Library): boolean {
  return library === "vllm" && ["hidden", "inter", "topk", "experts"].map((column) => row[column]).join("/") === "7168/2048/8/256";
}

const HIDING = 2; // times what the host takes

/**
 * Matrix products. Those of vLLM in blocks of fp8 were timed outside CUDA graphs: most took as long as the host. The long ones, which hide it,
 * are taken on GPUs where vLLM has no others in fp8.
 */
export function linearSamples(rows: readonly Row[], library: (row: Row) => Library): KernelSample[] {
  const isOfHost = (row: Row) => library(row) === "vllm" && row["dtype"] === "fp8_block";
  const others = rows.filter((row) => !isOfHost(row)).map((row) => linearSample(row, library(row)));
  const isKnown = new Set(others.map(({ gpu, library: by, precision }) => `${gpu} ${by} ${precision}`));
  const long = [...new Set(rows.map((row) => row["gpu"]))].flatMap((gpu) => {
    const own = isKnown.has(`${gpu} vllm fp8`) ? [] : rows.filter((row) => row["gpu"] === gpu && isOfHost(row));
    const times = own.map((row) => numberOf(row, "us")).sort((a, b) => a - b);
    const host = times[Math.floor(times.length / 2)]!;
    return own.filter((row) => numberOf(row, "us") > HIDING * host);
  });
  return [...others, ...long.map((row) => ({ ...linearSample(row, library(row)), isLong: true as const }))];
}

/** Formats as in a scenario: every kernel receives activations of 16 bits and quantises them inside. */
function storedAs(format: string | undefined) {
  const weights = PRECISIONS[format ?? ""] ?? "bf16";
  const precision: Precision = weights === "mxfp4" ? "bf16" : weights; // a format of weights alone
  return { weightBytes: bytesOf(weights), activationBytes: bytesOf("bf16"), precision };
}

const PRECISIONS: Readonly<Record<string, Precision>> = {
  bfloat16: "bf16",
  bf16: "bf16",
  fp8: "fp8",
  fp8_block: "fp8",
  nvfp4: "nvfp4",
  w4a16_mxfp4: "mxfp4",
};

function sampleOf(row: Row, library: Library, kind: Fit["kind"], precision: Precision, shape: KernelShape, sizes: string): KernelSample {
  return { kind, gpu: row["gpu"] ?? "", library, precision, half: halfOf(row), seconds: numberOf(row, "us") * 1e-6, shape, sizes };
}

function linearSample(row: Row, library: Library): KernelSample {
  const [inFeatures, outFeatures] = [numberOf(row, "k"), numberOf(row, "n")];
  const shape: KernelShape = { kind: "linear", parts: 1, rows: numberOf(row, "m"), inFeatures, outFeatures, ...storedAs(row["dtype"]) };
  return sampleOf(row, library, "linear", PRECISIONS[row["dtype"]!]!, shape, `${inFeatures}x${outFeatures}`);
}

function expertsSample(row: Row, library: Library): KernelSample {
  const [hidden, inter, topk, experts] = ["hidden", "inter", "topk", "experts"].map((column) => numberOf(row, column)) as [
    number,
    number,
    number,
    number,
  ];
  const [tp, ep, tokens] = ["tp", "ep", "tokens"].map((column) => numberOf(row, column)) as [number, number, number];
  const local = experts / ep;
  const inner = inter / tp;
  const matrix = (rowsPerExpert: Float64Array, inFeatures: number, outFeatures: number) => ({
    kind: "grouped-linear" as const,
    rowsPerExpert,
    first: 0,
    experts: local,
    inFeatures,
    outFeatures,
    ...storedAs(row["dtype"]),
  });
  const shapeOf = (dealt: Float64Array): ExpertsShape => ({
    kind: "experts",
    up: matrix(dealt, hidden, 2 * inner),
    down: matrix(dealt, inner, hidden),
    groupRows: isFused(row) ? tokens * topk : 0,
  });
  const sampleWith = (shape: ExpertsShape) =>
    sampleOf(row, library, "experts", PRECISIONS[row["dtype"]!]!, shape, `${hidden}/${inter}/${topk}/${experts}`);
  if (row["dist"] === "bal" || row["dist"] === "uni") {
    const shape = shapeOf(balancedCounts(tokens, topk, experts));
    const rows = kernelRows(shape);
    return { ...sampleWith(shape), strand: evenStrand(activeOf(shape.up), local, rows, Math.max(shape.groupRows, rows)) };
  }
  const law = { tokens, topK: topk, experts: local, ranks: ep, exponent: Number(row["dist"]!.replace("pl", "")) };
  const drawn = () => LAWS.loadsOf(law).map(shapeOf);
  return { ...sampleWith(drawn()[0]!), strand: drawnStrand(law), drawn };
}

const LAWS = new PowerLaws();

/** Copies as even routing was measured: token t goes to every ⌈experts / topk⌉-th expert from t on, few tokens from places as far apart. */
function balancedCounts(tokens: number, topk: number, experts: number): Float64Array {
  const stride = Math.ceil(experts / topk);
  const apart = tokens >= stride ? 1 : stride / tokens;
  const counts = new Float64Array(experts);
  for (let token = 0; token < tokens; token++) {
    for (let i = 0; i < topk; i++) counts[Math.floor(token * apart + i * stride) % experts]!++;
  }
  return counts;
}

/** Latent attention was measured with kernels that engines run in TensorRT-LLM alone; there decoding with many query heads a KV head is not what it is tuned for. */
function isTuned(row: Row, library: Library): boolean {
  if (row["kind"] === "mla") return library === "trtllm";
  return !(library === "trtllm" && "kv_len" in row && numberOf(row, "heads") / numberOf(row, "kv_heads") > 32);
}

function attentionSample(row: Row, library: Library, phase: "prefill" | "decode"): KernelSample {
  const [heads, kvHeads, headSize, sequences] = ["heads", "kv_heads", "head_dim", "batch"].map((column) => numberOf(row, column)) as [
    number,
    number,
    number,
    number,
  ];
  const latent = row["kind"] === "mla";
  const window = numberOf(row, "window");
  const length = numberOf(row, phase === "prefill" ? "seq" : "kv_len");
  const seen = window === 0 ? length : Math.min(length, window);
  const pairs = phase === "prefill" ? (seen * (seen + 1)) / 2 + (length - seen) * seen : seen;
  const cache = (row["kv_dtype"] ?? "") as Precision;
  const { prefill, decode } = latent
    ? new LatentAttention(1, { heads, ...DEEPSEEK }).kernels(1, coreFormats(row["gpu"] ?? "", cache))
    : new GroupedQueryAttention(1, { heads, kvHeads, headSize }).kernels(1, coreFormats(row["gpu"] ?? "", cache));
  const shape: AttentionShape = {
    ...(phase === "prefill" ? prefill : decode).core,
    sequences,
    newTokens: phase === "prefill" ? sequences * length : sequences,
    contextTokens: sequences * (phase === "prefill" ? length : seen),
    pairs: sequences * pairs,
    cutPairs: phase === "prefill" ? sequences * ((length * (length + 1)) / 2 - pairs) : 0,
  };
  const sample = sampleOf(row, library, latent ? `latent-${phase}` : phase, cache, shape, `${heads}/${kvHeads}/${headSize}/${window}`);
  const isParted = library === "trtllm" && sample.kind === "decode"; // masked attention for heads alone, XQA for those that share
  return isParted ? { ...sample, heads: heads === kvHeads ? "alone" : "sharing" } : sample;
}

/** Sizes of the latent attentions that were measured. */
const DEEPSEEK = { kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 };

/** Formats as in a scenario: an fp8 cache is multiplied in fp8 where the GPU can. */
function coreFormats(gpu: string, cache: Precision) {
  const [weightBytes, activationBytes, cacheBytes] = [bytesOf("bf16"), bytesOf("bf16"), bytesOf(cache)];
  return {
    weightBytes,
    activationBytes,
    cacheBytes,
    precision: "bf16" as const,
    corePrecision: gpu === "a100" ? ("bf16" as const) : cache,
  };
}
