import { expect, test } from "vitest";
import { changing } from "./changing.ts";
import { loadScenario } from "./load.ts";
import { parseScenario } from "./parse.ts";
import { resolvedOf } from "./resolved.ts";

const text = `tokenyard: 1
model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 }, precision: { dispatch: fp8 } }
cluster:
  gpu: { preset: h100-sxm, memory: 64 GB }
  network: { kind: two-tier, node: { bandwidth: 1 GB/s, latency: 1 us }, fabric: { bandwidth: 1 GB/s, latency: 1 us } }
workload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }
`;
const load = (set: string[] = []) => loadScenario(text, { read: () => "", set }).scenario;
const change = changing(load());

test.each([
  [["parallelism.tensor=2"]],
  [["cluster.network.fabric.bandwidth=2 GB/s", "workload.promptTokens={ kind: uniform, from: 1, to: 9 }"]],
  [["model.precision.dispatch=bf16"]],
  [["model.precision={ kvCache: fp8 }", "seed=4", "targets.ttft=1 s"]],
])("a changed scenario is what --set %s gives", (set) => {
  expect(change(set)).toEqual(load(set));
});

test("no change gives an equal scenario, and changes do not add up", () => {
  change(["parallelism.tensor=4"]);
  expect(change([])).toEqual(load());
});

test("a preset replaces what the scenario had in its place", () => {
  const { gpu } = change(["cluster.gpu.preset=a100-80g"]).cluster;
  const other = loadScenario(text.replace("{ preset: h100-sxm, memory: 64 GB }", "a100-80g"), { read: () => "" }).scenario;
  expect(gpu).toEqual(other.cluster.gpu);
});

test("all problems are told, as --set tells them", () => {
  expect(() => change(["parallelism.tensr=2", "workload.sequences=0"])).toThrow(
    /parallelism.tensr: unknown path given.*\n.*workload.sequences: 0 given/,
  );
});

test("the resolved scenario of a change means the same", () => {
  const changed = change(["parallelism.tensor=2"]);
  expect(parseScenario(resolvedOf(changed))).toEqual(changed);
});
