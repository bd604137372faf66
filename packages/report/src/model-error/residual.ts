/** Kinds of models that residuals are kept by: by their feed-forward layers and their attention. */
export const MODEL_KINDS = ["dense", "experts", "latent"] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** Kind of load: users that wait for answers, or requests at a given rate. */
export type LoadKind = "closed" | "open";

/** Latencies that were measured beside simulated ones, by their name in a report. */
export const MEASURED = ["ttftSeconds", "tpotSeconds", "e2eSeconds"] as const;
export type Measured = (typeof MEASURED)[number];

/** Quantiles 10, 50 and 90 % of measured over simulated. */
export type Factors = readonly [low: number, middle: number, high: number];

/** Ratios of measured to simulated runs of one kind. */
export interface Residuals {
  /** Engine, with its version if that has its own coefficients (`trtllm 1.0`); `any`: every engine. */
  readonly engine: string;
  readonly kind: ModelKind;
  readonly load: LoadKind;
  readonly runs: number;
  /** Pairs of model and GPU among them. */
  readonly combinations: number;
  readonly factors: Readonly<Record<Measured, Factors>>;
}

/**
 * Differences of two runs of one model, from least to most: their load alone, also their layout (degrees and number formats) or lengths,
 * also the engine or its version, and also the GPU.
 */
export const RELATIONS = ["load", "layout", "engine", "gpu"] as const;
export type Relation = (typeof RELATIONS)[number];

/** Every kind of measured run, and each combination of engine, model and GPU among the runs. */
export interface ResidualTable {
  readonly source: string;
  readonly residuals: readonly Residuals[];
  /** Standard deviation of logarithms from one combination's median to another's, of one engine, kind and load. */
  readonly between: Readonly<Record<Measured, number>>;
  /**
   * Distance of the errors of two runs with such differences, as a share of that of independent ones. docs/models/model-error.md#two-plans
   */
  readonly apart: Readonly<Record<Relation, Readonly<Record<Measured, number>>>>;
  /** `vllm llama-3.1-70b h100-sxm` */
  readonly seen: readonly string[];
}
