import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** What is lost of one request of 40 prompt tokens that decodes when its replica of two is lost; `more` of its model. */
function lost(model: object) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 4, hiddenSize: 64, dense: { hiddenSize: 64, matrices: 2 }, ...model },
    cluster: { gpu: { compute: "10 GFLOPS", bandwidth: "1 MB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { data: 2 },
    workload: { kind: "closed", concurrency: 1, requests: 1, promptTokens: 40, outputTokens: 100 },
    serving: { scheduler: "continuous" },
    faults: [{ kind: "gpu-lost", at: "10 s", for: "1 s", ranks: [0] }],
    health: { exit: "1 s", onLoss: { kind: "restart", time: "1 s" }, inFlight: "migrate" },
  });
  const [event] = summarize(run(prepare(scenario))).faults!.events;
  return { tokens: event!.tokensRecomputed, bytes: event!.kvBytesLost };
}

const attention = { heads: 4, kvHeads: 4, headSize: 16 };
const LAYER = 2 * 4 * 16 * 2; // bytes of a token in a layer

test("a lost cache has the windows of some layers in it", () => {
  const plain = lost({ attention });
  expect(plain.tokens).toBeGreaterThan(40); // it decoded
  expect(plain.bytes).toBe(plain.tokens * 4 * LAYER);
  const windowed = lost({ attention: { ...attention, window: { tokens: 32, fullEvery: 2 } } });
  expect(windowed.tokens).toBeGreaterThan(40);
  expect(windowed.bytes).toBe(windowed.tokens * 2 * LAYER + 32 * 2 * LAYER); // two layers each
});
