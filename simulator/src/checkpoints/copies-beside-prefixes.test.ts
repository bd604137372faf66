import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** The two ranks of the gallery's dead-rank; rank 0 is lost at 3 ms, when its first request has 162 cached tokens, 161 of them before its last pass. */
const scenarioOf = (more: object) =>
  parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 1000, attention: { heads: 10, kvHeads: 10, headSize: 100 }, dense: { hiddenSize: 1000, matrices: 2 } },
    cluster: {
      gpu: {
        compute: "1 TFLOPS",
        computeEfficiency: "100 %",
        bandwidth: "1 TB/s",
        bandwidthEfficiency: "100 %",
        memory: "1 GB",
        memoryShare: "90 %",
        launch: "0 us",
      },
      gpusPerNode: 2,
      network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
    },
    parallelism: { data: 2 },
    workload: { kind: "open", rate: "1000 requests/s", arrivals: "constant", requests: 1, promptTokens: 100, outputTokens: 100 },
    faults: [{ kind: "gpu-lost", at: "3 ms", ranks: [0] }],
    health: { exit: "1 ms", onLoss: { kind: "restart", time: "500 us" }, inFlight: "migrate" },
    ...more,
    serving: { scheduler: { kind: "continuous", maxSequences: 1 }, kv: { blockTokens: 16, prefixCache: true } },
  });
const copied = (every: number) => ({ checkpoints: { every, to: { kind: "host", bandwidth: "1 GB/s" } } });
const outcome = (more: object) => {
  const recording = run(prepare(scenarioOf(more)));
  const { faults, checkpoints, e2eSeconds } = summarize(recording);
  return {
    restored: checkpoints!.restored,
    cache: recording.served!.cache!,
    event: faults!.events[0]!,
    lastSeconds: e2eSeconds!.max,
  };
};

test("by hand: where the other cache keeps nothing of it, a request continues from its copy as without a prefix cache", () => {
  // 160 tokens, 640 kB over 1 GB/s; three more are computed, in 37.944 us, then 36 steps take 459 us: as in the gallery's kv-checkpoint.
  const { restored, event, lastSeconds, cache } = outcome(copied(32));
  expect(restored).toMatchObject({ requests: 1, tokens: 160 });
  expect(event.tokensRecomputed).toBe(2);
  expect(lastSeconds).toBeCloseTo(4.136944e-3, 12);
  expect(cache.hitTokens).toBe(0);
});

/** Two requests whose prompts begin with the same 100 tokens: the second is computed at rank 1, where the first one comes when it has ended. */
const alike = (rate = 1000) => ({
  workload: {
    kind: "open",
    rate: `${rate} requests/s`,
    arrivals: "constant",
    requests: 2,
    prefix: { tokens: 100 },
    promptTokens: 1,
    outputTokens: 100,
  },
});

// A prompt of 101 tokens takes 1,232.604 us, and 99 steps 1,250.172 us: rank 1 is free at 4,482.776 us. By 3 ms rank 0 has put 62 tokens out, 161 were cached before its last pass, and 163 tokens are needed.
// Of these 163 − c remain behind c that are there: 12 us each, and 4 ns for each pair of the attention; 37 steps then take 471.824 us. A copied token takes 4 us.
test.each([
  [96, 0, 838.84], // six blocks are found, and the copy is no longer
  [97, 1, 4 + 826.452],
  [128, 32, 128 + 420 + 20.44],
  [160, 64, 256 + 36 + 1.944],
])("with a copy every %d tokens, and six blocks of its prompt kept there, %d more come", (every, tokens, us) => {
  const { restored, lastSeconds } = outcome({ ...alike(), ...copied(every) });
  expect(restored.tokens).toBe(tokens);
  expect(lastSeconds).toBeCloseTo((3_482.776 + us + 471.824) / 1e6, 12);
});

test("what has come in a copy is kept for others", () => {
  const faults = [{ kind: "gpu-lost", at: "12 ms", ranks: [0] }]; // 2 ms after the first request; rank 1 has computed nothing
  const { restored, cache } = outcome({ ...alike(100), ...copied(80), faults });
  expect(restored).toMatchObject({ requests: 1, tokens: 160 });
  expect(cache.hitTokens).toBe(96);
});
