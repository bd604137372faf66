/** A value of the plan that has a field of its own beside the text. */
export interface Field {
  readonly path: readonly string[];
  readonly label: string;
  /** Value as the scenario writes it: `2`, `8 requests/s`. */
  readonly value: string;
  /** The number in it, for a slider; undefined where it has none. */
  readonly number: number | undefined;
  /** Text after the number: ` requests/s`; may be empty. */
  readonly unit: string;
  /** `double`: degrees, which must divide other numbers. */
  readonly step: "double" | "tenth" | "one";
}

/** The keys that matter most, in the order of the page; those that a plan does not have are left out. */
const KEYS: readonly (readonly [path: string, label: string, step: Field["step"]])[] = [
  ["parallelism.tensor", "tensor", "double"],
  ["parallelism.expert", "expert", "double"],
  ["parallelism.pipeline", "pipeline", "double"],
  ["parallelism.data", "data", "double"],
  ["cluster.gpusPerNode", "GPUs per node", "double"],
  ["workload.sequences", "sequences", "double"],
  ["workload.requests", "requests", "double"],
  ["workload.rate", "rate", "tenth"],
  ["workload.clients", "clients", "double"],
  ["workload.promptTokens", "prompt tokens", "double"],
  ["workload.promptTokens.mean", "prompt tokens, mean", "double"],
  ["workload.promptTokens.to", "prompt tokens, most", "double"],
  ["workload.outputTokens", "output tokens", "double"],
  ["workload.outputTokens.value", "output tokens", "double"],
  ["workload.outputTokens.mean", "output tokens, mean", "double"],
  ["serving.scheduler.microBatches", "micro-batches", "double"],
  ["serving.scheduler.maxSequences", "most sequences", "double"],
  ["serving.scheduler.tokenBudget", "token budget", "double"],
  ["routing.capacityFactor", "capacity factor", "tenth"],
  ["seed", "seed", "one"],
];

/** The fields of a scenario, by its resolved tree. */
export function fieldsOf(resolved: object): Field[] {
  return KEYS.flatMap(([joined, label, step]) => {
    const path = joined.split(".");
    const at = path.reduce<unknown>(
      (tree, key) => (typeof tree === "object" && tree !== null ? (tree as Record<string, unknown>)[key] : undefined),
      resolved,
    );
    if (typeof at !== "number" && typeof at !== "string") return [];
    const value = String(at);
    const [, digits, unit] = /^(-?[\d.]+)(\s.*)?$/.exec(value) ?? [];
    return [{ path, label, value, number: digits === undefined ? undefined : Number(digits), unit: unit ?? "", step }];
  });
}

/** The value one step up or down from that of `field`, as text; undefined where there is none. */
export function stepped({ number, unit, step }: Field, up: boolean): string | undefined {
  if (number === undefined) return undefined;
  const next =
    step === "double" ? (up ? number * 2 : number / 2) : step === "tenth" ? number * (up ? 1.1 : 1 / 1.1) : number + (up ? 1 : -1);
  const least = step === "double" ? 1 : 0;
  if (next < least || (step === "double" && !Number.isInteger(next))) return undefined;
  return `${Number(next.toPrecision(3 + Math.max(0, Math.floor(Math.log10(Math.max(next, 1))) - 2)))}${unit}`;
}
