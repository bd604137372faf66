import { compilePlan } from "@tokenyard/placement";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { DENSE_MODEL, EXPERTS_MODEL } from "./availability/small-models.contract.ts";
import { checkpointProblems } from "./checkpoints/checkpoint-problems.ts";
import { faultProblems } from "./fault-problems.ts";
import { retryProblems } from "./retries/retry-problems.ts";

const HEALTH = { watchdog: "30 s", onLoss: { kind: "restart", time: "90 s" }, inFlight: "migrate" };

/** Four GPUs on one node, each an experts' rank. */
const scenarioOf = (more: object): Scenario =>
  parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: EXPERTS_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { expert: 4 },
    workload: { kind: "open", requests: 8, rate: "10 requests/s", promptTokens: 16, outputTokens: 4 },
    serving: { scheduler: "continuous" },
    health: HEALTH,
    ...more,
  });
type Found = ReturnType<typeof faultProblems>;
const lines = (problems: Found) => problems.map(({ path, given, wanted }) => [path.join("."), given, wanted]);
const problemsOf = (more: object) => {
  const scenario = scenarioOf(more);
  return lines(faultProblems(scenario, [compilePlan(scenario)]));
};
const faults = (fault: object) => ({ faults: [{ at: "1 s", ...fault }] });

describe("faults that a plan cannot have", () => {
  test("none, and those it can have, are no problem", () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ faults: [] })).toEqual([]);
    expect(problemsOf(faults({ kind: "gpu-lost", ranks: [0, 3] }))).toEqual([]);
    expect(problemsOf(faults({ kind: "node-lost", nodes: [0] }))).toEqual([]);
    expect(problemsOf(faults({ kind: "expert-lost", layer: 1, expert: 3 }))).toEqual([]);
  });

  test("need an answer to what is done about them, unless they only slow", () => {
    const without = { health: undefined };
    expect(problemsOf({ ...faults({ kind: "gpu-lost", ranks: [0] }), ...without })).toEqual([
      ["health", undefined, "what is done about faults, as health: vllm-stock"],
    ]);
    expect(problemsOf({ ...faults({ kind: "gpu-slow", ranks: [0], speed: "50 %" }), ...without })).toEqual([]);
  });

  test("of GPUs, nodes, layers, experts and replicas that are not there, each at its place", () => {
    expect(problemsOf(faults({ kind: "gpu-lost", ranks: [3, 4, 9] }))).toEqual([
      ["faults.0.ranks.1", "4", "0 to 3"],
      ["faults.0.ranks.2", "9", "0 to 3"],
    ]);
    expect(problemsOf(faults({ kind: "node-lost", nodes: [1] }))).toEqual([["faults.0.nodes.0", "1", "0, the only one"]]);
    expect(problemsOf(faults({ kind: "expert-lost", layer: 2, expert: 4, replica: 1 }))).toEqual([
      ["faults.0.layer", "2", "0 to 1"],
      ["faults.0.expert", "4", "0 to 3"],
      ["faults.0.replica", "1", "0, the only one"],
    ]);
    const communication = { communication: { fallback: "fail" } };
    expect(problemsOf({ ...faults({ kind: "switch-lost", leaves: [0, 1], nodesPerLeaf: 4 }), ...communication })).toEqual([
      ["faults.0.leaves.1", "1", "0, the only one"],
    ]);
    expect(problemsOf({ ...faults({ kind: "switch-lost", leaves: [0], nodesPerLeaf: 4, rails: [3, 4] }), ...communication })).toEqual([
      ["faults.0.rails.1", "4", "0 to 3"],
    ]);
    expect(problemsOf({ ...faults({ kind: "link-lost" }), ...communication })).toEqual([
      ["faults.0.ranks", undefined, "the GPUs, or with nodes the nodes, whose links are down"],
    ]);
  });

  test("of an expert in a layer that is dense, or a model without any", () => {
    const model = { ...EXPERTS_MODEL, dense: { layers: 1, hiddenSize: 64 } };
    const first = problemsOf({ model, ...faults({ kind: "expert-lost", layer: 0, expert: 0 }) });
    expect(first).toEqual([["faults.0.layer", "0, which is dense", "a layer with experts"]]);
    const dense = { model: DENSE_MODEL, parallelism: { data: 4 } };
    const none = "gpu-lost: the model has no experts";
    expect(problemsOf({ ...dense, ...faults({ kind: "expert-lost", layer: 0, expert: 0 }) })).toEqual([
      ["faults.0.kind", "expert-lost", none],
    ]);
    const random = { kind: "random", of: { kind: "expert-lost" }, mtbfPerGpu: "1000 h", until: "1 s" };
    expect(problemsOf({ ...dense, faults: [random] })).toEqual([["faults.0.of.kind", "expert-lost", none]]);
  });

  test("of links need to know what collectives do", () => {
    const wanted = "what becomes of collectives that need a link which is down, as communication: { fallback: fail }";
    expect(problemsOf(faults({ kind: "link-lost", ranks: [0] }))).toEqual([["communication", undefined, wanted]]);
  });
});

