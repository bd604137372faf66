import type { LinearShape } from "@tokenyard/model";
import { type Sample, sampleOf, storedAs } from "./sample.ts";
import { numberOf, type Row } from "./table.ts";

/** Dense multiplications [m, k] × [k, n], one sample each. Families: `gemm bf16`, `gemm fp8`, … */
export function gemmSamples(rows: readonly Row[], frameworkOf: (row: Row) => string): Sample[] {
  return rows
    .filter((row) => !isTimedEagerly(row, frameworkOf(row)))
    .map((row) => {
      const format = row["dtype"] === "bfloat16" ? "bf16" : (row["dtype"] ?? "");
      const shape: LinearShape = {
        kind: "linear",
        parts: 1,
        rows: numberOf(row, "m"),
        inFeatures: numberOf(row, "k"),
        outFeatures: numberOf(row, "n"),
        ...storedAs(format),
      };
      return sampleOf(row, `gemm ${format}`, [shape]);
    });
}

/** The block-scaled fp8 kernels of this framework were timed without a CUDA graph: a fixed cost of 73 us and more is the host's. */
function isTimedEagerly(row: Row, framework: string): boolean {
  return framework === "vllm" && row["dtype"] === "fp8_block";
}
