import { layerKinds } from "@tokenyard/model";
import { type Recording, reportSchema, servedOf, summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences, plain } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";
import { draftedCachedScenario, draftedScenario } from "./drafted-scenario.contract.ts";
import { lateScenario } from "./late-scenario.contract.ts";

// The laws of docs/laws.md that speak of runs under load, over generated scenarios, without a prefix cache and with one, and with a front end.

const law = (check: (scenario: Scenario) => void, numRuns = 16) => {
  for (const scenarios of [loadedScenario, cachedScenario, lateScenario, draftedScenario, draftedCachedScenario])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
};
const recorded = recordedOnce({ rows: true });
const SMALL = {
  gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
  network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
};
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("requests are conserved: each that arrives is finished or rejected, a finished one with all its tokens", () => {
  law((scenario) => {
    const { requests, served } = recorded(scenario);
    expect(served!.arrived).toBe(served!.finished + served!.rejected);
    expect(requests.status.filter((status) => status === 1)).toHaveLength(served!.finished);
    const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
    expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)));
    expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
  });
});

test("a run ends with the last thing that happens to a request", () => {
  law((scenario) => {
    const { requests, horizonNs } = recorded(scenario);
    const enteredNs = enteredIn(scenario, requests);
    const endNs = [...requests.status.keys()].map((r) => (requests.status[r] === 1 ? requests.finishedNs[r]! : enteredNs[r]!));
    expect(horizonNs).toBe(Math.max(...endNs));
  });
});

test("copies are conserved: every token that is computed is routed topK times in every MoE layer, in whole steps and in halves", () => {
  law((scenario) => {
    const { routing, served } = recorded(unpadded(scenario));
    const moeLayers = layerKinds(scenario.model).filter((kind) => kind === "moe").length;
    const routed = sum(routing.map((phase) => phase.routed));
    expect(routed).toBe(sum(served!.levels!.tokens) * moeLayers * (scenario.model.experts?.topK ?? 0));
    for (const phase of routing) expect(phase.kept + phase.dropped).toBe(phase.routed);
  });
});

test("padding is routed like tokens, and adds no copy to what is put out: decodes of 3 in graphs of 4 route 4 copies for each expert that they choose", () => {
  const padded = parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
    },
    cluster: SMALL,
    routing: { gate: "balanced" },
    workload: { kind: "batch", sequences: 3, promptTokens: 20, outputTokens: 11 },
    serving: { scheduler: "continuous", batchSizes: [4, 8] },
  });
  const { routing, served } = recorded(padded);
  expect(routing.map(({ routed }) => routed)).toEqual([2 * 2 * 3 * 20, 2 * 2 * 4 * 10]); // layers · topK · rows
  expect(sum(served!.levels!.tokens)).toBe(3 * 20 + 3 * 10);
});

test("a graph for every number of sequences pads nothing: the run is that without", { tags: "long" }, () => {
  law((scenario) => {
    const sizes = Array.from({ length: 8 }, (_, i) => i + 1); // as many as a data group serves at most
    const every = recorded({ ...scenario, serving: { ...scenario.serving, batchSizes: sizes } });
    const none = recorded(unpadded(scenario));
    expect(differences(plain(every), { ...plain(none), scenario: every.scenario })).toEqual([]);
  });
});

test("tallies say what rows say, by whichever log", () => {
  law((scenario) => {
    const { requests, served } = recorded(scenario);
    const first = [...requests.status.keys()].filter((request) => !Number.isNaN(requests.firstTokenNs[request]!));
    const ttftNs = first.map((request) => requests.firstTokenNs[request]! - requests.arrivedNs[request]!);
    expect(differences([...served!.ttftNs.values!], ttftNs)).toEqual([]);
    expect(served!.queueNs!.sum + served!.prefillNs!.sum).toBe(served!.ttftNs.sum);
    const decodeNs = sum(first.map((request) => requests.finishedNs[request]! - requests.firstTokenNs[request]!));
    expect(served!.itlNs!.sum).toBe(decodeNs); // gaps add up to the time between first and last token
  });
});

