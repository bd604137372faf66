import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const PARAMETERS = 8.03e9 - 128_256 * 4096; // of Llama 3.1 8B, without its embedding

function secondsPerToken(gpu: string, sequences: number, weights: string): number {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { preset: "llama-3.1-8b", precision: { weights } },
    cluster: { gpu, network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences, promptTokens: 128, outputTokens: 9 },
  });
  return summarize(run(prepare(scenario))).tpotSeconds!.mean!;
}

test.each([
  ["bf16", 2],
  ["fp8", 1],
] as const)(
  "few sequences decode no slower on an H20 than on an H100, by the bandwidth of its memory, and no faster than that allows: %s",
  (weights, bytes) => {
    for (const sequences of [1, 8, 16]) {
      const [h20, h100] = [secondsPerToken("h20", sequences, weights), secondsPerToken("h100-sxm", sequences, weights)];
      expect(h20).toBeGreaterThan((PARAMETERS * bytes) / 4e12);
      expect(h20).toBeLessThan(h100);
    }
  },
);
