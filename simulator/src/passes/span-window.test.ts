import type { Recording } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pipelinedScenario } from "../laws/pipelined-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { differences, plain } from "./executors.contract.ts";

/** The spans of a window, `from` and `to` in thousandths of the run, as they come, and op by op on the stages. */
function spansBoth(scenario: Scenario, from: number, to: number) {
  const { horizonNs } = run(prepare(scenario));
  const spans = { fromNs: Math.floor((horizonNs * from) / 1000), toNs: Math.ceil((horizonNs * to) / 1000) };
  return [
    comparable(run(prepare(scenario), { spans, rows: true })),
    comparable(run(prepare(scenario), { spans, rows: true, executor: "stages" })),
  ];
}

/** Spans in one order, whichever was recorded first. */
function comparable(recording: Recording) {
  const { spans, ...rest } = plain(recording);
  const { rank, startNs, ...others } = spans!;
  const rows = Array.from(rank, (r, i) => [
    r,
    startNs[i]!,
    ...Object.values(others).map((column) => (column as ArrayLike<number> | undefined)?.[i] ?? 0),
  ]);
  return { ...rest, spans: rows.map((row) => row.join(" ")).sort() };
}

test.each([
  ["one stage", loadedScenario, 10],
  ["pipelines", pipelinedScenario, 5],
] as const)("spans of a window of time are those of ops one by one, and so is all else, on %s", (_, scenarios, numRuns) => {
  fc.assert(
    fc.property(scenarios, fc.nat(1000), fc.nat(1000), (scenario, a, b) => {
      const [own, reference] = spansBoth(scenario, Math.min(a, b), Math.max(a, b));
      expect(differences(own, reference)).toEqual([]);
    }),
    { numRuns: drawnCases(numRuns), endOnFailure: true },
  );
});

test("only passes that the window falls into are recorded op by op", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 2 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    parallelism: {},
    workload: { kind: "batch", sequences: 1, promptTokens: 20, outputTokens: 1000 },
    serving: { scheduler: "continuous" },
  });
  const { horizonNs } = run(prepare(scenario));
  const counts = { form: 0, loop: 0, launched: 0, formless: new Map<string, number>() };
  run(prepare(scenario), { spans: { fromNs: horizonNs / 2, toNs: horizonNs / 2 + 1 }, counts });
  expect(counts.launched).toBeLessThan(3); // that it falls into
  expect(counts.loop + counts.launched).toBe(1000);
});
