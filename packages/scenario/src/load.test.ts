import { describe, expect, test } from "vitest";
import { hashOf } from "./hash.ts";
import { loadScenario } from "./load.ts";
import { Problems, placeText } from "./problems/problem.ts";
import { resolvedOf } from "./resolved.ts";
import type { Scenario } from "./schema/scenario.ts";

const BASE = `tokenyard: 1
model: plan-model
cluster:
  gpu: { preset: plan-card, memoryShare: 80 % }
  network:
    kind: two-tier
    node: { bandwidth: 450 GB/s, latency: 2 us }
    fabric: { bandwidth: 50 GB/s, latency: 5 us }
routing: { gate: { kind: zipf, exponent: 1 } }
workload: { kind: batch, sequences: 4, promptTokens: 128, outputTokens: { kind: empirical, values: [1, 2, 3] } }
`;

function files(texts: Record<string, string>) {
  return (path: string) => {
    const text = texts[path];
    if (text === undefined) throw new Error(`no file ${path}`);
    return text;
  };
}

function load(text: string, options: { texts?: Record<string, string>; path?: string; set?: string[]; seed?: number } = {}) {
  const { texts = {}, ...rest } = options;
  return loadScenario(text, { read: files({ "base.yaml": BASE, ...texts }), path: "plan.yaml", ...rest });
}

function problemsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof Problems)
      return error.problems.map(({ place, path, given }) => `${place ? placeText(place) : "?"} ${path.join(".")} ${given}`);
    throw error;
  }
  return [];
}

describe("one layer over the other", () => {
  test("a preset lies under the map that names it", () => {
    const { gpu } = load(BASE).scenario.cluster;
    expect(gpu).toMatchObject({ compute: 4e14, memory: 64e9, memoryShare: 0.8 });
  });

  test("a file lies over what it extends, and the later of two over the earlier", () => {
    const more = "routing: { minCapacity: 7, capacityFactor: 2 }";
    const { routing } = load("extends: [base.yaml, more.yaml]\nrouting: { capacityFactor: 3 }", { texts: { "more.yaml": more } }).scenario;
    expect(routing).toMatchObject({ gate: { kind: "zipf", exponent: 1 }, minCapacity: 7, capacityFactor: 3 });
  });

  test("--set lies over the file, the later over the earlier, and --seed over all", () => {
    const set = ["parallelism.tensor=2", "parallelism.tensor=4", "seed=5"];
    const { parallelism, seed } = load("extends: base.yaml\nparallelism: { tensor: 8, expert: 2 }", { set, seed: 9 }).scenario;
    expect(parallelism).toMatchObject({ tensor: 4, expert: 2 });
    expect(seed).toBe(9);
  });

  test("a bare word over a map of another kind replaces it", () => {
    expect(load("extends: base.yaml\nrouting: { gate: uniform }").scenario.routing.gate).toEqual({ kind: "uniform" });
  });

  test("a bare number over a drawn value replaces it", () => {
    expect(load(BASE, { set: ["workload.outputTokens=7"] }).scenario.workload).toMatchObject({ outputTokens: { kind: "fixed", value: 7 } });
  });

  test("null removes what a preset gives", () => {
    const { scenario } = load("extends: base.yaml\nmodel: { experts: null, declaredParameters: null, dense: { hiddenSize: 64 } }");
    expect(scenario.model.experts).toBeUndefined();
    expect(scenario.model.declaredParameters).toBeUndefined();
    expect(scenario.model.layers).toBe(16);
  });

  test("naming a preset replaces a map that was written out", () => {
    const base = BASE.replace(
      "{ preset: plan-card, memoryShare: 80 % }",
      "{ compute: 1 TFLOPS, bandwidth: 1 GB/s, memory: 1 GB, launch: 9 us }",
    );
    const { gpu } = load("extends: own.yaml\ncluster: { gpu: plan-card }", { texts: { "own.yaml": base } }).scenario.cluster;
    expect(gpu).toMatchObject({ compute: 4e14, launch: 0 });
  });

  test("the same preset named again keeps what stands beside it below", () => {
    const { gpu } = load("extends: base.yaml\ncluster: { gpu: { preset: plan-card, launch: 4 us } }").scenario.cluster;
    expect(gpu).toMatchObject({ memoryShare: 0.8, launch: 0.000004 });
  });

  test("removing the name of a preset removes its values", () => {
    const problems = problemsOf(() => load("extends: base.yaml\ncluster: { gpu: { preset: null, memory: 1 GB } }"));
    expect(problems).toEqual(["plan.yaml:2:12 cluster.gpu.compute undefined", "plan.yaml:2:12 cluster.gpu.bandwidth undefined"]);
  });

  test("anchors and aliases repeat values", () => {
    const text = BASE.replace("node: {", "node: &tier {").replace("fabric: { bandwidth: 50 GB/s, latency: 5 us }", "fabric: *tier");
    expect(load(text).scenario.cluster.network.fabric).toEqual({ bandwidth: 450e9, latency: 0.000002 });
  });
});

