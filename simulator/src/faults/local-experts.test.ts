import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const gate = (row: readonly number[]) => ({ kind: "recorded", file: { path: "rows.csv", sha256: "0", rows: [row] } });

/** Four ranks with two experts each, two on a node; the link of rank 2 is down, so that tokens stay on their ranks. */
const local = (more: object) =>
  run(
    prepare(
      parseScenario({
        tokenyard: 1,
        engine: "ideal",
        model: {
          layers: 1,
          hiddenSize: 64,
          attention: { heads: 8, kvHeads: 8, headSize: 8 },
          experts: { count: 8, topK: 1, hiddenSize: 64 },
        },
        cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 2 },
        parallelism: { expert: 4 },
        workload: { kind: "batch", sequences: 4, promptTokens: 160, outputTokens: 1 },
        faults: [{ kind: "link-lost", at: "0 s", ranks: [2] }],
        health: { onLoss: { kind: "restart", time: "1 ms" }, inFlight: "migrate" },
        communication: { giveUp: "50 us", fallback: "local-experts" },
        ...more,
      }),
    ),
  );

const ALL_TO_0 = { overflow: "reroute", gate: gate([1, 0, 0, 0, 0, 0, 0, 0]) };

// All 640 copies are for expert 0; those of ranks 1 to 3, 480, cannot reach it. Of the 160 of rank 0 an expert accepts 640/8 × the factor, and expert 1, the other one there, as many again.
test.each([
  [0.5, { kept: 40, rerouted: 40, dropped: 80, masked: 480 }],
  [1, { kept: 80, rerouted: 80, dropped: 0, masked: 480 }],
  [1.5, { kept: 120, rerouted: 40, dropped: 0, masked: 480 }],
])("while tokens stay on their ranks, copies over a capacity of %d go to experts there alone", (capacityFactor, fates) => {
  const recording = local({ routing: { capacityFactor, ...ALL_TO_0 } });
  expect(summarize(recording).tokens).toMatchObject({ routed: 640, ...fates });
});

test("with a capacity of each source its own tokens decide: 160/8 for each of the two experts", () => {
  const { tokens } = summarize(local({ routing: { capacityFactor: 1, capacityPer: "source-rank", ...ALL_TO_0 } }));
  expect(tokens).toMatchObject({ routed: 640, kept: 20, rerouted: 20, dropped: 120, masked: 480 });
});

test("a data group over two ranks has the experts of both, or with `reroute: rank` those of the one that is full", () => {
  // Attention over the two ranks of a node, which all hold its tokens: two sources of 320; near the first are experts 0 to 3.
  const parallelism = { expert: 4, attention: { tensor: 2 } };
  const within = (overflow: object | string) =>
    summarize(local({ parallelism, routing: { capacityFactor: 1, sequenceParallel: "none", ...ALL_TO_0, overflow } })).tokens;
  expect(within("reroute")).toMatchObject({ routed: 640, kept: 80, rerouted: 240, dropped: 0, masked: 320 });
  expect(within({ kind: "reroute", within: "rank" })).toMatchObject({ routed: 640, kept: 80, rerouted: 80, dropped: 160, masked: 320 });
});

test("no expert moves while the link is down, and those that were to move do when it is up", () => {
  const workload = { kind: "open", requests: 40, rate: "20000 requests/s", promptTokens: 50, outputTokens: 12 };
  const moves = (faults: readonly object[]) => {
    const { rebalances } = local({
      workload,
      serving: { scheduler: "continuous" },
      routing: { gate: gate([40, 40, 10, 10, 10, 10, 10, 10]) },
      rebalance: { kind: "eplb", every: 2 },
      faults,
    });
    return rebalances!;
  };
  expect(moves([]).rebalances).toBeGreaterThan(0);
  const down = moves([{ kind: "link-lost", at: "0 s", ranks: [2] }]);
  expect(down.windows).toBeGreaterThan(1);
  expect([down.rebalances, down.moves, down.bytes]).toEqual([0, 0, 0]);
  const up = moves([{ kind: "link-lost", at: "0 s", for: "600 us", ranks: [2] }]);
  expect(up.rebalances).toBeGreaterThan(0);
  expect(up.still / up.windows).toBeGreaterThan(1);
});
