import { readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { parseScenario } from "@tokenyard/scenario";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepare } from "./setup/prepare.ts";
import { run } from "./simulate.ts";

const HOUSE = new URL("../../", import.meta.url);

/** The steps of each walk of docs/architecture.md, by its title: files, and the functions that are called in them. */
const walks = new Map<string, readonly { readonly file: string; readonly functions: readonly string[] }[]>();
const text = readFileSync(new URL("docs/architecture.md", HOUSE), "utf8");
for (const [, title, rows] of text.matchAll(/^\*\*([^*]+)\*\*[^\n]*:\n\n\| file \| function \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)/gm)) {
  const steps = rows!.trim().split("\n");
  walks.set(
    title!,
    steps.map((row) => {
      const [, file, functions] = row.split("|");
      return { file: file!.trim().replaceAll("`", ""), functions: functions!.match(/(?<=[`.])\w+(?=`)/g) ?? [] };
    }),
  );
}

/** A load on two replicas whose layers draw their experts, one of which is lost for a time, with a rule of alerts. */
const scenario = parseScenario({
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 32,
    attention: { heads: 8, kvHeads: 4, headSize: 8 },
    experts: { count: 4, topK: 1, hiddenSize: 64 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
    gpusPerNode: 4,
    network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
  },
  parallelism: { data: 2, expert: 2 },
  routing: { gate: "uniform", resolution: "exact" },
  workload: { kind: "open", requests: 60, rate: "2000 requests/s", promptTokens: 64, outputTokens: 20 },
  serving: { scheduler: "continuous" },
  health: { onLoss: { kind: "restart", time: "1 ms" }, exit: "100 us", inFlight: "migrate" },
  faults: [{ kind: "gpu-lost", at: "5 ms", for: "2 ms", ranks: [0] }],
  alerts: { every: "1 ms", rules: [{ name: "Busy", metric: "memoryBandwidthUse", by: ["rank"], over: "10 ms", above: "0 %" }] },
});

/** Functions that are called in a run, by their file. */
const called = new Map<string, Set<string>>();

beforeAll(() => {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  run(prepare(scenario));
  session.post("Profiler.takePreciseCoverage", (error, { result }: Profiler.TakePreciseCoverageReturnType) => {
    if (error !== null) throw error;
    for (const { url, functions } of result) {
      if (!url.startsWith(HOUSE.href)) continue;
      const names = functions.filter(({ ranges }) => ranges[0]!.count > 0).map(({ functionName }) => functionName);
      called.set(fileURLToPath(url), new Set(names));
    }
  });
  session.post("Profiler.stopPreciseCoverage");
  session.post("Profiler.disable");
  session.disconnect();
});
afterAll(() => called.clear());

test("docs/architecture.md walks with a request, a copy of a token, a fault and a sample, in ten files each at most", () => {
  expect([...walks.keys()]).toEqual(["One request", "One copy of a token", "A fault", "A sample"]);
  for (const steps of walks.values()) {
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.length).toBeLessThanOrEqual(10);
    expect(new Set(steps.map(({ file }) => file)).size).toBe(steps.length);
  }
  expect(walks.get("A sample")!.length).toBeLessThanOrEqual(8);
});

test("every function of a walk is called where it is said to be, in a run that takes all four", () => {
  const missing = [...walks.values()].flat().flatMap(({ file, functions }) => {
    expect(functions.length).toBeGreaterThan(0);
    const own = called.get(fileURLToPath(new URL(file, HOUSE)));
    return functions.filter((name) => own?.has(name) !== true).map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});
