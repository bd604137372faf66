import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { changedTree, changesBetween } from "./change.ts";
import { isNear, why } from "./why.ts";

type Tree = { model: object; cluster: { network: { node: object } }; parallelism: object; workload: object };
const tree = resolvedOf(tiny) as Tree;
const nodeOf = (bandwidth: string) => ({ ...tree.cluster, network: { ...tree.cluster.network, node: { bandwidth, latency: "1 us" } } });
const plan = (over: object): Scenario => parseScenario({ ...tree, targets: { ttft: "20 us" }, ...over });

test("one change that is enough is found among others, and running it gives the number of the sentence", async () => {
  const a = plan({ cluster: nodeOf("2 GB/s") });
  const b = plan({ cluster: nodeOf("80 GB/s"), workload: { ...tree.workload, outputTokens: 4 } });
  const found = (await why(a, b))!;
  expect(found.changes.map(({ path }) => path)).toEqual(["cluster.network.node.bandwidth", "workload.outputTokens.value"]);
  expect(found.metric).toBe("ttft");
  expect(found.shortest!.changes.map(({ path }) => path)).toEqual(["cluster.network.node.bandwidth"]);
  const ran = simulate(plan({ cluster: nodeOf("80 GB/s") }));
  expect(found.shortest).toMatchObject({ number: ran.ttftSeconds!.max, met: true });
  expect(found.sentences[1]).toMatch(/^cluster\.network\.node\.bandwidth 2 GB\/s → 80 GB\/s alone turns a's answer into b's: /);
  expect(found.sentences[2]).toMatch(/^workload\.outputTokens\.value 3 → 4 alone: .* misses the target\.$/);
});

test("two changes that only work together are found, and each of them was run alone, too", async () => {
  const a = plan({ cluster: nodeOf("2 GB/s"), workload: { ...tree.workload, sequences: 16 } });
  const b = plan({ cluster: nodeOf("80 GB/s"), workload: { ...tree.workload, sequences: 4 } });
  const found = (await why(a, b))!;
  const alone = found.single.filter(({ isEnough }) => isEnough);
  expect(alone).toEqual([]);
  expect(found.shortest!.changes.map(({ path }) => path)).toEqual(["cluster.network.node.bandwidth", "workload.sequences"]);
  expect(found.isShortest).toBe(true);
  expect(found.shortest!.number).toBe(simulate(b).ttftSeconds!.max);
  expect(found.runs).toBe(2 + 2 + 1);
});

test("where targets differ rather than plans, no list of changes is said to turn the answer", async () => {
  const found = (await why(
    plan({ targets: { ttft: "1 ns" } }),
    plan({ targets: { ttft: "1 s" }, workload: { ...tree.workload, outputTokens: 4 } }),
  ))!;
  expect(found.shortest).toBe(undefined);
  expect(found.sentences[1]).toMatch(/^They differ in 1 input, but no list of these changes turns a's answer into that of b/);
});

test("all changes at once make b of a", () => {
  const b = plan({ cluster: nodeOf("80 GB/s"), parallelism: { expert: 2, tensor: 2 }, serving: { overlap: "two-batch" } });
  const a = plan({});
  expect(resolvedOf(parseScenario(changedTree(a, changesBetween(a, b))))).toEqual(resolvedOf(b));
});

test("a flag of an engine is the change of what it sets, and no note of the engine is one", () => {
  const by = (flags: object) =>
    parseScenario({
      tokenyard: 1,
      model: "llama-3.1-8b",
      cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
      engine: { name: "vllm", flags },
      workload: { kind: "closed", requests: 8, concurrency: 2, promptTokens: 20, outputTokens: 10 },
    });
  const [a, b] = [by({}), by({ "max-cudagraph-capture-size": 16 })];
  const changes = changesBetween(a, b);
  expect(changes.map(({ path }) => path).sort()).toEqual(["serving.batchSizes", "serving.stepOverhead.capturedTokens"]);
  for (const change of changes) expect(() => parseScenario(changedTree(a, [change]))).not.toThrow();
});

test("a plan beside itself has no change, and a change that cannot be by itself says why", async () => {
  expect((await why(plan({}), plan({})))!.sentences[1]).toBe("Their inputs are the same.");
  const a = plan({ cluster: { ...nodeOf("2 GB/s"), gpusPerNode: 1 } });
  const b = plan({ cluster: { ...nodeOf("80 GB/s"), gpusPerNode: 2 }, parallelism: { expert: 2, tensor: 4 } });
  const found = (await why(a, b))!;
  for (const { number, reason } of found.single) expect(number === null).toBe(reason !== null);
});

test("a change that takes other GPUs says how many", async () => {
  const found = (await why(plan({ parallelism: { expert: 2 } }), plan({ parallelism: { expert: 1, tensor: 2 } })))!;
  const doubled = found.single.find(({ changes }) => changes[0]!.path === "parallelism.tensor")!;
  expect([found.a.gpus, found.b.gpus, doubled.gpus]).toEqual([2, 2, 4]);
  expect(found.sentences.filter((sentence) => / on 4 GPUs instead of 2/.test(sentence))).toHaveLength(1);
  expect(found.sentences[0]).not.toContain("GPUs");
});

test("by hand: a tenth of the way to b is near, and a number beyond any bound is near to no other", () => {
  expect([isNear(20, 120, 20), isNear(30, 120, 20), isNear(31, 120, 20), isNear(9, 120, 20)]).toEqual([true, true, false, false]);
  const never = Number.POSITIVE_INFINITY;
  expect([isNear(never, never, 20), isNear(22, never, 20), isNear(23, never, 20)]).toEqual([false, true, false]);
  expect([isNear(never, 20, never), isNear(20, 20, never), isNear(1e9, 20, never)]).toEqual([true, false, false]);
});
