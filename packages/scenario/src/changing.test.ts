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

const planned = text.replace("{ preset: h100-sxm, memory: 64 GB }", "plan-card");
const racked = text.replace(
  "{ kind: two-tier, node: { bandwidth: 1 GB/s, latency: 1 us }, fabric: { bandwidth: 1 GB/s, latency: 1 us } }",
  "nvl72",
);
const stated = planned.replace("  network:", "  kernels: roofline\n  gpusPerNode: 8\n  network:");

test.each([
  ["the kernels of a GPU that has measured ones", planned, ["cluster.gpu=h100-sxm"]],
  ["no measured kernels of a GPU that has none", text, ["cluster.gpu.preset=plan-card"]],
  ["no measured kernels of a GPU with a launch of its own", text, ["cluster.gpu.launch=3 us"]],
  [
    "measured kernels of a GPU whose launch is the preset's again",
    text.replace("memory: 64 GB", "launch: 3 us"),
    ["cluster.gpu.launch=12.2 us"],
  ],
  ["what stands beside a preset that is named again", text.replace("memory: 64 GB", "launch: 3 us"), ["cluster.gpu=h100-sxm"]],
  ["measured kernels where something else is the GPU's own", text, ["cluster.gpu.memory=80 GB"]],
  ["the nodes of a network", planned, ["cluster.network=nvl72"]],
  ["the nodes of a preset whose bandwidth is another", racked, ["cluster.network.node.bandwidth=1 TB/s"]],
  ["both at once", planned, ["cluster={ gpu: b200, network: nvl72 }"]],
  ["what is stated", stated, ["cluster={ gpu: b200, network: nvl72 }"]],
  ["what is set beside it", planned, ["cluster.gpu=b200", "cluster.kernels=roofline"]],
  ["what was assumed only of what was there", text.replace("h100-sxm", "h800"), ["cluster.gpu=b200"]],
  ["nothing assumed of what is set", text, ["serving.overlap=none", "serving.stepOverhead={ step: 1 ms }", "cluster.gpu.memoryShare=80 %"]],
  ["what two-batch overlap takes for granted", text, ["serving.overlap=two-batch"]],
  ["what is listed as assumed", `${text}assumed: [{ path: cluster.gpu.memory, from: 32 GB, to: 80 GB }]\n`, ["cluster.gpu.memory=80 GB"]],
])("a change brings %s, as --set does", (_, file, set) => {
  const loaded = (given: readonly string[]) => loadScenario(file, { read: () => "", set: given }).scenario;
  const [changed, wanted] = [changing(loaded([]))(set), loaded(set)];
  expect(changed).toEqual(wanted);
});

test("what a preset's measured kernels would not hear of is refused by a change, as by --set", () => {
  const fitted = text.replace("  network:", "  kernels: fitted\n  network:");
  const loaded = (set: readonly string[]) => loadScenario(fitted, { read: () => "", set }).scenario;
  const refusal = "cluster.gpu.launch: 3 us beside fitted kernels";
  expect(() => loaded(["cluster.gpu.launch=3 us"])).toThrow(refusal);
  expect(() => changing(loaded([]))(["cluster.gpu.launch=3 us"])).toThrow(refusal);
});

test("a change is the same where the seed of a scenario is another, and its sweep and claims are gone", () => {
  const loaded = (set: readonly string[]) => loadScenario(text, { read: () => "", set }).scenario;
  const { sweep: _, claims: __, ...bare } = loaded(["sweep.vary={ seed: 1..3 }"]);
  expect(changing({ ...bare, seed: 9 })(["cluster.gpu.launch=3 us"])).toEqual(loaded(["cluster.gpu.launch=3 us", "seed=9"]));
});

test("a change of a change brings what follows it, too", () => {
  const loaded = (set: readonly string[]) => loadScenario(planned, { read: () => "", set }).scenario;
  const once = changing(loaded([]))(["parallelism.tensor=2"]);
  expect(changing(once)(["cluster.gpu=h100-sxm"]).cluster).toEqual(loaded(["cluster.gpu=h100-sxm"]).cluster);
});

test("a scenario whose file is not known states all that it has", () => {
  const resolved = parseScenario(resolvedOf(loadScenario(planned, { read: () => "" }).scenario));
  expect(changing(resolved)(["cluster.gpu=h100-sxm"]).cluster.kernels).toEqual({ kind: "roofline" });
});

test.each([
  ["a value of the kind that is chosen where none is", ["serving.scheduler.microBatches=1"], { kind: "static", microBatches: 1 }],
  [
    "a kind after a value of it",
    ["serving.scheduler.maxSequences=8", "serving.scheduler.kind=continuous"],
    { kind: "continuous", maxSequences: 8 },
  ],
  [
    "a value after its kind",
    ["serving.scheduler.kind=continuous", "serving.scheduler.maxSequences=8"],
    { kind: "continuous", maxSequences: 8 },
  ],
])("--set takes %s", (_, set, scheduler) => {
  expect(load(set).serving.scheduler).toMatchObject(scheduler);
});

test("--set takes no value of another kind than the one that is chosen, and says which there are", () => {
  expect(() => load(["serving.scheduler.maxSequences=8"])).toThrow("serving.scheduler.kind: nothing given; wanted static, continuous");
  expect(() => load(["cluster.kernels.launchShare=45 %"])).toThrow("cluster.kernels.kind: nothing given");
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

test("all problems are reported, as by --set", () => {
  expect(() => change(["parallelism.tensr=2", "workload.sequences=0"])).toThrow(
    /parallelism.tensr: unknown path given.*\n.*workload.sequences: 0 given/,
  );
});

test("the resolved scenario of a change means the same", () => {
  const changed = change(["parallelism.tensor=2"]);
  expect(parseScenario(resolvedOf(changed))).toEqual(changed);
});