describe("extends", () => {
  test("paths are relative to the file that says them", () => {
    const texts = { "house/base.yaml": "extends: ../base.yaml\nname: house", "house/rooms/own.yaml": "extends: ../base.yaml\nabout: mine" };
    const { scenario } = load("extends: ./house/rooms/own.yaml", { texts });
    expect(scenario).toMatchObject({ name: "house", about: "mine" });
  });

  test("a file above the folder and an absolute file are found", () => {
    expect(load("extends: ../up.yaml", { path: "/a/b/plan.yaml", texts: { "/a/up.yaml": BASE } }).scenario.seed).toBe(1);
    expect(load("extends: /etc/up.yaml", { path: "/a/b/plan.yaml", texts: { "/etc/up.yaml": BASE } }).scenario.seed).toBe(1);
    expect(load("extends: ../up.yaml", { path: "a.yaml", texts: { "../up.yaml": BASE } }).scenario.seed).toBe(1);
  });

  test("two ways to one file are no cycle", () => {
    const texts = { "a.yaml": "extends: base.yaml", "b.yaml": "extends: base.yaml" };
    expect(load("extends: [a.yaml, b.yaml]", { texts }).scenario.name).toBe("scenario");
  });

  test("doubling extends does not double the reading", () => {
    let reads = 0;
    const read = (path: string) => {
      reads++;
      const depth = Number(/\d+/.exec(path)?.[0]);
      return depth === 30 ? BASE : `extends: [${depth + 1}.yaml, ${depth + 1}.yaml]`;
    };
    expect(loadScenario("extends: 1.yaml", { read }).scenario.name).toBe("scenario"); // 2^29 ways to the last file
    expect(reads).toBe(30);
  });

  test("null extends nothing", () => {
    expect(load(`extends: null\n${BASE}`).scenario.name).toBe("scenario");
  });

  test("a cycle is shown, where it closes", () => {
    const texts = { "a.yaml": "tokenyard: 1\nextends: b.yaml", "b.yaml": "extends: a.yaml" };
    expect(() => load("extends: a.yaml", { texts })).toThrow("no cycle: a.yaml → b.yaml → a.yaml");
    expect(problemsOf(() => load("extends: a.yaml", { texts }))).toEqual(["b.yaml:1:1 extends a.yaml"]);
    expect(() => load("extends: ./plan.yaml", { path: "./plan.yaml", texts: { "plan.yaml": "extends: plan.yaml" } })).toThrow(
      "plan.yaml → plan.yaml",
    );
  });

  test("every file of the list that cannot be had is reported, and only those", () => {
    const problems = problemsOf(() => load("extends: [x.yaml, base.yaml, y.yaml]\nnmae: z"));
    expect(problems).toEqual(["plan.yaml:1:11 extends x.yaml", "plan.yaml:1:30 extends y.yaml"]);
  });

  test("an entry that is no path is reported with the other problems", () => {
    expect(problemsOf(() => load(`extends: [3]\nnmae: z\n${BASE}`))).toEqual([
      "plan.yaml:1:11 extends.0 3",
      "plan.yaml:2:1 nmae unknown key",
    ]);
    for (const wrong of ["5", "[5]", "{ file: base.yaml }", "''"]) {
      const problems = problemsOf(() => load(`tokenyard: 1\nextends: ${wrong}\nworkload: { kind: batch, sequences: 0 }`));
      expect(problems).toEqual([expect.stringMatching(/^plan\.yaml:2:\d+ extends/), "plan.yaml:3:26 workload.sequences 0"]); // what is missing may stand there
    }
  });
});

describe("--set", () => {
  const scenario = (...set: string[]) => load(BASE, { set }).scenario;

  test("takes YAML flow values", () => {
    expect(scenario("routing.gate={ kind: zipf, exponent: 2 }").routing.gate).toEqual({ kind: "zipf", exponent: 2, shared: false });
    expect(scenario("workload.promptTokens={ kind: uniform, from: 1, to: 2 }").workload).toMatchObject({
      promptTokens: { kind: "uniform", from: 1, to: 2 },
    });
    expect(scenario("cluster.network.node.latency=3 us").cluster.network.node.latency).toBe(0.000003);
    expect(scenario("about=a = b").about).toBe("a = b");
  });

  test("a knob of a bare word can be set", () => {
    expect(scenario("routing.gate=zipf", "routing.gate.exponent=0.5").routing.gate).toMatchObject({ kind: "zipf", exponent: 0.5 });
  });

  test("an index changes one item of a list, or adds one at its end", () => {
    expect(scenario("workload.outputTokens.values.1=20").workload).toMatchObject({ outputTokens: { values: [1, 20, 3] } });
    expect(scenario("workload.outputTokens.values.3=4").workload).toMatchObject({ outputTokens: { values: [1, 2, 3, 4] } });
  });

  test("the name of a metric keeps its dots", () => {
    expect(scenario("targets.ttft.p99=2 s").targets).toEqual({ "ttft.p99": 2 });
  });

  test("names a preset, bare or by its key", () => {
    expect(scenario("cluster.gpu=plan-card").cluster.gpu.memoryShare).toBe(0.8); // the same preset: what stands beside it stays
    expect(scenario("cluster.gpu.preset=plan-card").cluster.gpu.memory).toBe(64e9);
    expect(scenario("cluster.gpu.preset=h100-sxm").cluster.gpu).toEqual(scenario("cluster.gpu=h100-sxm").cluster.gpu);
  });

  test("the same preset keeps what stands beside it, and null drops that", () => {
    const own = scenario("cluster.gpu=plan-card", "cluster.gpu.memoryShare=null");
    expect(own).toEqual(scenario("cluster.gpu=h100-sxm", "cluster.gpu=plan-card"));
    expect(own.cluster.gpu.memoryShare).not.toBe(0.8);
  });

  test("null removes", () => {
    expect(scenario("routing.gate=null").routing.gate).toEqual({ kind: "uniform" });
  });

  test("a map is made where none was", () => {
    expect(scenario("parallelism.attention.tensor=2").parallelism.attention).toEqual({ tensor: 2 });
  });
});

