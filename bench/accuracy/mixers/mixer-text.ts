import { FIT_COLUMNS, type MixerFit } from "@tokenyard/cluster";
import type { Coefficients } from "../kernels/coefficient.ts";
import type { MixerSample } from "./mixer-sample.ts";
import { FEW_HEADS } from "./sparse-samples.ts";

/** A line of a table of fits. */
export function mixerFitText(sample: MixerSample, coefficients: Coefficients, error: number): string {
  const { kind, of, library, cache, weights, isOfFew } = sample;
  const values: Coefficients = {
    ...coefficients,
    ...(kind.startsWith("sparse") ? { block: of, precision: cache!, products: weights! } : { rule: of }),
    ...(isOfFew === true ? { mostHeads: FEW_HEADS - 1 } : {}),
    library,
    error,
  };
  return [kind, ...FIT_COLUMNS[kind].map((name) => cellOf(values[name]))].join(" ");
}

/** The file of a GPU's fits, as packages/cluster/src/kernels/mixers/fits has it. */
export function mixerFitsText(gpu: string, lines: readonly string[]): string {
  return `// Made of measured kernels by bench/accuracy/accuracy.ts: docs/accuracy.md. AIConfigurator: vLLM 0.24, SGLang 0.5, TensorRT-LLM 1.3. In seconds and bytes.
export const ${gpu} = \`
${lines.join("\n")}
\`;
`;
}

const LEAST: MixerFit["error"] = 1e-12; // of a time in seconds, or of a share: next to nothing is nothing

/** Three figures, in as few characters as can be. */
function cellOf(value: number | boolean | string | undefined): string {
  if (value === undefined) return "-";
  if (typeof value !== "number") return String(value);
  const rounded = value < LEAST ? 0 : Number(value.toPrecision(3));
  const short = rounded.toExponential().replace("e+", "e");
  return short.length < String(rounded).length ? short : String(rounded);
}
