import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** Seconds from the loss of one of 32 GPUs, which is back after `backSeconds`, until its replica serves again with the health of an engine, and from the loss until it is known. */
function recovery(health: string, { kind = "gpu-lost", backSeconds = 1, requests = 120 } = {}) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: 256, topK: 8, hiddenSize: 32 },
    },
    cluster: { gpu: { compute: "10 GFLOPS", bandwidth: "1 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { expert: 32 },
    routing: { gate: "balanced", placement: { kind: "redundant", spareSlots: 256 } }, // as in the measurement of SGLang's elastic experts
    workload: { kind: "open", rate: "1 requests/s", requests, arrivals: "constant", promptTokens: 4, outputTokens: 2 },
    serving: { scheduler: "continuous" },
    faults: [{ kind, at: "10 s", for: `${backSeconds} s`, ranks: [5] }],
    health,
  });
  const [event] = summarize(run(prepare(scenario))).faults!.events;
  return { known: event!.detectedAtSeconds! - 10, by: event!.detectedBy, outage: event!.outageSeconds! };
}

// Measured recoveries, of docs/faults.md#presets: what the sources state, and so what the presets that cite them have to give.

test("stock vLLM and TensorRT-LLM stop after five minutes, and restart in the 83 to 180 s that were measured", () => {
  for (const health of ["vllm-stock", "trtllm"]) {
    const { known, by, outage } = recovery(health, { requests: 500 });
    expect(by).toBe("watchdog");
    expect(known).toBeGreaterThanOrEqual(300);
    expect(known).toBeLessThanOrEqual(301); // from the first pass that needs the GPU
    expect(outage - known).toBeGreaterThanOrEqual(83);
    expect(outage - known).toBeLessThanOrEqual(180);
  }
});

test("vLLM that scales down: dead after 9 s, or 30 s where its processes are there; 26 s for the operator and 1 s to rebuild", () => {
  const { known, by, outage } = recovery("vllm-scale-down");
  expect([known, by]).toEqual([9, "exit"]);
  expect(outage).toBeCloseTo(9 + 26 + 1, 3);
  const hung = recovery("vllm-scale-down", { kind: "process-hang", backSeconds: 100 });
  expect(hung.by).toBe("collectiveTimeout");
  expect(hung.known).toBeGreaterThanOrEqual(30);
  expect(hung.outage - hung.known).toBeCloseTo(26 + 1, 3);
});

test("SGLang's elastic experts: 6.2 to 6.8 s in all, with a copy of each expert, and nothing to load", () => {
  const { outage } = recovery("sglang-elastic");
  expect(outage).toBeGreaterThanOrEqual(6.2);
  expect(outage).toBeLessThanOrEqual(6.8);
});

test("Dynamo: a canary after 10 s and 3 s, and the 82 s of a start; engines that were killed took 94 s", () => {
  const { by, known, outage } = recovery("dynamo");
  expect([by, known]).toEqual(["canary", 13]);
  expect(outage).toBeCloseTo(13 + 82, 3);
  expect(Math.abs(outage - 94)).toBeLessThanOrEqual(2);
});
