import { layerKinds } from "@tokenyard/model";
import { gathersCopies } from "@tokenyard/placement";
import { OP_KINDS } from "@tokenyard/program";
import { type Recording, reportSchema, summarize } from "@tokenyard/report";
import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { sorted } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { simulate } from "../simulate.ts";

// The laws of docs/laws.md that speak of whole runs, over generated scenarios.

const law = (check: (scenario: Scenario) => void, numRuns = 48) =>
  fc.assert(fc.property(drawnScenario, check), { numRuns: drawnCases(numRuns) });
const recorded = recordedOnce();
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const EVERYTHING = { fromNs: -1, toNs: Number.MAX_SAFE_INTEGER }; // with what ends at 0

test("requests are conserved: each arrives, yields all its tokens and finishes", () => {
  law((scenario) => {
    const { requests, tokens } = summarize(recorded(scenario), []);
    const drawn = prepare(scenario).requests;
    expect(requests).toEqual({ arrived: drawn.count, finished: drawn.count, rejected: 0, failed: 0 });
    expect(tokens.prompt).toBe(sum(drawn.promptTokens));
    expect(tokens.output).toBe(sum(drawn.outputTokens));
  });
});

test("copies are conserved: every token of every pass is routed topK times in every MoE layer, and routed = kept + rerouted + dropped + masked", () => {
  law((scenario) => {
    const { batchSizes: _, ...serving } = scenario.serving; // padding is routed too
    const recording = recorded({ ...scenario, serving });
    const moeLayers = layerKinds(scenario.model).filter((kind) => kind === "moe").length;
    const computed = sum(recording.requests.promptTokens) + sum(recording.requests.outputTokens) - recording.requests.outputTokens.length;
    const routed = recording.routing[0].routed + recording.routing[1].routed;
    expect(routed).toBe(computed * moeLayers * (scenario.model.experts?.topK ?? 0));
    for (const phase of recording.routing) {
      const elsewhere = sum(phase.reroutedPerLayer ?? []) + sum(phase.maskedPerLayer ?? []);
      expect(phase.kept + elsewhere + phase.dropped).toBe(phase.routed);
      expect(phase.kept).toBeGreaterThanOrEqual(0);
      expect(sum(phase.tokens)).toBe(phase.routed);
    }
  });
});

test("without a capacity factor, or without overflow, every copy is kept", () => {
  law((scenario) => {
    const { capacityFactor, overflow } = scenario.routing;
    if (capacityFactor !== undefined && overflow.kind !== "none") return;
    for (const phase of recorded(scenario).routing) expect(phase.kept).toBe(phase.routed);
  });
});

test("for every rank and lane busy + waiting + idle + lost = horizon, to the nanosecond", () => {
  law((scenario) => {
    const recording = recorded(scenario);
    for (let rank = 0; rank < recording.ranks; rank++)
      for (const lane of [0, 1]) expect(laneNs(recording, rank, lane)).toBe(recording.horizonNs);
  });
});

