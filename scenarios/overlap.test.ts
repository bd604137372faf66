/** @module-tag long */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LoadedScenario, loadScenarioFile, prepare, type Report, simulate } from "tokenyard";
import { describe, expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const OVERLAPS = ["none", "two-batch", "{ kind: two-batch, least: 2 }"];

const reports = new Map<string, Report>();

/** The plan over one replica whose layers have ranks of their own, with fewer tokens put out; simulated once. */
function planned(overlap: string, gpusPerNode: number, fabricBandwidth: number): Report {
  const key = [overlap, gpusPerNode, fabricBandwidth].join();
  const report = reports.get(key) ?? simulatedPlan(overlap, gpusPerNode, fabricBandwidth);
  reports.set(key, report);
  return report;
}

function simulatedPlan(overlap: string, gpusPerNode: number, fabricBandwidth: number): Report {
  const set = [
    "parallelism.layers=own-ranks",
    "parallelism.data=1",
    "workload.outputTokens=8",
    `serving.overlap=${overlap}`,
    `cluster.gpusPerNode=${gpusPerNode}`,
    `cluster.network.fabric.bandwidth=${fabricBandwidth} GB/s`,
  ];
  return simulate(loadScenarioFile(join(GALLERY, "deployment-plan/scenario.yaml"), { set }).scenario);
}

describe.each(OVERLAPS)("the plan with overlap %s", (overlap) => {
  test("is no slower over a fabric of 75 GB/s than over one of 50", () => {
    const [slow, fast] = [50, 75].map((bandwidth) => planned(overlap, 8, bandwidth));
    expect(fast!.ttftSeconds!.mean!).toBeLessThan(slow!.ttftSeconds!.mean!);
    expect(fast!.ttftSeconds!.max!).toBeLessThan(slow!.ttftSeconds!.max!);
    expect(fast!.tpotSeconds!.mean!).toBeLessThan(slow!.tpotSeconds!.mean!);
  });

  test("is no slower the more GPUs a node has: 8, 16, 32, 64, 512", () => {
    const reports = [8, 16, 32, 64, 512].map((gpusPerNode) => planned(overlap, gpusPerNode, 50));
    for (let i = 1; i < reports.length; i++) {
      const [before, after] = [reports[i - 1]!, reports[i]!];
      expect(after.ttftSeconds!.mean! / before.ttftSeconds!.mean!).toBeLessThanOrEqual(1);
      expect(after.ttftSeconds!.max! / before.ttftSeconds!.max!).toBeLessThanOrEqual(1);
      expect(after.tpotSeconds!.mean! / before.tpotSeconds!.mean!).toBeLessThanOrEqual(1);
      expect(after.horizonSeconds / before.horizonSeconds).toBeLessThanOrEqual(1);
    }
  });
});

test("in halves the plan's prefill is faster than in one piece, on nodes of any size", () => {
  for (const gpusPerNode of [8, 16, 32, 512]) {
    const [none, some, all] = OVERLAPS.map((overlap) => planned(overlap, gpusPerNode, 50).ttftSeconds!.mean);
    expect(some).toBeLessThan(none!);
    expect(all).toBeLessThan(some!);
  }
});

const files = readdirSync(GALLERY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(GALLERY, entry.name, "scenario.yaml")))
  .flatMap(({ name }) => readdirSync(join(GALLERY, name)).flatMap((file) => (file.endsWith(".yaml") ? [join(name, file)] : [])));

/** Which of them are batches. */
const batches = new Set(files.filter((file) => loadScenarioFile(join(GALLERY, file)).scenario.workload.kind === "batch"));

/** Which of them decode for ever: few steps say what more would. */
const steady = new Set(files.filter((file) => loadScenarioFile(join(GALLERY, file)).scenario.workload.kind === "steady-decode"));

/** A scenario of the gallery with an overlap; a batch with few tokens put out, since those who decode are too few to be split. */
function piece(file: string, overlap: string): LoadedScenario {
  const fewer = batches.has(file) ? ["workload.outputTokens=4"] : steady.has(file) ? ["workload.measure=4 steps"] : [];
  return loadScenarioFile(join(GALLERY, file), { set: [`serving.overlap=${overlap}`, ...fewer] });
}

/** Faults strike by the clock, so other work in halves; and they leave requests alone on a stage, whose halves pay latencies twice and hide nothing. */
function strikes({ faults, retries }: LoadedScenario["scenario"]): boolean {
  return faults !== undefined || retries !== undefined;
}

/** Fewer sessions than data groups leave each token's weights to be read for itself: halves read them twice, and have little to hide. */
function isSparse({ workload }: LoadedScenario["scenario"], dataGroups: number): boolean {
  return workload.kind === "sessions" && (workload.sessions ?? dataGroups) < dataGroups;
}

const withNeighbours = files.filter((file) => {
  const { scenario, readPieces } = piece(file, "none");
  if (strikes(scenario)) return false;
  const isPlain = file.endsWith("plain.yaml") && files.includes(file.replace("plain.yaml", "scenario.yaml")); // one that differs in its overlap
  const { plan } = prepare(scenario, { readPieces });
  return !isPlain && plan.ranksPerStage > 1 && !isSparse(scenario, plan.dataGroups);
});

test.each(withNeighbours)(
  "%s is not slower in two halves, where there are enough tokens for them, than in one piece by over 1 %",
  (file) => {
    const [none, split] = ["none", "two-batch"].map((overlap) => {
      const { scenario, readPieces } = piece(file, overlap);
      const { e2eSeconds, ttftSeconds, itlSeconds } = simulate(scenario, { readPieces });
      const [whole, first] = steady.has(file) ? [itlSeconds, itlSeconds] : [e2eSeconds, ttftSeconds];
      return { e2e: whole!.mean!, ttft: first!.mean! };
    });
    expect(split!.e2e / none!.e2e).toBeLessThanOrEqual(1.01);
    expect(split!.ttft / none!.ttft).toBeLessThanOrEqual(1.01);
  },
);
