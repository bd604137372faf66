import { resolvedFit } from "@tokenyard/scenario";
import type { Errors } from "../errors.ts";
import type { Coefficients } from "./coefficient.ts";
import { type CollectiveGroup, fitOf } from "./collectives.ts";
import { type TrafficGroup, USUAL_MULTIPROCESSORS } from "./exchanges.ts";
import { type Group, PRESET_OF } from "./group.ts";

const SOURCES = {
  vllm: "AIConfigurator: vLLM 0.24",
  trtllm: "AIConfigurator: TensorRT-LLM 1.3",
  sglang: "AIConfigurator: SGLang 0.5",
} as const;

const TIMES: ReadonlySet<string> = new Set(["launch", "tile", "split", "item", "head", "merge", "perExpert"]);
const SHORT_TIMES: ReadonlySet<string> = new Set(["step", "quantiseRow", "writtenRow"]);

/** The file of a GPU's fits, or of its collectives', as packages/scenario/src/presets/fits has it. */
export function fitsText(name: string, entries: readonly string[]): string {
  return `// Made of measured kernels by bench/accuracy/accuracy.ts: docs/accuracy.md.\nexport const ${name}Fits = [\n${entries.join("\n")}\n];\n`;
}

export function fitText({ samples }: Group, coefficients: Coefficients, errors: Errors): string {
  const { kind, library, precision, gpu } = samples[0]!;
  const facts = {
    kind,
    library,
    precision,
    on: PRESET_OF[gpu],
    error: `${figures(errors.median * 100, 2)} %`,
    source: SOURCES[library],
  };
  const values = Object.entries(coefficients).map(([name, value]) => [name, valueText(kind, name, value)] as const);
  return entryText(resolvedFit({ ...facts, ...Object.fromEntries(values) }, "kernels"));
}

export function collectiveFitText({ kind, library, gpu }: CollectiveGroup, coefficients: Coefficients, errors: Errors): string {
  const { small, medium, large, upTo, ...facts } = fitOf(coefficients) as unknown as CollectiveText;
  const rate = (value: number) => `${figures(value / 1e9, 3)} GB/s`;
  const us = (value: number) => `${figures(value * 1e6, 3)} us`;
  const way = ({ latency, perPeer, bandwidth, buffer }: WayText) => ({
    latency: us(latency),
    perPeer: us(perPeer),
    bandwidth: rate(bandwidth),
    ...(buffer === undefined ? {} : { buffer: rate(buffer) }),
  });
  const fit = {
    kind,
    library,
    on: PRESET_OF[gpu],
    error: `${figures(errors.median * 100, 2)} %`,
    source: library === "nccl" ? "AIConfigurator: NCCL 2.27 and 2.29" : SOURCES[library],
    small: way(small),
    medium: way(medium),
    large: way(large),
    ...(upTo === undefined ? {} : { upTo: `${figures(upTo / 1e6, 3)} MB` }),
    ...(facts.oneShot === undefined ? {} : { oneShot: facts.oneShot }),
    ...(facts.switched === undefined ? {} : { switched: rate(facts.switched) }),
  };
  return entryText(resolvedFit(fit, "traffic"));
}

interface WayText {
  readonly latency: number;
  readonly perPeer: number;
  readonly bandwidth: number;
  readonly buffer?: number;
}

interface CollectiveText {
  readonly small: WayText;
  readonly medium: WayText;
  readonly large: WayText;
  readonly upTo?: number;
  readonly oneShot?: boolean;
  readonly switched?: number;
}

export function trafficFitText(group: TrafficGroup, coefficients: Coefficients, errors: Errors): string {
  const { kind, over, gpu, library, source } = group;
  const of = kind === "exchange" ? { dispatch: group.dispatch, phase: group.phase } : {};
  const error = `${figures(errors.median * 100, 2)} %`;
  const values = Object.entries(coefficients as Readonly<Record<string, number>>).map(([name, value]) => [name, trafficValue(name, value)]);
  const ofMultiprocessors = "perMultiprocessor" in coefficients ? { multiprocessors: USUAL_MULTIPROCESSORS } : {};
  const fit = { kind, library, on: PRESET_OF[gpu], error, source, over, ...of, ...Object.fromEntries(values), ...ofMultiprocessors };
  return entryText(resolvedFit(fit, "traffic"));
}

function trafficValue(name: string, value: number): string {
  if (name === "perMultiprocessor" || name === "first") return `${figures(value / 1e9, 3)} GB/s`;
  if (name === "perCopy") return `${figures(value * 1e9, 3)} ns`;
  if (name === "fill") return `${figures(value * 1e6, 3)} us`;
  return `${figures(value * 100, 3)} %`;
}

/** An entry of a file of fits. */
export function entryText(values: object): string {
  const lines = Object.entries(values).map(([name, value]) => `    ${name}: ${literal(value)},`);
  return `  {\n${lines.join("\n")}\n  },`;
}

function literal(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${name}: ${literal(part)}`)
    .join(", ")} }`;
}

function valueText(kind: string, name: string, value: number | boolean | string): string | number | boolean {
  if (typeof value !== "number") return value;
  if (TIMES.has(name)) return `${figures(value * 1e6, 3)} us`;
  if (SHORT_TIMES.has(name)) return `${figures(value * 1e9, 3)} ns`;
  if (name === "kept") return `${figures(value / 1e6, 3)} MB`;
  if (name === "ramp") return kind.endsWith("decode") ? `${figures(value / 1e6, 3)} MB` : figures(value, 3);
  return `${figures(value * 100, 3)} %`;
}

/** The number with `count` significant digits; a negligible one becomes 0. */
function figures(value: number, count: number): number {
  return value < 1e-3 ? 0 : Number(value.toPrecision(count));
}
