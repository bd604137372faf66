import { servedOf, summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { struckBatch, withoutLength } from "./struck-scenario.contract.ts";

// The laws of docs/laws.md that speak of batches which are dealt before they start, and which faults strike.

const law = (check: (scenario: Scenario) => void, numRuns: number) => lawOf(check, drawnCases(numRuns));
const lawOf = (check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(struckBatch, check), { numRuns, endOnFailure: true });
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("requests of a batch are conserved, and what is lost of them is computed again", { tags: "long" }, () => {
  const seen = { failed: 0, migrated: 0, requeued: 0, recomputed: 0 };
  let left = drawnCases(40);
  const isEnough = () => left <= 0 && Object.values(seen).every((count) => count > 0);
  lawOf((scenario) => {
    if (isEnough()) return; // few cases may not meet all: then there are more
    left--;
    const recording = recorded(scenario);
    const { requests, faults } = summarize(recording);
    expect(requests.finished + requests.failed).toBe(requests.arrived);
    expect(requests.arrived).toBe(recording.requests.status.length);
    for (const row of recording.faults!) {
      seen.failed += row.failed;
      seen.migrated += row.migrated;
      seen.requeued += row.requeued;
      seen.recomputed += row.tokensRecomputed;
    }
    expect(faults!.inFlight).toBe(requests.failed - sum(recording.faults!.map(({ failed }) => failed)));
  }, 400);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});

test("visits that are timed as a whole give what their ops give one by one, to the nanosecond, whatever a batch loses", {
  tags: "long",
}, () => {
  law((scenario) => {
    expect(executorDifferences(scenario)).toEqual([]);
  }, 24);
});

test("busy + waiting + idle + lost + down = horizon on each lane, and a fault of no length changes nothing", () => {
  law((scenario) => {
    const { busyNs, waitingNs, idleNs, lostNs, downNs, ranks, horizonNs } = recorded(scenario);
    expect(sum(busyNs) + sum(waitingNs) + sum(idleNs) + sum(lostNs) + sum(downNs!)).toBe(2 * ranks * horizonNs);
    const [none, plain] = [withoutLength(scenario.faults!), undefined].map((faults) => recorded({ ...scenario, faults }));
    expect(none!.requests).toEqual(plain!.requests);
    expect(none!.busyNs).toEqual(plain!.busyNs);
  }, 16);
});

test("the breakdown adds up to the mean TTFT and TPOT of answered requests: a replica that is stopped is a queue", () => {
  let stopped = 0;
  law((scenario) => {
    const recording = recorded(scenario);
    const { breakdown, faults } = summarize(recording);
    const { ttftNs, tpotNs } = servedOf(recording.requests);
    if (ttftNs.count > 0) expect((sum(Object.values(breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 9);
    if (tpotNs.count > 0) expect((sum(Object.values(breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 9);
    if (breakdown.ttft?.["queue"] !== undefined && (faults!.downShare ?? 0) > 0) stopped++;
  }, 16);
  expect(stopped).toBeGreaterThan(0);
});

/** Two sequences of 16 tokens on one GPU, broken off by something that `more` says. */
function batch(more: object, promptTokens = 16, outputTokens = 4) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "1 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences: 2, promptTokens, outputTokens },
    ...more,
  });
  return run(prepare(scenario), { rows: true });
}

test("by hand: what a batch on one GPU loses in the third of four passes is computed again when the GPU is back", () => {
  const endNs = (outputs: number, prompts = 16) => batch({}, prompts, outputs).horizonNs;
  const [second, third, fourth] = [endNs(2), endNs(3), endNs(4)];
  const atNs = second + 1000;
  expect(atNs).toBeLessThan(third);
  const struck = (kind: string, health: object) => batch({ faults: [{ kind, at: `${atNs} ns`, for: "1 ms", ranks: [0] }], health });
  const restart = { exit: "10 us", onLoss: { kind: "restart", time: "100 us" } };
  const upNs = atNs + 1_000_000 + 100_000;

  const hung = struck("process-hang", { onLoss: "hang" }); // the cache is there: the third pass begins again
  expect(hung.horizonNs).toBe(atNs + 1_000_000 + (third - second) + (fourth - third));
  expect(summarize(hung).breakdown.tpot!["queue"]).toBeCloseTo(1_001_000e-9 / 3, 14); // what was broken off and the stop, over three tokens

  const moved = struck("gpu-lost", { ...restart, inFlight: "migrate" }); // of each the prompt and two tokens are a new prompt of 18
  expect(moved.horizonNs).toBe(upNs + endNs(1, 18) + (fourth - third));
  expect(moved.faults![0]).toMatchObject({ migrated: 2, tokensRecomputed: 2 * 17, resumedNs: upNs });

  const again = struck("gpu-lost", { ...restart, inFlight: "requeue" });
  expect(again.horizonNs).toBe(upNs + fourth);
  expect(again.faults![0]).toMatchObject({ requeued: 2, tokensRecomputed: 2 * 17 });

  const failed = struck("gpu-lost", { ...restart, inFlight: "fail" });
  expect([failed.horizonNs, ...failed.requests.status]).toEqual([atNs + 10_000, 3, 3]);
});

/** Requests of 100 tokens and four answers on `gpus` GPUs, each a data group, of scenarios/dead-rank: a token of cache is 4,000 bytes, and weights take 12 us to read. */
function dealt(gpus: number, more: object, memory = "1 GB") {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 1000,
      attention: { heads: 10, kvHeads: 10, headSize: 100 },
      ...(gpus === 1 ? { dense: { hiddenSize: 1000, matrices: 2 } } : { experts: { count: gpus, topK: 1, hiddenSize: 1000, matrices: 2 } }),
    },
    cluster: {
      gpu: {
        compute: "1 TFLOPS",
        computeEfficiency: "100 %",
        bandwidth: "1 TB/s",
        bandwidthEfficiency: "100 %",
        memory,
        memoryShare: "90 %",
        launch: "0 us",
      },
      gpusPerNode: 1,
      network: {
        kind: "two-tier",
        node: { bandwidth: "100 GB/s", latency: "1 us" },
        fabric: { bandwidth: "10 GB/s", latency: "5 us" },
      },
    },
    parallelism: { expert: gpus },
    workload: { kind: "batch", sequences: gpus, promptTokens: 100, outputTokens: 4 },
    ...more,
  });
  return run(prepare(scenario), { rows: true });
}

test("by hand: a batch whose caches are copied continues behind the copies", () => {
  // passes end at 1,220.2, 1,232.628, 1,245.06 and 1,257.496; lost at 1,246 with 102 tokens, of which 101 are copied: 100 in whole checkpoints
  const struck = (checkpoints?: object) =>
    dealt(1, {
      faults: [{ kind: "gpu-lost", at: "1246 us", for: "50 us", ranks: [0] }],
      health: { exit: "100 us", onLoss: { kind: "restart", time: "200 us" }, inFlight: "migrate" },
      ...(checkpoints === undefined ? {} : { checkpoints }),
    });
  const copied = struck({ every: 50 });
  expect(copied.horizonNs).toBe(1_546_000 + 16_000 + 37_224); // 400 kB over 25 GB/s, then three tokens: 36 us, and 306 pairs of 4,000 FLOP
  expect(copied.faults![0]).toMatchObject({ migrated: 1, tokensRecomputed: 2 });
  expect(copied.checkpoints).toMatchObject({ copiedTokens: 100 + 100, restored: { requests: 1, tokens: 100, ns: 16_000 } });
  expect(struck().horizonNs).toBe(1_546_000 + 1_236_000 + 21_424); // 103 tokens, 5,356 pairs
});

describe("by hand: a batch of four data groups loses one of them", () => {
  const routing = { gate: "balanced" };
  const atNs = dealt(4, { routing }).horizonNs - 1000; // in the last pass: 102 tokens are cached, and three are out
  const lose = (onLoss: string, inFlight: string, memory?: string) => {
    const faults = [{ kind: "gpu-lost", at: `${atNs} ns`, ranks: [2] }];
    return dealt(4, { faults, health: { exit: "10 us", onLoss: { kind: onLoss, rebuild: "20 us" }, inFlight }, routing }, memory);
  };

  test("its request goes to the one with the fewest, the first of these, and is computed again there beside the others' step", () => {
    for (const onLoss of ["shrink", "mask", "reroute"]) {
      const struck = lose(onLoss, "migrate");
      expect([...struck.requests.status]).toEqual([1, 1, 1, 1]);
      expect(struck.faults![0]).toMatchObject({ migrated: 1, failed: 0, expertsMissing: 1, tokensRecomputed: 102 });
      const passNs = struck.horizonNs - struck.faults![0]!.resumedNs;
      expect(struck.faults![0]!.resumedNs).toBe(atNs + 30_000);
      expect(passNs).toBeGreaterThan(104 * 8_000); // 103 tokens and a step by 4 M weights of attention, all on one GPU
      expect(passNs).toBeLessThan(atNs);
      expect(new Set(struck.requests.finishedNs).size).toBe(1);
    }
  });

  test("or fails, and the others continue", () => {
    expect([...lose("mask", "fail").requests.status]).toEqual([1, 1, 3, 1]);
  });

  test("it fails where no data group has room for it, as a batch has no queue", () => {
    // 12.008 MB of weights, 1 MB of workspace, and 103 tokens of 4,000 bytes twice: 13.832 MB of 90 %
    const [full, roomy] = [lose("mask", "migrate", "15.3 MB"), lose("mask", "migrate", "15.4 MB")];
    expect([...full.requests.status]).toEqual([1, 1, 3, 1]);
    expect([...roomy.requests.status]).toEqual([1, 1, 1, 1]);
    expect([full, roomy].map(({ faults }) => faults![0]!.failed)).toEqual([1, 0]);
  });
});
