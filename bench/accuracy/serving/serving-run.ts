import { numberOf, type Row } from "../table.ts";

export const ENGINES = ["vllm", "trtllm", "sglang"] as const;
export type Engine = (typeof ENGINES)[number];

/** Ranks of a worker: those of its attention, and those that hold its experts. */
export interface Ranks {
  readonly attention: { readonly tensor: number; readonly data: number };
  readonly experts: { readonly tensor: number; readonly expert: number };
}

/** A number of workers with equal ranks. */
export interface Workers extends Ranks {
  readonly count: number;
}

/** A measured serving run: a number of users who all ask at the start and again when answered, until ten requests of each are served. */
export interface ServingRun extends Ranks {
  /** Curve of the table: runs of one deployment and one pair of lengths that differ in users. */
  readonly curve: string;
  readonly model: string;
  readonly gpu: string;
  readonly engine: Engine;
  /** Version of the engine; empty where it is not recorded. */
  readonly version: string;
  /** Number format of what matrices multiply, in the words of the table; empty: that of the checkpoint. */
  readonly format: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Whether lengths were drawn, from four fifths of the stated ones up. */
  readonly isDrawn: boolean;
  readonly concurrency: number;
  /** Whether the same GPUs compute prompts and decode. */
  readonly isTogether: boolean;
  /**
   * Workers that compute prompts and workers that decode, if they are separate and their numbers are recorded; `attention` and `experts`
   * are meaningless then.
   */
  readonly pools?: { readonly prefill: Workers; readonly decode: Workers };
  /** Means over the requests. */
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** What a row of the table of serving runs says. */
export function servingRunOf(row: Row): ServingRun {
  const isTogether = row["mode"] === "agg";
  return {
    curve: row["curve"] ?? "",
    model: row["model"] ?? "",
    gpu: row["gpu"] ?? "",
    engine: row["backend"] as Engine,
    version: row["backend_version"] ?? "",
    format: row["gemm_q"] ?? "",
    ...ranksOf(row, ""),
    promptTokens: numberOf(row, "isl"),
    outputTokens: numberOf(row, "osl"),
    isDrawn: row["origin"]?.startsWith("inferencex") ?? false,
    concurrency: numberOf(row, "concurrency"),
    isTogether,
    ...(isTogether ? {} : poolsOf(row)),
    ttftSeconds: numberOf(row, "ttft_ms") / 1e3,
    tpotSeconds: numberOf(row, "tpot_ms") / 1e3,
  };
}

function ranksOf(row: Row, of: "" | "p_" | "d_"): Ranks {
  const at = (column: string) => Number(row[of + column] || 1);
  const attention = { tensor: at("tp"), data: at("dp") };
  // 0 of both: not recorded. vLLM shares each expert among all ranks, unless it is asked for expert parallelism
  const isUnsaid = row[`${of}moe_tp`] === "0" && row[`${of}moe_ep`] === "0";
  return {
    attention,
    experts: isUnsaid ? { tensor: attention.tensor * attention.data, expert: 1 } : { tensor: at("moe_tp"), expert: at("moe_ep") },
  };
}

function poolsOf(row: Row): Pick<ServingRun, "pools"> {
  const of = (pool: "p_" | "d_"): Workers => ({ count: numberOf(row, `${pool}workers`), ...ranksOf(row, pool) });
  const pools = { prefill: of("p_"), decode: of("d_") };
  return pools.prefill.count > 0 && pools.decode.count > 0 ? { pools } : {};
}
