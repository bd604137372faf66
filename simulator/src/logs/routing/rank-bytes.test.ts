import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../../setup/prepare.ts";
import { run } from "../../simulate.ts";

/** Bytes that nodes send each other, of experts that read and write rows of so many numbers. */
function bytes(inputSize: number | undefined): number {
  const { traffic } = run(
    prepare(
      parseScenario({
        tokenyard: 1,
        model: {
          layers: 2,
          hiddenSize: 32,
          attention: { heads: 4, kvHeads: 4, headSize: 8 },
          experts: { count: 4, topK: 2, hiddenSize: 64, ...(inputSize === undefined ? {} : { inputSize }) },
        },
        cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 1 },
        parallelism: { expert: 4 },
        routing: { gate: "uniform", dispatch: "per-copy" },
        workload: { kind: "batch", sequences: 8, promptTokens: 20, outputTokens: 2 },
      }),
    ),
  );
  return traffic!.nodes.reduce((sum, each) => sum + each, 0);
}

test("tokens that are projected to the width of the experts before the exchange cross in that width", () => {
  expect(bytes(32)).toBe(bytes(undefined));
  expect(bytes(16)).toBe(bytes(32) / 2);
});
