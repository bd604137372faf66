import type { GroupedLinearShape } from "@tokenyard/model";
import { type Sample, sampleOf, storedAs } from "./sample.ts";
import { numberOf, type Row } from "./table.ts";

/**
 * Feed-forwards of routed experts under perfectly even routing, so that every count is known: two grouped multiplications,
 * d → 2·hidden and hidden → d, of the experts of one rank. Families: `experts bf16`, `experts fp8_block`, …
 */
export function expertSamples(rows: readonly Row[], frameworkOf: (row: Row) => string): Sample[] {
  return rows
    .filter((row) => row["variant"] === "fused" && row["dist"] === "bal" && !isUntuned(row, frameworkOf(row)))
    .map((row) => {
      const experts = numberOf(row, "experts");
      const local = experts / numberOf(row, "ep");
      const rowsPerExpert = evenCounts(numberOf(row, "tokens") * numberOf(row, "topk"), experts, local);
      const hidden = numberOf(row, "hidden");
      const inner = numberOf(row, "inter") / numberOf(row, "tp");
      const grouped = (inFeatures: number, outFeatures: number): GroupedLinearShape => ({
        kind: "grouped-linear",
        rowsPerExpert,
        first: 0,
        experts: local,
        inFeatures,
        outFeatures,
        ...storedAs(row["dtype"]),
      });
      return sampleOf(row, `experts ${row["dtype"]}`, [grouped(hidden, 2 * inner), grouped(inner, hidden)]);
    });
}

/** `copies` dealt evenly to `experts`; the counts of the first `local` of them, which get the remainder first. */
export function evenCounts(copies: number, experts: number, local: number): Float64Array {
  const each = Math.floor(copies / experts);
  const over = copies - each * experts;
  return Float64Array.from({ length: local }, (_, e) => each + (e < over ? 1 : 0));
}

/** Whether kernels were untuned: on the A100 this framework tuned only the configuration without expert parallelism. */
function isUntuned(row: Row, framework: string): boolean {
  return row["gpu"] === "a100" && framework === "sglang" && row["ep"] !== "1";
}
