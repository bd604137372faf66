import { loadScenario } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { quantile } from "../errors.ts";
import { numberOf, type Row } from "../table.ts";
import { modelNamed } from "./serving-model.ts";
import { LAUNCH_SHARES } from "./serving-scenario.ts";

/** A measured run of single requests: an engine's flags, which requests came when, and what they took. */
export interface Replay {
  /** A row of the table of runs. */
  readonly run: Row;
  readonly requests: readonly Row[];
  /** Kernels of this very GPU and model, measured: a table as `kernels: { kind: table }` reads it. */
  readonly table: string;
}

export interface ReplayTimes {
  readonly ttftSeconds: number;
  readonly medianTtftSeconds: number;
  readonly tpotSeconds: number;
  readonly makespanSeconds: number;
}

/** The preset nearest to the GPU of a run, and what its datasheet says (NVIDIA's papers on Ada and on the card). An RTX 4090 is of the L40S's architecture. */
const GPUS: Readonly<Record<string, { readonly preset: string; readonly datasheet: string }>> = {
  rtxpro6000: {
    preset: "rtx-pro-6000",
    datasheet: "compute: { bf16: 503 TFLOPS }, bandwidth: 1.597 TB/s, multiprocessors: 188, memory: 102.6 GB",
  },
  rtx4090: { preset: "l40s", datasheet: "compute: { bf16: 165.2 TFLOPS }, bandwidth: 1.008 TB/s, multiprocessors: 128, memory: 25.7 GB" },
};

/** What the datasheet of a GPU says, as a scenario has it. */
export function datasheetOf(gpu: string): string {
  return GPUS[gpu]?.datasheet ?? "";
}

/** Why no scenario can say it; undefined where one can. */
export function hindranceOf({ run }: Replay): string | undefined {
  if (GPUS[run["gpu"] ?? ""] === undefined) return `${run["gpu"]}: no preset`;
  return modelNamed(run["model"] ?? "") === undefined ? `${run["model"]}: no preset` : undefined;
}

/** What was measured, from the requests themselves. */
export function measuredTimes({ requests }: Replay): ReplayTimes {
  const mean = (of: (row: Row) => number) => requests.reduce((sum, row) => sum + of(row), 0) / requests.length;
  const at = numberOf;
  const ttft = (row: Row) => at(row, "first_token_s") - at(row, "queued_s");
  return {
    ttftSeconds: mean(ttft),
    medianTtftSeconds: quantile(requests.map(ttft), 0.5),
    tpotSeconds: mean((row) => (at(row, "last_token_s") - at(row, "first_token_s")) / (at(row, "output_tokens") - 1)),
    makespanSeconds: requests.reduce((most, row) => Math.max(most, at(row, "last_token_s")), 0),
  };
}

/** Block size of vLLM. */
const BLOCK_TOKENS = 16;

/** Kernel times, and the part of the host's time beside them. */
export type ReplayKind = "table" | "fitted" | "roofline" | "roofline, host time of prompts";

/**
 * Host times of a step and none before it, as requests are recorded from the scheduler on. The roofline's launches stand in for the host.
 */
const HOSTS: Readonly<Record<ReplayKind, string>> = {
  table: "stepOverhead: { preset: vllm, arrival: 0 s, arrivalToken: 0 s }",
  fitted: "stepOverhead: { preset: vllm, arrival: 0 s, arrivalToken: 0 s }",
  roofline: "",
  "roofline, host time of prompts": "stepOverhead: { preset: vllm, step: 0 s, layer: 0 s, request: 0 s, arrival: 0 s, arrivalToken: 0 s }",
};

/**
 * Between two of its cards, as the makers of the runs measured NCCL there, replayed from a CUDA graph: bytes that a collective sends over 15.9 GB/s, and
 * 6.6 us for each of its rounds (LLMServingSim, CHANGELOG.md).
 */
const NETWORK = "{ kind: two-tier, node: { bandwidth: 15.9 GB/s, latency: 6.6 us }, fabric: { bandwidth: 12 GB/s, latency: 20 us } }";

/** Times of the same requests at the same instants, in a scenario of presets with the recorded number of cache blocks. */
export function simulatedTimes({ run, requests, table }: Replay, kind: ReplayKind): ReplayTimes {
  const sorted = [...requests].sort((a, b) => numberOf(a, "queued_s") - numberOf(b, "queued_s"));
  const lines = sorted.map((row) => [row["queued_s"], row["input_tokens"], row["output_tokens"]].join(","));
  const [tensor, data] = [numberOf(run, "tp"), numberOf(run, "dp")];
  const expert = Math.max(1, numberOf(run, "ep"));
  const text = `
tokenyard: 1
model: { preset: ${modelNamed(run["model"] ?? "")} }
cluster:
  gpu: { preset: ${GPUS[run["gpu"] ?? ""]?.preset}, ${datasheetOf(run["gpu"] ?? "")} }
  kernels: ${kernelsOf(kind)}
  network: ${NETWORK}
engine: ideal
parallelism: ${expert > 1 ? `{ expert: ${expert}, attention: { tensor: ${tensor}, data: ${data} } }` : `{ tensor: ${tensor}, data: ${data} }`}
${expert > 1 ? "routing: { exchange: all-gather }" : ""}
workload: { kind: trace, path: requests.csv, format: csv }
serving:
  scheduler: { kind: continuous, tokenBudget: ${run["max_num_batched_tokens"]}, maxSequences: ${run["max_num_seqs"]} }
  kv: { ${run["kv_tokens"] ? `blocks: ${Math.floor(numberOf(run, "kv_tokens") / BLOCK_TOKENS)}` : ""} }
  ${HOSTS[kind]}
`;
  const csv = ["arrivedSeconds,promptTokens,outputTokens", ...lines].join("\n");
  const { scenario, readPieces } = loadScenario(text, { read: (path) => (path === "kernels.csv" ? table : csv), path: "replay.yaml" });
  const { ttftSeconds, tpotSeconds, horizonSeconds } = simulate(scenario, { readPieces });
  return {
    ttftSeconds: ttftSeconds?.mean ?? Number.NaN,
    medianTtftSeconds: ttftSeconds?.p50 ?? Number.NaN,
    tpotSeconds: tpotSeconds?.mean ?? Number.NaN,
    makespanSeconds: horizonSeconds,
  };
}

function kernelsOf(kind: ReplayKind): string {
  if (kind === "table") return `{ kind: table, files: [kernels.csv], launchShare: ${LAUNCH_SHARES.vllm} }`;
  return kind === "fitted" ? `{ kind: fitted, launchShare: ${LAUNCH_SHARES.vllm} }` : "roofline";
}