describe("sources", () => {
  const { sources } = load("extends: base.yaml\nworkload:\n  promptTokens: 9\n", { set: ["seed=2", "routing.gate.exponent=2"], seed: 3 });
  const place = (path: string) => {
    const found = sources.locate(path.split("."));
    return found && placeText(found);
  };

  test("a value is where its key stands, through extends and --set", () => {
    expect(place("workload.promptTokens")).toBe("plan.yaml:3:3");
    expect(place("workload.sequences")).toBe("base.yaml:10:26");
    expect(place("cluster.network.node.latency")).toBe("base.yaml:7:34");
    expect(place("routing.gate.exponent")).toBe("--set 2");
    expect(place("seed")).toBe("--seed");
  });

  test("an item is where it stands in its list", () => {
    expect(place("workload.outputTokens.values.1")).toBe("base.yaml:10:104");
  });

  test("what was not written is where the map around it stands", () => {
    expect(place("cluster.gpu.launch")).toBe("base.yaml:4:3");
    expect(place("cluster.gpusPerNode")).toBe("base.yaml:3:1");
    expect(place("serving.overlap")).toBe("plan.yaml:1:1");
  });
});

describe("what no file states", () => {
  test("defaults of physical values are reported as assumptions", () => {
    expect(load(BASE).scenario.assumed).toEqual([
      "cluster.gpu.launch",
      "cluster.gpusPerNode",
      "cluster.network.peerLatency",
      "serving.overlap",
      "serving.stepOverhead",
    ]);
    const { assumed } = load(`${BASE}serving: { stepOverhead: { step: 1 ms } }`).scenario;
    expect(assumed).toEqual([
      "cluster.gpu.launch",
      "cluster.gpusPerNode",
      "cluster.network.peerLatency",
      "serving.overlap",
      "serving.stepOverhead.layer",
      "serving.stepOverhead.request",
      "serving.stepOverhead.promptStep",
      "serving.stepOverhead.promptLayer",
      "serving.stepOverhead.prompt",
      "serving.stepOverhead.promptToken",
      "serving.stepOverhead.promptKernels",
      "serving.stepOverhead.arrival",
      "serving.stepOverhead.arrivalToken",
    ]);
  });

  test("an assumption that covers a default is not reported twice", () => {
    const { assumed } = load(`${BASE}assumed: [cluster, { path: cluster.gpu.launch, from: 1000 ns, to: 0.005 ms }]`).scenario;
    expect(assumed).toEqual([
      "cluster",
      { path: "cluster.gpu.launch", from: "1 us", to: "5 us" },
      "serving.overlap",
      "serving.stepOverhead",
    ]);
  });
});

test("a scenario is frozen all through", () => {
  const { scenario } = load(BASE);
  const isFrozen = (value: unknown): boolean =>
    typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
  expect(isFrozen(scenario)).toBe(true);
  expect(isFrozen(resolvedOf(scenario))).toBe(true);
});

test("a scenario that may still change is resolved each time again, and so is its hash", () => {
  const scenario = structuredClone(load(BASE).scenario) as { seed: number; name: string; parallelism: { pipeline: number } };
  const resolved = () => resolvedOf(scenario as unknown as Scenario);
  const before = hashOf(resolved());
  scenario.parallelism.pipeline = 2;
  expect(resolved()).toMatchObject({ parallelism: { pipeline: 2 } });
  expect(hashOf(resolved())).not.toBe(before);
});

test("so is one that is frozen outside and may still change inside, which stays as it is", () => {
  const scenario = Object.freeze(structuredClone(load(BASE).scenario)) as Scenario;
  const before = resolvedOf(scenario);
  const hash = hashOf(Object.freeze(before));
  Object.assign(scenario.parallelism, { pipeline: 2 });
  expect(resolvedOf(scenario)).toMatchObject({ parallelism: { pipeline: 2 } });
  expect(hashOf(resolvedOf(scenario))).not.toBe(hash);
});