describe("faults that are drawn", () => {
  const random = (more: object) =>
    problemsOf({ faults: [{ kind: "random", of: { kind: "gpu-lost" }, mtbfPerGpu: "1 h", until: "1 h", ...more }] });

  test("leave at most all GPUs, and come in bursts of at most a node's", () => {
    expect(random({ leave: 4 })).toEqual([]);
    expect(random({ leave: 5 })).toEqual([["faults.0.leave", "5", "at most 4, all there are"]]);
    expect(random({ burst: { ranks: 4, within: "1 s" } })).toEqual([]);
    expect(random({ burst: { ranks: 5, within: "1 s" } })).toEqual([["faults.0.burst.ranks", "5", "at most 4, a node's"]]);
  });

  test("are at most 5,000 in the mean: four GPUs that fail 1,250 times each", () => {
    expect(random({ acceleration: 1250 })).toEqual([]);
    expect(random({ acceleration: 1251 })).toEqual([
      ["faults.0.acceleration", "about 5,004 faults", "at most 5,000 in the mean, as at an acceleration of 1,250"],
    ]);
    expect(random({ acceleration: 1000, burst: { ranks: 2, within: "1 s" } })).toEqual([
      ["faults.0.acceleration", "about 8,000 faults", "at most 5,000 in the mean, as at an acceleration of 625"],
    ]);
  });
});

describe("what beside faults contradicts a plan", () => {
  const local = { communication: { fallback: "local-experts" }, ...faults({ kind: "gpu-lost", ranks: [0] }) };

  test("experts that stay local where nothing is exchanged, or sums cross nodes", () => {
    expect(problemsOf(local)).toEqual([]);
    const place = "communication.fallback";
    expect(problemsOf({ ...local, model: DENSE_MODEL, parallelism: { data: 4 } })).toEqual([
      [place, "local-experts with no all-to-all", "fail or none"],
    ]);
    const cluster = { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 2 };
    expect(problemsOf({ ...local, cluster, parallelism: { expert: 2, tensor: 2 } })).toEqual([]);
    expect(problemsOf({ ...local, cluster: { ...cluster, gpusPerNode: 3 }, parallelism: { expert: 2, tensor: 2 } })).toEqual([
      [place, "local-experts with 2 ranks on several nodes that add up", "fail or none"],
    ]);
  });

  test("sends without local experts, or without a next stage", () => {
    const sends = (communication: object) => problemsOf({ ...local, communication });
    expect(sends({ fallback: "fail", sends: "wait" })).toEqual([
      ["communication.sends", "wait beside fallback: fail", "no sends: fail holds for them, too"],
    ]);
    expect(sends({ fallback: "local-experts", sends: "wait" })).toEqual([
      ["communication.sends", "wait with one stage", "no sends, or several stages"],
    ]);
  });

  test("spare experts without experts, or specified twice", () => {
    const spares = { spares: { kind: "standby", perLayer: 1 } };
    expect(problemsOf(spares)).toEqual([]);
    expect(problemsOf({ ...spares, model: DENSE_MODEL, parallelism: { data: 4 } })).toEqual([
      ["spares.kind", "standby", "ranks: the model has no experts"],
    ]);
    expect(problemsOf({ ...spares, routing: { placement: { kind: "redundant", spareSlots: 4 } } })).toEqual([
      ["spares.kind", "standby beside routing.placement: redundant", "spare slots in one of the two"],
    ]);
  });
});

test("checkpoints need another data group for peers, and requests that go on from them", () => {
  const problems = (more: object) => {
    const scenario = scenarioOf({ ...faults({ kind: "gpu-lost", ranks: [0] }), ...more });
    return lines(checkpointProblems(scenario, [compilePlan(scenario)]));
  };
  const host = { checkpoints: { every: 8, to: "host" } };
  const peer = { checkpoints: { every: 8, to: "peer" } };
  expect([problems({}), problems(host), problems(peer)]).toEqual([[], [], []]);
  const alone = { parallelism: { expert: 4, attention: { tensor: 4 } } };
  expect(problems({ ...host, ...alone })).toEqual([]);
  expect(problems({ ...peer, ...alone })).toEqual([
    ["checkpoints.to", "peer, and there is one data group", "host, or more data groups or replicas"],
  ]);
  const fail = { health: { ...HEALTH, inFlight: "fail" } };
  expect(problems({ ...host, ...fail })).toEqual([["health.inFlight", "fail beside checkpoints", "migrate: only those go on from them"]]);
  expect(problems({ ...host, ...fail, faults: [] })).toEqual([]);
});

test("a static batch has no queue to be full, and no request that comes again", () => {
  const problems = (more: object) => lines(retryProblems(scenarioOf(more)));
  const retries = { retries: { client: { limit: 1, timeout: "1 s" } } };
  expect([problems({}), problems(retries), problems({ serving: { scheduler: "continuous", mostWaiting: 2 } })]).toEqual([[], [], []]);
  const workload = { kind: "batch", sequences: 4, promptTokens: 16, outputTokens: 4 };
  expect(problems({ workload, serving: { scheduler: "static", mostWaiting: 2 }, ...retries })).toEqual([
    [
      "serving.mostWaiting",
      "2 beside scheduler: static",
      "no limit, or a scheduler that serves requests as they come: continuous, prefill-first or cadence",
    ],
    ["serving.scheduler", "static beside retries", "a scheduler that serves requests as they come: continuous, prefill-first or cadence"],
  ]);
});
