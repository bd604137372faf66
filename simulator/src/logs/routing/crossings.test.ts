import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepare } from "../../setup/prepare.ts";
import { run } from "../../simulate.ts";

const EXPERTS = 8;

/** Experts in rows, as many on each of `ranks` or one more on the first of them. */
const rows = (ranks: number) => {
  const each = Math.floor(EXPERTS / ranks);
  const fuller = EXPERTS % ranks;
  return Array.from({ length: ranks }, (_, e) =>
    Array.from({ length: each + (e < fuller ? 1 : 0) }, (_, i) => e * each + Math.min(e, fuller) + i),
  );
};

const anyStages = fc.record({
  seed: fc.nat(1000),
  expert: fc.integer({ min: 2, max: EXPERTS }),
  pipeline: fc.integer({ min: 1, max: 4 }),
  gpusPerNode: fc.integer({ min: 2, max: 5 }),
  gate: fc.constantFrom("balanced", "uniform"),
  layers: fc.integer({ min: 4, max: 6 }),
});

test("in which order a rank holds its experts does not matter to copies that leave their node, wherever nodes begin in each stage", () => {
  let crossed = 0;
  const holds = fc.property(anyStages, ({ seed, expert, pipeline, gpusPerNode, gate, layers }) => {
    const traffic = (held: readonly (readonly number[])[]) =>
      run(
        prepare(
          parseScenario({
            tokenyard: 1,
            seed,
            model: {
              layers,
              hiddenSize: 32,
              attention: { heads: 8, kvHeads: 4, headSize: 8 },
              experts: { count: EXPERTS, topK: 2, hiddenSize: 64 },
            },
            cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode },
            parallelism: { pipeline, expert, attention: { tensor: 1 } },
            routing: { gate, placement: { kind: "map", layers: [held] } },
            workload: { kind: "batch", sequences: 9, promptTokens: { kind: "uniform", from: 1, to: 30 }, outputTokens: 12 },
            serving: { scheduler: { kind: "continuous", maxSequences: 3 } },
          }),
        ),
      ).traffic;
    const inOrder = traffic(rows(expert));
    crossed += inOrder?.crossed ?? 0;
    expect(inOrder).toEqual(traffic(rows(expert).map((own) => own.toReversed())));
  });
  fc.assert(holds, { numRuns: drawnCases(12) });
  expect(crossed).toBeGreaterThan(0);
});
