import { RANK_FAMILIES, RankColumns } from "@tokenyard/metrics";
import { type Spans, summarize } from "@tokenyard/report";
import { parseScenario, type Scenario, targetsOf } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** The columns of a run in `parts` instants, and a recording of the same run with all of its spans. */
function mapped(scenario: Scenario, parts: number) {
  const { alerts: _, ...plan } = scenario;
  const window = { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER, most: 1_000_000 };
  const recording = run(prepare(plan), { spans: window });
  const columns = new RankColumns(400);
  const everyMs = Math.max(1, Math.floor(recording.horizonNs / parts)) / 1e6;
  run(prepare(plan), { samples: { everyMs, families: RANK_FAMILIES, sinks: [columns] } });
  return { recording, series: columns.series() };
}

/** The op of span `s`, on whatever ranks. */
function opOf({ kind, microBatch, pass, phase, layer, half }: Spans, s: number): string {
  return [kind, microBatch, pass, phase, layer, half].map((column) => column[s]).join(" ");
}

test.each([
  ["any load", loadedScenario],
  ["static batches, on any deployment", drawnScenario],
  ["any load, under faults", struckScenario],
] as const)("at every instant, what the ranks have computed so far is that of the spans which have ended: %s", (_, scenarios) => {
  fc.assert(
    fc.property(scenarios as fc.Arbitrary<Scenario>, fc.constantFrom(1, 7), (scenario, parts) => {
      const { recording, series } = mapped(scenario, parts);
      const { spans, opKinds } = recording;
      const isKernel = opKinds.map(({ name, lane }) => lane === "compute" && name !== "host");
      const compute = series.columns.find(({ family }) => family === "computeUse")!.values;
      const opEndNs = new Map<string, number>();
      for (let s = 0; s < spans!.rank.length; s++) {
        const op = opOf(spans!, s);
        opEndNs.set(op, Math.max(opEndNs.get(op) ?? 0, spans!.endNs[s]!));
      }
      let soFar = 0;
      for (const [at, endMs] of series.endMs.entries()) {
        const fromMs = at === 0 ? 0 : series.endMs[at - 1]!;
        for (let rank = 0; rank < series.ranks; rank++) soFar += compute[at * series.ranks + rank]! * (endMs - fromMs) * 1e6;
        // the slow way, kernels only and no time of the host: an op counts once all of its ranks have ended it
        let [least, most] = [0, 0];
        for (let s = 0; s < spans!.rank.length; s++) {
          if (!isKernel[spans!.kind[s]!]!) continue;
          const ns = spans!.workNs[s]! - spans!.startNs[s]!;
          if (spans!.endNs[s]! <= Math.round(endMs * 1e6)) most += ns;
          if (opEndNs.get(opOf(spans!, s))! <= Math.round(endMs * 1e6)) least += ns;
        }
        const slackNs = 1e-6 * Math.max(most, series.ranks * endMs * 1e6);
        expect(soFar).toBeGreaterThanOrEqual(least - slackNs);
        expect(soFar).toBeLessThanOrEqual(most + slackNs);
      }
    }),
    { numRuns: drawnCases(6) },
  );
});

const lost = parseScenario({
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 8, kvHeads: 8, headSize: 8 },
    experts: { count: 8, topK: 1, hiddenSize: 64, matrices: 2 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
    network: { kind: "two-tier", node: { bandwidth: "2 GB/s", latency: "2 us" }, fabric: { bandwidth: "1 GB/s", latency: "5 us" } },
  },
  parallelism: { expert: 4, data: 2 },
  workload: { kind: "closed", requests: 200, concurrency: 8, promptTokens: 40, outputTokens: 20 },
  serving: { scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 16 }, overlap: "none" },
  faults: [{ kind: "gpu-lost", at: "1 ms", for: "1 ms", ranks: [5] }],
  health: { probe: { every: "100 us", timeout: "100 us", failures: 1 }, onLoss: { kind: "restart", time: "1 ms" }, inFlight: "fail" },
});

test("a GPU that is lost is named, and its replica stops and serves again when the report says so", () => {
  const { recording, series } = mapped(lost, 200);
  const report = summarize(recording, targetsOf(lost));
  const [event] = report.faults!.events;
  const [row] = recording.faults!;
  expect(row!.ranks).toEqual([5]);
  expect(row!.atNs).toBe(event!.atSeconds * 1e9);
  const isStopped = (rank: number) => (at: number) => series.stopped[at * series.ranks + rank] === 1;
  const instants = [...series.endMs.keys()];
  const inForce = instants.filter((at) => series.endMs[at]! / 1e3 > event!.atSeconds && series.endMs[at]! / 1e3 < event!.resumedAtSeconds!);
  expect(inForce.length).toBeGreaterThan(3);
  for (const rank of [4, 5, 6, 7]) expect(instants.filter(isStopped(rank))).toEqual(inForce);
  for (const rank of [0, 1, 2, 3]) expect(instants.filter(isStopped(rank))).toEqual([]);
});
