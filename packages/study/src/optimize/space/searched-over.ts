import { CAPTURED_SIZES, type Problem, Problems, type Scenario, type SEARCHED_OVER } from "@tokenyard/scenario";
import type { ParameterValue } from "../../points/point.ts";
import type { Vary } from "../../points/vary.ts";

type Searched = (typeof SEARCHED_OVER)[number];

/** A path with its values, or what would have to be otherwise for there to be some. */
type Values = { readonly path: string; readonly values: readonly ParameterValue[] } | { readonly wanted: string };

const SERVED = "a scheduler that serves requests as they come: continuous, prefill-first or cadence";

/**
 * The values that the section `optimize` of `scenario` searches, by path; those of `vary` win. Throws Problems of all that the scenario cannot
 * be searched over. docs/optimize.md#more-than-degrees
 */
export function withSearchedOver(scenario: Scenario, vary: Vary = {}): Vary {
  const problems: Problem[] = [];
  const found: Record<string, Vary[string]> = {};
  for (const [i, name] of (scenario.optimize?.over ?? []).entries()) {
    const values = VALUES[name](scenario);
    if ("wanted" in values) problems.push({ path: ["optimize", "over", i], given: name, wanted: values.wanted });
    else found[values.path] = values.values;
  }
  if (problems.length > 0) throw new Problems(problems);
  return { ...found, ...vary };
}

const VALUES: Readonly<Record<Searched, (scenario: Scenario) => Values>> = {
  tokenBudget: ({ serving: { scheduler } }) =>
    scheduler.kind === "static"
      ? { wanted: SERVED }
      : numbers("serving.scheduler.tokenBudget", [2048, 8192, 16_384], scheduler.tokenBudget),
  maxSequences: ({ serving: { scheduler } }) =>
    scheduler.kind === "static" ? { wanted: SERVED } : numbers("serving.scheduler.maxSequences", [64, 256, 1024], scheduler.maxSequences),
  batchSizes: ({ engine, serving: { batchSizes } }) => {
    const name = engine?.name;
    if (name === undefined || !isCapturing(name)) return { wanted: "an engine that captures sizes: vllm, sglang or trtllm" };
    const lists = MOST_CAPTURED[name].map(CAPTURED_SIZES[name]);
    const own = batchSizes === undefined ? null : [...batchSizes];
    const others = lists.filter((list) => JSON.stringify(list) !== JSON.stringify(own));
    return { path: "serving.batchSizes", values: [own, ...others] };
  },
  precision: ({ model, cluster }) => ({
    path: "model.precision.weights",
    values: withOwn(formatsOf(cluster.gpu.compute), model.precision.weights),
  }),
  kvCache: ({ model: { precision } }) => {
    const own = precision.kvCache ?? null; // null: in the format of the activations
    return {
      path: "model.precision.kvCache",
      values: [own, ...["bf16", "fp8"].filter((format) => format !== (own ?? precision.activations))],
    };
  },
  gpu: ({ pools }) =>
    pools?.some(({ gpu }) => gpu !== undefined) === true
      ? { wanted: "pools without GPUs of their own; or --vary pools.0.gpu.preset" }
      : { path: "cluster", values: NODES },
  overlap: ({ engine, pools }) => {
    if (engine?.name === "trtllm") return { wanted: "an engine that overlaps two batches: vllm or sglang" };
    return pools === undefined ? { path: "serving.overlap", values: ["none", "two-batch"] } : { wanted: "a plan without pools" };
  },
  speculation: ({ serving: { speculation } }) =>
    speculation === undefined
      ? { wanted: "a scenario with serving.speculation, whose depth is then searched" }
      : numbers("serving.speculation.tokens", [1, 2, 3, 5], speculation.tokens),
};

/** Nodes of eight GPUs with measured kernels, each with its network. */
const NODES: readonly ParameterValue[] = [
  { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  { gpu: "h200-sxm", network: "hgx-h100-ndr" },
  { gpu: "b200", network: "hgx-b200-ndr" },
];

/** The largest sizes of decode steps that engines are launched with. */
const MOST_CAPTURED: Readonly<Record<keyof typeof CAPTURED_SIZES, readonly number[]>> = {
  vllm: [256, 512, 1024],
  sglang: [160, 256, 512],
  trtllm: [128, 512, 2048],
};

function isCapturing(name: string): name is keyof typeof CAPTURED_SIZES {
  return Object.hasOwn(CAPTURED_SIZES, name);
}

/** Formats of weights that the GPU multiplies in. */
function formatsOf(compute: Scenario["cluster"]["gpu"]["compute"]): string[] {
  const has = (format: string) => typeof compute === "object" && Object.hasOwn(compute, format);
  return ["bf16", "fp8", "nvfp4"].filter((format) => format === "bf16" || has(format));
}

function numbers(path: string, values: readonly number[], own: number): Values {
  return { path, values: [...new Set([...values, own])].sort((a, b) => a - b) };
}

function withOwn(values: readonly string[], own: string | undefined): string[] {
  return own === undefined || values.includes(own) ? [...values] : [...values, own];
}