test("the breakdown along the critical path adds up to the mean TTFT and TPOT, queue and preemptions included", () => {
  law((scenario) => {
    const recording = recorded(scenario);
    const { breakdown } = summarize(recording);
    const { ttftNs, tpotNs } = recording.served ?? servedOf(recording.requests);
    if (ttftNs.count > 0) expect((sum(Object.values(breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 6);
    if (tpotNs.count > 0) expect((sum(Object.values(breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 6);
  });
});

test("for every rank and lane busy + waiting + idle = horizon, to the nanosecond, however passes are timed", () => {
  law((scenario) => {
    const recording = recorded(scenario);
    for (let rank = 0; rank < recording.ranks; rank++) {
      for (const lane of [0, 1]) {
        let total = 0;
        for (const phase of [0, 1]) {
          const at = rank * 2 + phase;
          recording.opKinds.forEach((kind, k) => {
            if ((kind.lane === "compute" ? 0 : 1) === lane) total += recording.busyNs[at * recording.opKinds.length + k]!;
          });
          total += recording.waitingNs[at * 2 + lane]! + recording.idleNs[at * 2 + lane]!;
        }
        expect(total).toBe(recording.horizonNs);
      }
    }
  });
});

test("a report is what its schema says, in the schema's order of keys", { tags: "long" }, async () => {
  const schema = await reportSchema();
  law((scenario) => {
    const report = JSON.stringify(summarize(recorded(scenario, { rows: false })));
    expect(JSON.stringify(schema.parse(JSON.parse(report)))).toBe(report);
  });
});

test("in a run of steps, the blocks held at any time are those of its steps", { tags: "long" }, () => {
  const reported = (scenario: Scenario) => {
    const stepped = recorded(scenario, { executor: "loop" }).served!.levels!;
    expect(recorded(scenario).served!.levels!.blocksNs).toEqual(stepped.blocksNs);
  };
  law(reported);
  // long runs, in which each step takes longer than the one before
  const draw = fc.record({
    seed: fc.nat(1000),
    blockTokens: fc.constantFrom(1, 7, 16),
    sequences: fc.integer({ min: 1, max: 6 }),
    outputTokens: fc.constantFrom(300, 1500),
  });
  fc.assert(
    fc.property(draw, ({ seed, blockTokens, sequences, outputTokens }) => {
      reported(
        parseScenario({
          tokenyard: 1,
          seed,
          model: { layers: 1, hiddenSize: 8, attention: { heads: 8, kvHeads: 8, headSize: 8 }, dense: { hiddenSize: 8, matrices: 2 } },
          cluster: { ...SMALL, gpu: { ...SMALL.gpu, bandwidth: "10 GB/s" } },
          workload: { kind: "batch", sequences, promptTokens: { kind: "uniform", from: 1, to: 40 }, outputTokens },
          serving: { scheduler: "continuous", kv: { blockTokens } },
        }),
      );
    }),
    { numRuns: drawnCases(12) },
  );
});

test("no more memory is used than is set aside, of a pool of blocks the share that it held at its peak, and no more is set aside than there is", () => {
  law((scenario) => {
    const { memory, kv, pools, plan } = summarize(recorded(scenario));
    for (const each of pools ?? [{ memory, kv: kv!, plan }]) {
      const { weights, kvReserved, kvUsed, workspace, workspaceUsed, planned, reserved, used, limit } = each.memory;
      const { min, max } = each.plan.weightBytesPerRank;
      expect([planned, reserved]).toEqual([weights + workspace, weights + kvReserved + workspace]);
      expect(reserved).toBeLessThanOrEqual(limit);
      expect(used).toBeLessThanOrEqual(reserved);
      const usedWeights = used - kvUsed - workspaceUsed; // of the stage that used most, which may be another than the fullest
      expect(usedWeights).toBeGreaterThanOrEqual(min);
      expect(usedWeights).toBeLessThanOrEqual(max);
      if (each.plan.stages > 1) continue;
      expect(kvUsed / kvReserved).toBeCloseTo(each.kv.peakShare!, 12);
      expect(workspaceUsed).toBeLessThanOrEqual(workspace);
    }
  });
});

test("one request of 20 prompt and 13 output tokens uses 2 blocks of a pool that takes all that is left, and the workspace of its prompt", () => {
  const lonely = parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 2 } },
    cluster: SMALL,
    workload: { kind: "batch", sequences: 1, promptTokens: 20, outputTokens: 13 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 512, maxSequences: 8 } },
  });
  const { memory } = summarize(recorded(lonely));
  // qkv 64 · (8 + 8) · 8, output 64 · 64, up and down 64 · 64: 2 layers, 2 bytes
  expect(memory.weights).toBe(2 * 2 * (64 * 128 + 64 * 64 + 2 * 64 * 64));
  expect(memory.workspace).toBe(512 * (64 + 128 + 64) * 2); // qkv is the largest; and the residual
  expect(memory.workspaceUsed).toBe(20 * (64 + 128 + 64) * 2);
  expect(memory.kvUsed).toBe(2 * 16 * (2 * 4 * 8 * 2 * 2)); // of 20 + 13 − 1 = 32 cached tokens
  expect(memory.reserved).toBeGreaterThan(0.9999 * 0.9e9); // all but the rest of a block
  expect(memory.share).toBe(memory.used / 0.9e9);
});

test("Little's law holds exactly: residence times add up to what is in the house over time, whose door is behind the front end", () => {
  law((scenario) => {
    const { requests, served } = recorded(scenario);
    const { runningNs, waitingNs } = served!.levels!;
    const enteredNs = enteredIn(scenario, requests);
    const residenceNs = sum(
      [...requests.status.keys()].map((r) => (requests.status[r] === 1 ? requests.finishedNs[r]! - enteredNs[r]! : 0)),
    );
    expect(sum(runningNs) + sum(waitingNs)).toBeCloseTo(residenceNs, 3);
  });
});

/** When requests come to a scheduler, [requests]. */
function enteredIn({ serving }: Scenario, { arrivedNs, promptTokens }: Recording["requests"]): number[] {
  const { arrival = 0, arrivalToken = 0 } = (serving.scheduler.kind === "static" ? undefined : serving.stepOverhead) ?? {};
  return [...arrivedNs].map((ns, r) => ns + Math.round((arrival + arrivalToken * promptTokens[r]!) * 1e9));
}

/** Without captured batch sizes. */
function unpadded({ serving: { batchSizes: _, ...serving }, ...scenario }: Scenario): Scenario {
  return { ...scenario, serving };
}