test("nanoseconds add up in a run of two months too, where an instant and a sum together are no safe integer", () => {
  // ~400 passes through two stages, each with a send of 7,200 s to the next and back: 2 × 7.2e12 × 400 = 5.8e15 ns, of 9.007e15 that are counted
  const recording = recorded(
    parseScenario({
      tokenyard: 1,
      model: { layers: 2, hiddenSize: 512, attention: { heads: 4, kvHeads: 4, headSize: 128 }, dense: { hiddenSize: 999 } },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 TB" },
        network: { kind: "two-tier", node: { bandwidth: "0.7 GB/s", latency: "7200 s" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
      },
      parallelism: { pipeline: 2, layers: "shared-ranks" },
      workload: { kind: "batch", sequences: 3, promptTokens: { kind: "uniform", from: 1, to: 999 }, outputTokens: 400 },
      serving: { scheduler: { kind: "static", microBatches: 3 } },
    }),
  );
  expect(recording.horizonNs).toBeGreaterThan(5e15);
  for (const rank of [0, 1]) for (const lane of [0, 1]) expect(laneNs(recording, rank, lane)).toBe(recording.horizonNs);
});

test("no two spans overlap on a rank and lane, and the spans are the busy and waiting time", () => {
  law((scenario) => {
    const { spans, ...recording } = recorded(scenario, { spans: EVERYTHING });
    const tracks = new Map<number, [number, number][]>();
    let workNs = 0;
    spans!.rank.forEach((rank, i) => {
      const track = rank * 2 + (OP_KINDS[spans!.kind[i]!]!.lane === "compute" ? 0 : 1);
      tracks.set(track, [...(tracks.get(track) ?? []), [spans!.startNs[i]!, spans!.endNs[i]!]]);
      workNs += spans!.workNs[i]! - spans!.startNs[i]!;
    });
    for (const track of tracks.values()) {
      track.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      for (let i = 1; i < track.length; i++) expect(track[i]![0]).toBeGreaterThanOrEqual(track[i - 1]![1]);
    }
    expect(workNs).toBe(sum(recording.busyNs));
  }, 16);
});

test("the longest op of each kind of communication is the longest of its spans", () => {
  law((scenario) => {
    const { spans, longestNs } = recorded(scenario, { spans: EVERYTHING });
    const expected = OP_KINDS.map(() => 0);
    spans!.kind.forEach((kind, i) => {
      if (OP_KINDS[kind]!.lane === "network") expected[kind] = Math.max(expected[kind]!, spans!.workNs[i]! - spans!.startNs[i]!);
    });
    expect(longestNs).toEqual(expected);
  }, 16);
});

test("the ranks of an expert group leave a dispatch and a combine together", () => {
  law((scenario) => {
    const { plan } = prepare(scenario);
    const { attentionTensor, ranksPerStage } = plan;
    const most = gathersCopies(plan) ? 1 + plan.expert : 1; // the ranks that share experts gather what came, each group of them for itself
    const { spans } = recorded(scenario, { spans: EVERYTHING });
    const leaves = new Map<string, Set<number>>();
    spans!.rank.forEach((rank, i) => {
      const { name } = OP_KINDS[spans!.kind[i]!]!;
      if (name !== "dispatch" && name !== "combine") return;
      const group = (rank % ranksPerStage) % attentionTensor;
      const key = [
        name,
        Math.floor(rank / ranksPerStage),
        group,
        spans!.microBatch[i],
        spans!.half[i],
        spans!.pass[i],
        spans!.layer[i],
      ].join();
      leaves.set(key, (leaves.get(key) ?? new Set()).add(spans!.endNs[i]!));
    });
    for (const ends of leaves.values()) expect(ends.size).toBeLessThanOrEqual(most);
  }, 24);
});

test("a stage holds no more than one micro-batch at once, from its first op to its last before the send", () => {
  law((scenario) => {
    const visits = visitsOf(scenario);
    for (const { stage, from } of visits) {
      const there = visits.filter((other) => other.stage === stage && other.from <= from && from < other.to);
      expect(there.length).toBeLessThanOrEqual(1);
    }
  }, 24);
});

test("a pass crosses every slice of layers once, in order: the first of all stages, then the second, and none before the one before it is left", () => {
  law((scenario) => {
    const { plan } = prepare(scenario);
    const inOrder = Array.from({ length: plan.interleave * plan.stages }, (_, i) => ({
      slice: Math.floor(i / plan.stages),
      stage: i % plan.stages,
    })).filter(({ slice, stage }) => plan.slicesOfStage[stage]![slice]!.length > 0);
    const passes = new Map<string, ReturnType<typeof visitsOf>>();
    for (const visit of visitsOf(scenario)) {
      const key = [Math.floor(visit.stage / plan.stages), visit.microBatch, visit.pass].join();
      passes.set(key, [...(passes.get(key) ?? []), visit]);
    }
    for (const visits of passes.values()) {
      visits.sort((a, b) => a.from - b.from || a.slice - b.slice || a.stage - b.stage);
      const crossed = visits.map(({ slice, stage }) => ({ slice, stage: stage % plan.stages }));
      expect(crossed.filter(({ slice, stage }) => plan.slicesOfStage[stage]![slice]!.length > 0)).toEqual(inOrder);
      for (let i = 1; i < visits.length; i++) expect(visits[i]!.from).toBeGreaterThanOrEqual(visits[i - 1]!.to);
    }
  }, 24);
});

test("no rank computes faster than its peak, and no port carries more than its bandwidth, but for the half of a nanosecond that an op may be rounded by", () => {
  law((scenario) => {
    const recording = recorded(scenario, { spans: EVERYTHING });
    const { utilization } = summarize(recording, []);
    const rounding = recording.spans!.rank.length / 2 / (recording.ranks * recording.horizonNs);
    for (const share of [utilization.compute, utilization.memoryBandwidth, utilization.node, utilization.fabric]) {
      expect(share).toBeLessThanOrEqual(1 + rounding);
      expect(share).toBeGreaterThanOrEqual(0);
    }
  });
});

test("the breakdown along the critical path adds up to the mean TTFT and TPOT", () => {
  law((scenario) => {
    const { breakdown, ttftSeconds, tpotSeconds } = summarize(recorded(scenario), []);
    expect(sum(Object.values(breakdown.ttft!)) / ttftSeconds!.mean!).toBeCloseTo(1, 9);
    if (tpotSeconds !== null) expect(sum(Object.values(breakdown.tpot!)) / tpotSeconds.mean!).toBeCloseTo(1, 9);
  });
});

test("a stage's program run as one event gives the same recording as its ops one by one", () => {
  law((scenario) => {
    expect(differences(unordered(recorded(scenario, { executor: "form" })), unordered(recorded(scenario, { executor: "stages" })))).toEqual(
      [],
    );
  }, 24);
});

test("recording spans changes nothing else", () => {
  law((scenario) => {
    const { spans, requestSpans, ...rest } = recorded(scenario, { spans: EVERYTHING });
    expect(requestSpans!.request.length).toBeGreaterThan(0);
    expect(spans!.rank.length).toBeGreaterThan(0);
    expect(differences(unordered(rest), unordered(recorded(scenario)))).toEqual([]);
  }, 16);
});

test("the same scenario gives the same bytes, and so does the scenario that its report resolves to", () => {
  law((scenario) => {
    const bytes = JSON.stringify(simulate(scenario));
    expect(JSON.stringify(simulate(scenario))).toBe(bytes);
    expect(JSON.stringify(simulate(parseScenario(resolvedOf(scenario))))).toBe(bytes);
  }, 16);
});

test("a report is what its schema says, in the schema's order of keys", async () => {
  const schema = await reportSchema();
  law((scenario) => {
    const report = JSON.stringify(simulate(scenario));
    expect(JSON.stringify(schema.parse(JSON.parse(report)))).toBe(report);
  });
});

test("which experts tokens take does not depend on how fast the network is; how many copies a layer has, not on whether halves overlap", () => {
  law((scenario) => {
    const slow = { ...scenario.cluster.network, node: { bandwidth: 1e6, latency: 1e-3 } };
    const [a, b] = [recorded(scenario).routing, recorded({ ...scenario, cluster: { ...scenario.cluster, network: slow } }).routing];
    const isTimeless = scenario.routing.gate.kind !== "drifting"; // whose popularity moves with time
    for (const phase of [0, 1] as const) if (isTimeless) expect(b[phase].tokens).toEqual(a[phase].tokens);
    const { batchSizes: _, ...serving } = scenario.serving; // halves are padded each for itself
    const copies = (overlap: Scenario["serving"]["overlap"]) =>
      recorded({ ...scenario, serving: { ...serving, overlap } }).routing.map(({ layers, experts, tokens }) =>
        [...layers].map((_layer, row) => sum(tokens.subarray(row * experts, (row + 1) * experts))),
      );
    expect(copies({ kind: "two-batch", least: 2 })).toEqual(copies({ kind: "none" }));
  }, 16);
});

test("under a uniform gate the load variance follows √((E − 1)/T), and is under 20 % for any seed at 4,000 tokens", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.constantFrom(400, 4000, 40_000), (seed, tokens) => {
      const { prefill } = simulate(uniformBatch(seed, tokens)).balance.expert;
      const expected = Math.sqrt(15 / tokens);
      expect(prefill!.loadVariance!.mean / expected).toBeGreaterThan(0.7); // 16 layers: the mean of 16 draws, each ±18 %
      expect(prefill!.loadVariance!.mean / expected).toBeLessThan(1.3);
      if (tokens >= 4000) expect(prefill!.loadVariance!.max).toBeLessThan(0.2);
    }),
    { numRuns: drawnCases(24) },
  );
});

