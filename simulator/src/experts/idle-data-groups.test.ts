import { OP_KINDS } from "@tokenyard/program";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// One request on four data groups of one rank each: three groups have nothing to compute of their own. docs/models/scheduling.md#schedulers.

const RANKS = 4;
const recording = run(
  prepare(
    parseScenario({
      tokenyard: 1,
      model: {
        layers: 3,
        hiddenSize: 64,
        attention: { heads: 4, kvHeads: 4, headSize: 16 },
        experts: { count: 8, topK: 2, hiddenSize: 64, shared: 1 },
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "5 us" },
        network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
      },
      parallelism: { expert: RANKS },
      routing: { gate: "balanced" },
      workload: { kind: "open", rate: "10 requests/s", requests: 1, promptTokens: 64, outputTokens: 5 },
      serving: { scheduler: "continuous" },
    }),
  ),
);

const busyNs = (rank: number, name: string) =>
  [0, 1].reduce(
    (sum, phase) => sum + recording.busyNs[(rank * 2 + phase) * OP_KINDS.length + OP_KINDS.findIndex((kind) => kind.name === name)]!,
    0,
  );

test("ranks of idle data groups run no kernel on tokens of their own, not even a launch", () => {
  for (const name of ["attention", "gate", "shared"]) {
    expect(busyNs(0, name)).toBeGreaterThan(0);
    for (let rank = 1; rank < RANKS; rank++) expect(busyNs(rank, name)).toBe(0);
  }
});

test("they compute the copies that come to their experts, and send them back", () => {
  for (let rank = 0; rank < RANKS; rank++) expect(busyNs(rank, "combine")).toBeGreaterThan(0);
  for (let rank = 1; rank < RANKS; rank++) expect(busyNs(rank, "experts")).toBeGreaterThan(0);
});

test("no copy is routed but those of the request: 68 computed tokens, 2 copies, 3 layers", () => {
  expect(recording.routing[0].routed + recording.routing[1].routed).toBe((64 + 4) * 2 * 3);
});

test("they wait at the exchange for the group that has work", () => {
  const waitingNs = (rank: number) => [0, 1].reduce((sum, phase) => sum + recording.waitingNs[(rank * 2 + phase) * 2 + 1]!, 0);
  for (let rank = 1; rank < RANKS; rank++) expect(waitingNs(rank)).toBeGreaterThan(waitingNs(0));
});
