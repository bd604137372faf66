import type { Fit, Library } from "@tokenyard/scenario";
import type { Coefficient, Coefficients } from "./coefficient.ts";
import type { KernelSample } from "./kernel-samples.ts";

const COMMON: readonly Coefficient[] = [
  { name: "computeEfficiency", scale: "positive", start: 0.65, most: 2 },
  { name: "bandwidthEfficiency", scale: "positive", start: 0.85, most: 0.97 },
  { name: "launch", scale: "positive", start: 5e-6 },
  { name: "serial", scale: "share", start: 0.2 },
];

const PREFILL: readonly Coefficient[] = [
  ...COMMON,
  { name: "item", scale: "positive", start: 0.2e-6 },
  { name: "ramp", scale: "positive", start: 40 },
  { name: "narrow", scale: "positive", start: 0.6, most: 1 },
];
const TAIL: Coefficient = { name: "tail", scale: "share", start: 0.3 };
const PARTS: Coefficient = { name: "split", scale: "positive", start: 2e-6 };
const SPLIT: readonly Coefficient[] = [
  { name: "head", scale: "positive", start: 0.06e-6 },
  { name: "merge", scale: "positive", start: 3e-6 },
];
const DECODE: readonly Coefficient[] = [
  ...COMMON,
  { name: "item", scale: "positive", start: 3e-6 },
  { name: "ramp", scale: "positive", start: 4e6 },
];

/** What is searched for in each family, and where the search begins. */
export const FAMILIES: Readonly<Record<Fit["kind"], readonly Coefficient[]>> = {
  linear: [
    ...COMMON,
    { name: "cache", scale: "positive", start: 5, most: 30 },
    { name: "tile", scale: "positive", start: 0.5e-6 },
    { name: "step", scale: "positive", start: 0.3e-9 },
    { name: "split", scale: "positive", start: 3e-6 },
    { name: "quantise", scale: "positive", start: 0.5, most: 10 },
    { name: "quantiseRow", scale: "positive", start: 1e-9 },
  ],
  experts: [
    ...COMMON.map((each) => (each.name === "computeEfficiency" ? { ...each, most: 1 } : each)),
    { name: "step", scale: "positive", start: 2e-9 },
    { name: "tile", scale: "positive", start: 1e-6 },
    { name: "rows", scale: "positive", start: 0.5, most: 10 },
    { name: "groupRows", scale: "positive", start: 1.5, most: 10 },
  ],
  prefill: PREFILL,
  decode: DECODE,
  "latent-prefill": PREFILL.filter(({ name }) => name !== "narrow"),
  "latent-decode": DECODE,
};

/**
 * Libraries whose kernels of prompts split an item's keys where items are few, and the GPUs on which they do: FlashAttention 3 for vLLM, FlashInfer for SGLang. Few
 * rows have so few items, which is why a search by the loss of all would not ask. Source: docs/models/kernels.md#fitted-kernels.
 */
export const SPLITS: Readonly<Partial<Record<Library, readonly string[]>>> = { vllm: ["h100", "h200"], sglang: ["a100"] };

/** What is searched for in a family of these kernels. */
export function familyOf({ kind, library, gpu }: Pick<KernelSample, "kind" | "library" | "gpu">): readonly Coefficient[] {
  return kind === "prefill" && SPLITS[library]?.includes(gpu) ? [...FAMILIES[kind], PARTS] : FAMILIES[kind];
}

/** Coefficients that a fit has only where they are worth it. */
export const OPTIONAL: Readonly<Partial<Record<Fit["kind"], readonly Coefficient[]>>> = {
  experts: [
    { name: "perExpert", scale: "positive", start: 0.1e-6 },
    { name: "kept", scale: "positive", start: 60e6, least: 1e6, most: 1e12 },
    { name: "unaligned", scale: "positive", start: 0.8, most: 1 },
  ],
  prefill: [TAIL, { name: "written", scale: "positive", start: 0.3, most: 10 }, { name: "writtenRow", scale: "positive", start: 3e-9 }],
  decode: SPLIT,
  "latent-prefill": [TAIL],
  "latent-decode": SPLIT,
};

/** What is no number, and tried out; heads of a latent attention are never narrow and share no keys. */
export const VARIANTS: Readonly<Partial<Record<Fit["kind"], readonly Coefficients[]>>> = {
  linear: [{}, { waves: "whole" }, { waves: "whole", tiles: "by-rows" }],
  experts: [{ tiles: "handed" }, { tiles: "handed-64" }],
  prefill: [{ packed: true }, { packed: false }],
  "latent-prefill": [{ narrow: 1, packed: false }],
};
