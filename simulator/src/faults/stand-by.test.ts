import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

interface Loss {
  readonly at: string;
  readonly for?: string;
}

/** Replicas of one GPU each, on nodes of their own; GPUs or their nodes are lost one after the other, and one GPU stands by. */
function resumed(faults: readonly (Loss & ({ readonly rank: number } | { readonly node: number }))[]): number[] {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr", gpusPerNode: 1 },
    parallelism: { data: 4 },
    workload: { kind: "open", requests: 200, rate: "10 requests/s", promptTokens: 16, outputTokens: 4 },
    serving: { scheduler: "continuous" },
    faults: faults.map((loss) => {
      if ("node" in loss) return { kind: "node-lost", nodes: [loss.node], at: loss.at, for: loss.for };
      const { rank, ...times } = loss;
      return { kind: "gpu-lost", ranks: [rank], ...times };
    }),
    health: { exit: "0 s", heartbeat: { every: "1 s", lost: "0 s" }, onLoss: { kind: "restart", time: "500 ms" }, inFlight: "migrate" },
    spares: { kind: "ranks", count: 1 },
  });
  return run(prepare(scenario)).faults!.map(({ resumedNs }) => resumedNs * 1e-9);
}

test("a replica that waits for a GPU takes one that stands by again, since what it stood in for is back", () => {
  const [first, second] = resumed([
    { at: "1 s", for: "5 s", rank: 0 }, // the spare stands in from 1 s on, and is free at 6 s
    { at: "2 s", rank: 1 }, // never back: waits for it
  ]);
  expect(first).toBeCloseTo(1.5, 9);
  expect(second).toBeCloseTo(6.5, 9);
});

test("of several that wait, the one that has waited longest takes it; one whose own GPU is back before goes on with that", () => {
  const [first, second, third, fourth] = resumed([
    { at: "1 s", for: "5 s", rank: 0 },
    { at: "2 s", rank: 3 },
    { at: "3 s", rank: 1 },
    { at: "3 s", for: "1 s", rank: 2 },
  ]);
  expect(first).toBeCloseTo(1.5, 9);
  expect(second).toBeCloseTo(6.5, 9);
  expect(third).toBeNaN();
  expect(fourth).toBeCloseTo(4.5, 9);
});

test("a GPU that stands by takes the place of a node's, too", () => {
  const [own, other] = resumed([
    { at: "1 s", for: "5 s", node: 0 },
    { at: "2 s", node: 1 },
  ]);
  expect(own).toBeCloseTo(1.5, 9); // at once, and 0.5 s to start
  expect(other).toBeCloseTo(6.5, 9); // once the first node is back
});