test("a balanced gate's counts differ by at most 1 in every layer and pass", () => {
  law((scenario) => {
    if (scenario.routing.gate.kind !== "balanced") return;
    const { tokens, layers, experts, loads } = recorded(scenario).routing[0];
    layers.forEach((_, row) => {
      const counts = tokens.subarray(row * experts, (row + 1) * experts);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(loads.layerCount[row]!);
    });
  });
});

/** The recording with its load variances sorted, as folding draws a stage's routing when the stage is entered. */
function unordered(recording: Recording) {
  const routing = recording.routing.map(({ loads, ...rest }) => ({
    ...rest,
    loads: { ...loads, loadVariance: sorted(loads.loadVariance) },
  }));
  return { ...recording, routing };
}

/** Paths at which two plain values differ; short to print, whatever they hold. */
function differences(a: unknown, b: unknown, path = ""): string[] {
  if (Object.is(a, b)) return [];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key as never], b[key as never], `${path}.${key}`)).slice(0, 5);
}

function laneNs(recording: Recording, rank: number, lane: number): number {
  let total = 0;
  for (const phase of [0, 1]) {
    const at = rank * 2 + phase;
    recording.opKinds.forEach((kind, k) => {
      if ((kind.lane === "compute" ? 0 : 1) === lane) total += recording.busyNs[at * recording.opKinds.length + k]!;
    });
    total += recording.waitingNs[at * 2 + lane]! + recording.idleNs[at * 2 + lane]! + recording.lostNs[at * 2 + lane]!;
  }
  return total;
}

