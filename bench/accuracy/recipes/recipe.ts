/** A layout that makers of engines, or people who measured, recommend for a model, a GPU and a load. */
export interface Recipe {
  readonly model: string;
  /** Formats of the checkpoint; those of the preset where none are given. */
  readonly precision?: Readonly<Record<string, string>>;
  readonly gpu: "h100-sxm" | "h200-sxm" | "b200";
  /** Engine and flags of the launch line, those of degrees included. */
  readonly engine: "vllm" | "sglang" | "trtllm";
  readonly flags: Readonly<Record<string, unknown>>;
  /** Layouts that its source recommends; the flags are those of the first. */
  readonly layouts: readonly string[];
  /** Output tokens a second and GPU that its source has measured with it. */
  readonly published?: number;
  readonly load: Load;
  /** What the recipe is recommended for. */
  readonly goal: "throughputPerGpu" | "tpot.mean";
  /** Most GPUs of the plans with which the recipe is ranked. */
  readonly mostGpus: number;
  /** Whether plans of several servers are ranked, too. */
  readonly hasReplicas?: true;
  readonly source: string;
  /** Why it is not among the best three plans; none where it is. */
  readonly why?: string;
}

export function nameOf({ model, gpu, engine, layouts, goal }: Recipe): string {
  return `${model}, ${gpu}, ${engine}, ${layouts.join(" or ")}, ${goal}`;
}

/** Requests at once, each followed by another until there were `requests`; lengths have the spread `sigma` where one is given. */
export interface Load {
  readonly atOnce: number;
  readonly requests: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly sigma?: number;
}
