import { type Report, summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** Four sequences of 16 tokens that meet two of 32 experts each, on eight ranks. */
function reportOf(gate: string, placement: string, attention: { readonly tensor: number; readonly data: number }): Report {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 4096,
      attention: { heads: 32, kvHeads: 8, headSize: 128 },
      experts: { count: 32, topK: 2, hiddenSize: 1536, matrices: 3 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 8, attention },
    routing: { gate, placement, dispatch: "per-copy" },
    workload: { kind: "batch", sequences: 4, promptTokens: 16, outputTokens: 9 },
  });
  return summarize(run(prepare(scenario)));
}

test.each([
  ["one data group", "contiguous", { tensor: 8, data: 1 }],
  ["one data group, experts dealt to ranks", "round-robin", { tensor: 8, data: 1 }],
  ["a data group on each rank", "contiguous", { tensor: 1, data: 8 }],
] as const)(
  "few copies of an even gate come to all ranks alike, and take no longer than those of a uniform one: %s",
  (_, placement, attention) => {
    const even = reportOf("balanced", placement, attention);
    const uniform = reportOf("uniform", placement, attention);
    expect(even.balance.rank!.decode!.loadVariance.mean).toBe(0); // 4 · 2 copies on 8 ranks
    expect(even.tpotSeconds!.mean!).toBeLessThanOrEqual(uniform.tpotSeconds!.mean!);
  },
);
