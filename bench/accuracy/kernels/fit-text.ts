import type { Errors } from "../errors.ts";
import type { Coefficients } from "./coefficient.ts";
import { type Group, PRESET_OF } from "./group.ts";

const SOURCES = {
  vllm: "AIConfigurator: vLLM 0.24",
  trtllm: "AIConfigurator: TensorRT-LLM 1.3",
  sglang: "AIConfigurator: SGLang 0.5",
} as const;

const TIMES: ReadonlySet<string> = new Set(["launch", "tile", "split", "item"]);

/** The file of a GPU's fits as packages/scenario/src/presets/fits has it. */
export function fitsText(gpu: string, entries: readonly string[]): string {
  return `// Made of measured kernels by bench/accuracy/accuracy.ts: docs/accuracy.md.\nexport const ${gpu}Fits = [\n${entries.join("\n")}\n];\n`;
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
  const lines = [...Object.entries(facts), ...values].map(([name, value]) => `    ${name}: ${JSON.stringify(value)},`);
  return `  {\n${lines.join("\n")}\n  },`;
}

function valueText(kind: string, name: string, value: number | boolean): string | number | boolean {
  if (typeof value === "boolean") return value;
  if (TIMES.has(name)) return `${figures(value * 1e6, 3)} us`;
  if (name === "ramp") return kind === "decode" ? `${figures(value / 1e6, 3)} MB` : figures(value, 3);
  return `${figures(value * 100, 3)} %`;
}

/** So many figures; what is next to nothing is nothing. */
function figures(value: number, count: number): number {
  return value < 1e-3 ? 0 : Number(value.toPrecision(count));
}
