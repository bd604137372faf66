import { numberOf, type Row } from "../table.ts";

export const ENGINES = ["vllm", "trtllm", "sglang"] as const;
export type Engine = (typeof ENGINES)[number];

/** A measured serving run: so many users, who all ask at the start and again when answered, until ten requests of each are served. */
export interface ServingRun {
  readonly model: string;
  readonly gpu: string;
  readonly engine: Engine;
  /** Number format of what matrices multiply, in the words of the table; empty: that of the checkpoint. */
  readonly format: string;
  readonly attention: { readonly tensor: number; readonly data: number };
  readonly experts: { readonly tensor: number; readonly expert: number };
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Whether lengths were drawn, from four fifths of the stated ones up. */
  readonly isDrawn: boolean;
  readonly concurrency: number;
  /** Whether the same GPUs compute prompts and decode. */
  readonly isTogether: boolean;
  /** Means over the requests. */
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** What a row of the table of serving runs says. */
export function servingRunOf(row: Row): ServingRun {
  const at = (column: string, otherwise: number) => (row[column] === "" ? otherwise : numberOf(row, column));
  return {
    model: row["model"] ?? "",
    gpu: row["gpu"] ?? "",
    engine: row["backend"] as Engine,
    format: row["gemm_q"] ?? "",
    attention: { tensor: at("tp", 1), data: at("dp", 1) },
    experts: { tensor: at("moe_tp", 1), expert: at("moe_ep", 1) },
    promptTokens: numberOf(row, "isl"),
    outputTokens: numberOf(row, "osl"),
    isDrawn: row["origin"]?.startsWith("inferencex") ?? false,
    concurrency: numberOf(row, "concurrency"),
    isTogether: row["mode"] === "agg",
    ttftSeconds: numberOf(row, "ttft_ms") / 1e3,
    tpotSeconds: numberOf(row, "tpot_ms") / 1e3,
  };
}
