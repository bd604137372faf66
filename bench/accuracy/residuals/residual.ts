import type { LoadKind, ModelKind } from "@tokenyard/report";

/** A measured run beside the same run simulated: ratios alone. */
export interface Residual {
  /** `trtllm 1.0` apart from later versions, as its coefficients are. */
  readonly engine: string;
  readonly kind: ModelKind;
  readonly load: LoadKind;
  /** Presets of model and GPU. */
  readonly model: string;
  readonly gpu: string;
  /** Runs that differ in users alone have one. */
  readonly curve: string;
  readonly users: number;
  /** Measured over simulated means. */
  readonly ttft: number;
  readonly tpot: number;
  readonly e2e: number;
  /** What it shares with other runs; not of open loops, of which none are compared. */
  readonly shape?: Shape;
  /** Ratios with the engine alone and with `engine: ideal`, recorded for one run in PLAIN_EVERY. */
  readonly plain?: { readonly engine: Ratios; readonly ideal: Ratios };
}

/** What of a run says how it differs from another, and how its simulation compares with that of others. */
export interface Shape {
  readonly version: string;
  /** Degrees of attention and of experts, and the format of the matrices. */
  readonly layout: string;
  readonly gpus: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Means, in seconds; in the file over those of the first run of this model, lengths and users. */
  readonly simulated: Readonly<Record<"ttft" | "tpot" | "e2e", number>>;
}

/** Measured over simulated means. */
export type Ratios = Readonly<Record<"ttft" | "tpot", number>>;

/** Column of a residual for each latency of a report. */
export const COLUMN = { ttftSeconds: "ttft", tpotSeconds: "tpot", e2eSeconds: "e2e" } as const;

/** Engine, model and GPU, as the table of the bundle names them. */
export function combinationOf({ engine, model, gpu }: Residual): string {
  return `${engine.split(" ")[0]} ${model} ${gpu}`;
}
