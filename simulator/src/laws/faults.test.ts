import { layerKinds } from "@tokenyard/model";
import { type Recording, reportSchema, servedOf, summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { struckScenario, withoutLength } from "./struck-scenario.contract.ts";

// The laws of docs/laws.md that speak of runs that faults strike. `pnpm fuzz` tries 10,000 of them.

const FUZZED = process.env["FUZZ_FAULTS"];
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };
const law = (check: (scenario: Scenario) => void, numRuns = 24) =>
  fc.assert(fc.property(struckScenario, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("requests are conserved under any faults: arrived = finished + rejected + failed + in flight", LONG, () => {
  const fates = { failed: 0, migrated: 0 };
  law(
    (scenario) => {
      const recording = recorded(scenario);
      const { requests, served, faults } = recording;
      const count = (status: number) => requests.status.filter((each) => each === status).length;
      const report = summarize(recording);
      expect(requests.status).toHaveLength(served!.arrived);
      expect([count(1), count(2), count(3), count(0)]).toEqual([
        served!.finished,
        served!.rejected,
        served!.failed,
        report.faults!.inFlight,
      ]);
      expect(sum(faults!.map(({ failed }) => failed))).toBe(served!.failed);
      fates.failed += served!.failed;
      fates.migrated += sum(faults!.map(({ migrated }) => migrated));
    },
    Number(FUZZED ?? 80),
  );
  for (const seen of Object.values(fates)) expect(seen).toBeGreaterThan(0);
});

test("for every rank and lane busy + waiting + idle + lost + down = horizon, to the nanosecond, through any faults", LONG, () => {
  let down = 0;
  law(
    (scenario) => {
      const recording = recorded(scenario);
      for (const ns of laneNs(recording)) expect(ns).toBe(recording.horizonNs);
      down += sum(recording.downNs!);
    },
    Number(FUZZED ?? 60),
  );
  expect(down).toBeGreaterThan(0);
});

test("a run that faults strike is the same however passes are timed", () => {
  law((scenario) => {
    expect(executorDifferences(scenario)).toEqual([]);
  });
});

test("output tokens of requests that go on elsewhere are neither lost nor doubled", () => {
  let migrated = 0;
  law((scenario) => {
    const { requests, served, faults } = recorded({ ...scenario, health: { ...scenario.health!, inFlight: "migrate" } });
    const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
    const begun = [...requests.status.keys()].filter(
      (request) => requests.status[request] !== 1 && !Number.isNaN(requests.firstTokenNs[request]!),
    );
    expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)) + begun.length);
    if (begun.length === 0) expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
    migrated += sum(faults!.map((fault) => fault.migrated));
  });
  expect(migrated).toBeGreaterThan(0);
});

test("output tokens of requests that begin again are thrown away and made again: of those that finish none is missing, and none counts twice", () => {
  let [begunAgain, recomputed] = [0, 0];
  law((scenario) => {
    const { requests, served, faults } = recorded({ ...scenario, health: { ...scenario.health!, inFlight: "requeue" } });
    const rows = [...requests.status.keys()];
    const begun = rows.filter((request) => requests.status[request] !== 1 && !Number.isNaN(requests.firstTokenNs[request]!));
    const finished = rows.filter((request) => requests.status[request] === 1);
    const outputs = sum(finished.map((request) => requests.outputTokens[request]!));
    expect(served!.outputTokens).toBe(outputs + begun.length);
    if (begun.length === 0) expect(served!.itlNs!.count).toBeGreaterThanOrEqual(outputs - finished.length); // those that were thrown away are among them
    for (const { migrated } of faults!) expect(migrated).toBe(0);
    begunAgain += sum(faults!.map(({ requeued }) => requeued));
    recomputed += sum(faults!.map(({ tokensRecomputed }) => tokensRecomputed));
  });
  expect(begunAgain).toBeGreaterThan(0);
  expect(recomputed).toBeGreaterThan(0);
});

