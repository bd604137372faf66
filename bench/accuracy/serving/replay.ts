import { loadScenario } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { numberOf, type Row } from "../table.ts";
import { LAUNCH_SHARES, modelNamed } from "./serving-scenario.ts";

/** A measured run of single requests: what an engine was told, which requests came when, and what they took. */
export interface Replay {
  /** A row of the table of runs. */
  readonly run: Row;
  readonly requests: readonly Row[];
}

export interface ReplayTimes {
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
  readonly makespanSeconds: number;
}

const GPUS: Readonly<Record<string, string>> = { rtxpro6000: "rtx-pro-6000" };

/** Why no scenario can say it; undefined where one can. */
export function hindranceOf({ run }: Replay): string | undefined {
  if (GPUS[run["gpu"] ?? ""] === undefined) return `${run["gpu"]}: no preset`;
  return modelNamed(run["model"] ?? "") === undefined ? `${run["model"]}: no preset` : undefined;
}

/** What was measured, from the requests themselves. */
export function measuredTimes({ requests }: Replay): ReplayTimes {
  const mean = (of: (row: Row) => number) => requests.reduce((sum, row) => sum + of(row), 0) / requests.length;
  const at = numberOf;
  return {
    ttftSeconds: mean((row) => at(row, "first_token_s") - at(row, "queued_s")),
    tpotSeconds: mean((row) => (at(row, "last_token_s") - at(row, "first_token_s")) / (at(row, "output_tokens") - 1)),
    makespanSeconds: requests.reduce((most, row) => Math.max(most, at(row, "last_token_s")), 0),
  };
}

/** Which kernels are timed, and which of the host's time beside them. */
export type ReplayKind = "fitted" | "roofline" | "roofline, host time of prompts";

/** As requests are recorded from the scheduler on, none before it. The roofline's launches stand in for the host's time of a step. */
const HOSTS: Readonly<Record<ReplayKind, string>> = {
  fitted: "stepOverhead: { preset: vllm, arrival: 0 s, arrivalToken: 0 s }",
  roofline: "",
  "roofline, host time of prompts": "stepOverhead: { preset: vllm, step: 0 s, layer: 0 s, request: 0 s, arrival: 0 s, arrivalToken: 0 s }",
};

/** The same requests at the same times, through a scenario of presets. Cards on PCIe of the fifth generation: 50 of its 63 GB/s. */
export function simulatedTimes({ run, requests }: Replay, kind: ReplayKind): ReplayTimes {
  const sorted = [...requests].sort((a, b) => numberOf(a, "queued_s") - numberOf(b, "queued_s"));
  const lines = sorted.map((row) => [row["queued_s"], row["input_tokens"], row["output_tokens"]].join(","));
  const [tensor, data] = [numberOf(run, "tp"), numberOf(run, "dp")];
  const expert = Math.max(1, numberOf(run, "ep"));
  const text = `
tokenyard: 1
model: { preset: ${modelNamed(run["model"] ?? "")} }
cluster:
  gpu: ${GPUS[run["gpu"] ?? ""]}
  kernels: ${kind === "fitted" ? `{ kind: fitted, launchShare: ${LAUNCH_SHARES.vllm} }` : "roofline"}
  network: { kind: two-tier, node: { bandwidth: 50 GB/s, latency: 10 us }, fabric: { bandwidth: 12 GB/s, latency: 20 us } }
parallelism: ${expert > 1 ? `{ expert: ${expert}, attention: { tensor: ${tensor}, data: ${data} } }` : `{ tensor: ${tensor}, data: ${data} }`}
${expert > 1 ? "routing: { exchange: all-gather }" : ""}
workload: { kind: trace, path: requests.csv, format: csv }
serving:
  scheduler: { kind: continuous, tokenBudget: ${run["max_num_batched_tokens"]}, maxSequences: ${run["max_num_seqs"]} }
  kv: {}
  ${HOSTS[kind]}
`;
  const csv = ["arrivedSeconds,promptTokens,outputTokens", ...lines].join("\n");
  const { scenario, readPieces } = loadScenario(text, { read: () => csv, path: "replay.yaml" });
  const { ttftSeconds, tpotSeconds, horizonSeconds } = simulate(scenario, { readPieces });
  return {
    ttftSeconds: ttftSeconds?.mean ?? Number.NaN,
    tpotSeconds: tpotSeconds?.mean ?? Number.NaN,
    makespanSeconds: horizonSeconds,
  };
}