/** Visits of micro-batches to stages, counted over all replicas: from the first op to the last before the send. */
function visitsOf(scenario: Scenario) {
  const { ranksPerStage, slicesOfStage, stages, interleave } = prepare(scenario).plan;
  const { spans } = recorded(scenario, { spans: EVERYTHING });
  const visits = new Map<string, { stage: number; slice: number; microBatch: number; pass: number; from: number; to: number }>();
  const hosted = new Map<string, number>(); // a visit begins with the host, of no layer
  const inTime = [...spans!.rank.keys()].sort((a, b) => spans!.startNs[a]! - spans!.startNs[b]! || a - b);
  inTime.forEach((i) => {
    const rank = spans!.rank[i]!;
    const { name } = OP_KINDS[spans!.kind[i]!]!;
    if (name === "send" || name === "move") return; // a move is of no one layer
    const stage = Math.floor(rank / ranksPerStage);
    const [microBatch, pass, layer] = [spans!.microBatch[i]!, spans!.pass[i]!, spans!.layer[i]!];
    const visited = [rank, microBatch, pass].join();
    const before = hosted.get(visited) ?? 0;
    if (name === "host") hosted.set(visited, before + 1);
    const ofNoLayer = name === "host" ? before : interleave - 1;
    const slice = layer < 0 ? ofNoLayer : slicesOfStage[stage % stages]!.findIndex((layers) => layers.includes(layer));
    const key = [stage, slice, microBatch, pass].join();
    const visit = visits.get(key) ?? { stage, slice, microBatch, pass, from: Number.POSITIVE_INFINITY, to: 0 };
    visit.from = Math.min(visit.from, spans!.startNs[i]!);
    visit.to = Math.max(visit.to, spans!.endNs[i]!);
    visits.set(key, visit);
  });
  return [...visits.values()];
}

function uniformBatch(seed: number, tokens: number): Scenario {
  return parseScenario({
    tokenyard: 1,
    seed,
    model: {
      layers: 16,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: 16, topK: 1, hiddenSize: 64 },
    },
    cluster: {
      gpu: { compute: "100 TFLOPS", bandwidth: "1 TB/s", memory: "64 GB" },
      network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
    },
    parallelism: { expert: 4 },
    workload: { kind: "batch", sequences: 4, promptTokens: tokens / 4, outputTokens: 1 },
  });
}