test("Little's law holds through any faults: residence times add up to what is in the house over time, wherever requests go", () => {
  law((scenario) => {
    const { requests, served, horizonNs } = recorded({ ...scenario, health: { ...scenario.health!, inFlight: "migrate" } });
    const { runningNs, waitingNs } = served!.levels!;
    const leftNs = (row: number) => (requests.status[row] === 1 ? requests.finishedNs[row]! : horizonNs);
    const stayed = [...requests.status.keys()].filter((row) => requests.status[row] !== 2); // who was refused never came in
    const residenceNs = sum(stayed.map((row) => leftNs(row) - requests.arrivedNs[row]!));
    expect(sum(runningNs) + sum(waitingNs)).toBeCloseTo(residenceNs, 3);
  });
});

test("the breakdown adds up to the mean TTFT and TPOT of answered requests", () => {
  law((scenario) => {
    const recording = recorded(scenario);
    const { breakdown } = summarize(recording);
    const { ttftNs, tpotNs } = recording.served ?? servedOf(recording.requests);
    if (ttftNs.count > 0) expect((sum(Object.values(breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 6);
    if (tpotNs.count > 0) expect((sum(Object.values(breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 6);
  });
});

test("a fault without length strikes nothing: only its own entry is added to the report", () => {
  law((scenario) => {
    const faults = withoutLength(scenario.faults!);
    const { faults: rows, coverage, downNs, randomFaults, scenario: _, ...struck } = recorded({ ...scenario, faults });
    const { faults: none, scenario: __, ...plain } = recorded({ ...scenario, faults: undefined });
    expect(none).toBeUndefined();
    expect(differences(struck, plain)).toEqual([]);
    expect(sum(downNs!)).toBe(0);
    expect(coverage === undefined).toBe(scenario.model.experts === undefined);
    for (const row of rows!) expect(row).toMatchObject({ ranksLost: 0, ranksSlowed: 0, failed: 0, migrated: 0, requeued: 0 });
  }, 16);
});

test("GPUs and links at their full speed are no fault; at half of it everything takes twice as long", () => {
  const alone = (speed: number) => {
    const scenario = parseScenario({
      tokenyard: 1,
      model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
        network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
      },
      parallelism: { tensor: 4 },
      workload: { kind: "batch", sequences: 3, promptTokens: 70, outputTokens: 9 },
      faults: ["gpu-slow", "link-slow"].map((kind) => ({ kind, at: "0 s", ranks: [0, 1, 2, 3], speed: `${100 * speed} %` })),
    });
    const { faults, downNs, ...rest } = recorded(scenario);
    return { faults, rest };
  };
  const [full, half] = [alone(1), alone(0.5)];
  expect(full.faults!.map(({ ranksSlowed }) => ranksSlowed)).toEqual([0, 0]);
  expect(half.faults!.map(({ ranksSlowed }) => ranksSlowed)).toEqual([4, 4]);
  expect(half.rest.horizonNs).toBe(2 * full.rest.horizonNs);
  expect(half.rest.busyNs).toEqual(full.rest.busyNs.map((ns) => 2 * ns));
});

test("a batch on a slow GPU is served, whatever is said of requests that come while all is down", () => {
  const tree = {
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences: 4, promptTokens: 16, outputTokens: 4 },
    faults: [{ kind: "gpu-slow", at: "1 us", ranks: [0], speed: "50 %" }],
    health: { onLoss: { kind: "restart", time: "4 ms" }, exit: "1 ms", whileDown: "reject" },
  };
  const { requests } = recorded(parseScenario(tree));
  expect([...requests.status].every((status) => status === 1)).toBe(true);
});

test("a detector that is blind to a fault does not report it, and none knows of it before it strikes, or is back before that", () => {
  law((scenario) => {
    for (const { kind, atNs, detectedBy, detectedNs, resumedNs } of recorded(scenario).faults!) {
      if (detectedBy !== undefined && detectedBy !== "communication") expect(scenario.health![detectedBy as "exit"]).toBeDefined();
      if (detectedBy === "communication") expect(scenario.communication!.fallback).toBe("fail");
      if (kind.startsWith("link") || kind.startsWith("switch")) expect(["exit", "probe", "heartbeat"]).not.toContain(detectedBy);
      else expect(detectedBy).not.toBe("communication");
      if (kind === "process-hang") expect(["exit", "probe", "heartbeat"]).not.toContain(detectedBy);
      if (kind === "expert-lost") expect(["probe", "heartbeat"]).not.toContain(detectedBy);
      if (kind === "node-lost") expect(detectedBy).not.toBe("exit");
      if (kind.endsWith("slow")) expect(detectedBy).toBeUndefined();
      if (!Number.isNaN(detectedNs)) expect(detectedNs).toBeGreaterThanOrEqual(atNs);
      if (!Number.isNaN(resumedNs)) expect(resumedNs).toBeGreaterThanOrEqual(atNs);
    }
  });
});

test("a report of a run that faults strike is what its schema says, in its order", async () => {
  const schema = await reportSchema();
  law((scenario) => {
    const report = JSON.stringify(summarize(recorded(scenario, { rows: false })));
    expect(JSON.stringify(schema.parse(JSON.parse(report)))).toBe(report);
  }, 12);
});

const withExperts = struckScenario.filter(({ model, parallelism }) => model.experts !== undefined && parallelism.expert > 1);
const lawOfExperts = (check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(withExperts, check), { numRuns, endOnFailure: true });
const shrinking = (scenario: Scenario, kind: "mask" | "reroute" | "shrink"): Scenario => ({
  ...scenario,
  health: { ...scenario.health!, exit: 1e-5, onLoss: { kind, decide: 0, rebuild: 2e-5, graph: 0 } },
});
const masked = ({ routing }: Recording) => sum(routing.flatMap(({ maskedPerLayer = [] }) => [...maskedPerLayer]));

test("copies are conserved: routed = kept + dropped + masked, and masked are those that faults answer for", () => {
  let lost = 0;
  lawOfExperts((scenario) => {
    const recording = recorded(shrinking(scenario, "mask"));
    for (const { routed, kept, dropped, maskedPerLayer = [] } of recording.routing)
      expect(kept + dropped + sum(maskedPerLayer)).toBe(routed);
    const reported = recording.faults!;
    expect(masked(recording)).toBe(sum(reported.map(({ degradedTokens }) => degradedTokens)));
    const isLocal = reported.some(({ links }) => links !== undefined && links.localNs > 0); // then copies for other ranks are masked, too
    if (!isLocal && reported.every(({ expertsMissing }) => expertsMissing === 0)) expect(masked(recording)).toBe(0);
    lost += masked(recording);
  }, 32);
  expect(lost).toBeGreaterThan(0);
});

test("copies are conserved where tokens are routed around a loss: none is masked that has an expert left, and those that moved are reported", () => {
  let moved = 0;
  lawOfExperts((scenario) => {
    const { routing, faults } = recorded(shrinking(scenario, "reroute"));
    const { topK, count } = scenario.model.experts!;
    for (const { routed, kept, dropped, reroutedPerLayer = [], maskedPerLayer = [] } of routing)
      expect(kept + dropped + sum(reroutedPerLayer) + sum(maskedPerLayer)).toBe(routed);
    const around = faults!.flatMap(({ elsewhere }) => elsewhere ?? []);
    const isLocal = faults!.some(({ links }) => links !== undefined && links.localNs > 0);
    if (!isLocal && faults!.every(({ elsewhere }) => (elsewhere?.mostMissing ?? 0) <= count - topK))
      expect(sum(faults!.map(({ degradedTokens }) => degradedTokens))).toBe(0);
    for (const { gateShare, mostMissing } of around) expect(gateShare > 0 && mostMissing > 0).toBe(true);
    moved += sum(around.map(({ copies }) => copies));
  }, 32);
  expect(moved).toBeGreaterThan(0);
});

test("a run that loses no expert is the same, routed around losses or with lost experts masked", () => {
  let struck = 0;
  lawOfExperts((scenario) => {
    const around = recorded(shrinking(scenario, "reroute"));
    const left = recorded(shrinking(scenario, "mask"));
    if (around.faults!.some(({ expertsMissing }) => expertsMissing > 0)) return;
    expect(reportOf(around)).toBe(reportOf(left));
    if (around.faults!.some(({ resumedNs }) => !Number.isNaN(resumedNs))) struck++;
  }, 24);
  expect(struck).toBeGreaterThan(0);
});

/** Its report, but for the scenario, as bytes. */
function reportOf(recording: Recording): string {
  const { scenario: _, ...report } = summarize(recording);
  return JSON.stringify(report);
}

test("the loss of a rank that copies cover masks nothing, and the report says before that it is covered", () => {
  let struck = 0;
  lawOfExperts((scenario) => {
    const { expert, tensor, pipeline, data } = scenario.parallelism;
    const ranks = expert * tensor * pipeline * data;
    const all = scenario.model.experts!.count;
    const recording = recorded({
      ...shrinking(scenario, "mask"),
      spares: { kind: "hot-copies", perLayer: all, place: "any" }, // one more of each
      faults: [{ kind: "gpu-lost", at: 5e-5, for: undefined, ranks: [scenario.seed % ranks] }],
    });
    expect(recording.coverage!.ranks).toEqual({ all: ranks, covered: ranks, mostMissing: 0 });
    expect(masked(recording)).toBe(0);
    expect(recording.faults![0]!.expertsMissing).toBe(0);
    if (!Number.isNaN(recording.faults![0]!.resumedNs)) struck++;
  }, 16);
  expect(struck).toBeGreaterThan(0);
});

test("a slot that is lost takes no rank along, and costs what can be loaded again nothing but time", () => {
  const seen = { masked: 0, loaded: 0 };
  lawOfExperts((scenario) => {
    const { model, seed } = scenario;
    const layers = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
    const faults = [{ kind: "expert-lost" as const, at: 5e-5, for: undefined, layer: layers[seed % layers.length]!, expert: seed % 4 }];
    const struck = { ...scenario, faults, health: { ...scenario.health!, aborts: "lost" as const } } as Scenario;
    const left = recorded(shrinking({ ...struck, spares: undefined }, "mask"));
    const again = recorded(shrinking({ ...struck, spares: { kind: "standby", perLayer: 1 } }, "shrink"));
    for (const recording of [left, again]) {
      expect(recording.faults![0]).toMatchObject({ ranksLost: 0, slotsLost: 1, failed: 0, migrated: 0, requeued: 0 });
      expect(recording.served!.failed).toBe(0);
    }
    const isKnown = !Number.isNaN(left.faults![0]!.detectedNs);
    const isSpare = scenario.routing.placement?.kind === "redundant" || scenario.routing.placement?.kind === "map"; // it may have copies
    if (isKnown && !isSpare) expect(left.faults![0]!.expertsMissing).toBe(1);
    expect(again.faults![0]!.expertsMissing).toBe(0);
    expect(masked(again)).toBe(0);
    seen.masked += masked(left);
    if (isKnown) seen.loaded++;
  }, 16);
  expect(seen.masked).toBeGreaterThan(0);
  expect(seen.loaded).toBeGreaterThan(0);
});

test("a replica that loads experts again misses no more of them than one that leaves them out, and is back no earlier", () => {
  let loaded = 0;
  lawOfExperts((scenario) => {
    const faults = scenario.faults!.filter(({ kind }) => kind !== "random" && kind !== "link-flap").slice(0, 1);
    if (faults.length === 0 || scenario.parallelism.data > 1) return; // of several strikes, or replicas, the later ones meet another run
    const one = { ...scenario, spares: { kind: "standby" as const, perLayer: 2 }, faults };
    const [left, again] = [recorded(shrinking(one, "mask")).faults![0]!, recorded(shrinking(one, "shrink")).faults![0]!];
    expect(again.expertsMissing).toBeLessThanOrEqual(left.expertsMissing);
    if (!Number.isNaN(left.resumedNs) && !Number.isNaN(again.resumedNs)) expect(again.resumedNs).toBeGreaterThanOrEqual(left.resumedNs);
    loaded += left.expertsMissing - again.expertsMissing;
  }, 64);
  expect(loaded).toBeGreaterThan(0);
});

/** [ranks × lanes] */
function laneNs({ ranks, opKinds, busyNs, waitingNs, idleNs, lostNs, downNs }: Recording): number[] {
  return Array.from({ length: ranks * 2 }, (_, at) => {
    const [rank, lane] = [Math.floor(at / 2), at % 2];
    const ofPhase = (phase: number) => {
      const own = opKinds.map((kind, k) =>
        kind.lane === (lane === 0 ? "compute" : "network") ? busyNs[(rank * 2 + phase) * opKinds.length + k]! : 0,
      );
      const side = (rank * 2 + phase) * 2 + lane;
      return sum(own) + waitingNs[side]! + idleNs[side]! + lostNs[side]! + downNs![side]!;
    };
    return ofPhase(0) + ofPhase(1);
  });
}
