import { describe, expect, test } from "vitest";
import { parseScenario } from "../parse.ts";
import { resolvedOf } from "../resolved.ts";
import { valueAt } from "../schema/language/structure.ts";
import type { PresetPlace } from "../schema/language/trait.ts";
import type { Scenario } from "../schema/scenario.ts";
import { presetList } from "./list.ts";

const WORKLOAD = { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 };
const PLAIN = { model: "plan-model", gpu: "plan-card", network: "hgx-h100-ndr" };

/** A scenario in which the preset stands at its place, and other values of the cluster. */
function scenarioWith(kind: PresetPlace, name: unknown, others: object = { kernels: "roofline" }): Scenario {
  const { model, gpu, network } = { ...PLAIN, [kind]: name } as Record<PresetPlace, unknown>;
  const tiers = { kind: "two-tier", node: name, fabric: "infiniband-ndr" };
  const cluster = { gpu, network: kind === "tier" ? tiers : network, ...others };
  return parseScenario({ tokenyard: 1, model, cluster, workload: WORKLOAD, ...(kind === "health" ? { health: name } : {}) });
}

const entries = presetList();

describe.each(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry] as const))(
  "%s",
  (_, { kind, name, body, beside, about, source, assumed }) => {
    test("can be named where it belongs, and means its body", () => {
      const named = scenarioWith(kind, name, {});
      const spelled = scenarioWith(kind, body, kind === "network" ? beside : { gpusPerNode: 8, ...beside });
      expect({ ...named, assumed: [] }).toEqual({ ...spelled, assumed: [] });
    });

    test("says what it is and where it is from, and assumes only what it gives", () => {
      expect(about.length).toBeGreaterThan(10);
      expect(source.length).toBeGreaterThan(10);
      expect(assumed.filter((path) => valueAt(body, path.split(".")) === undefined)).toEqual([]);
    });
  },
);

describe("a preset that says more than its own map", () => {
  test("gives way to what stands in the map around it", () => {
    const scenario = (gpusPerNode?: number) =>
      parseScenario({
        tokenyard: 1,
        model: "plan-model",
        cluster: { gpu: "plan-card", network: "nvl72", ...(gpusPerNode === undefined ? {} : { gpusPerNode }) },
        workload: WORKLOAD,
      });
    expect(scenario().cluster.gpusPerNode).toBe(72);
    expect(scenario().assumed).not.toContain("cluster.gpusPerNode");
    expect(scenario(36).cluster.gpusPerNode).toBe(36);
  });

  test("has its kernels fitted, unless the scenario says what the roofline reaches, or what else they follow", () => {
    const kernels = (gpu: unknown, others: object = {}) => scenarioWith("gpu", gpu, others).cluster.kernels.kind;
    expect(kernels("h100-sxm")).toBe("fitted");
    expect(kernels({ preset: "h100-sxm", memory: "40 GB", cost: "1 USD/h" })).toBe("fitted");
    expect(kernels({ preset: "h100-sxm", computeEfficiency: "50 %" })).toBe("roofline");
    expect(kernels({ preset: "h100-sxm", launch: "4 us" })).toBe("roofline");
    expect(() => kernels({ preset: "h100-sxm", launch: "4 us" }, { kernels: "fitted" })).toThrow(
      "cluster.gpu.launch: 4 us beside fitted kernels, which have it from their measurements, given; wanted the preset's own, or `kernels: roofline`",
    );
    expect(kernels({ preset: "h100-sxm", multiprocessors: 130 }, { kernels: "fitted" })).toBe("fitted");
    expect(kernels("h100-sxm", { kernels: "roofline" })).toBe("roofline");
    expect(kernels("plan-card")).toBe("roofline");
  });
});

describe("the list of presets", () => {
  test("cannot be used to change one", () => {
    for (const { body } of presetList()) for (const key of Object.keys(body)) delete (body as Record<string, unknown>)[key];
    expect(presetList()).toEqual(entries);
  });
});

describe("what a preset assumes", () => {
  test("is reported of every scenario that keeps it", () => {
    const { assumed } = scenarioWith("gpu", "mi300x");
    expect(assumed).toEqual(expect.arrayContaining(["cluster.gpu.computeEfficiency", "cluster.gpu.launch", "cluster.gpu.cost"]));
    expect(scenarioWith("tier", "pcie5").assumed).toContain("cluster.network.node.bandwidth");
  });

  test("is not reported when the scenario says otherwise", () => {
    const { assumed } = scenarioWith("gpu", { preset: "mi300x", computeEfficiency: "50 %", cost: null });
    expect(assumed).not.toContain("cluster.gpu.computeEfficiency");
    expect(assumed).not.toContain("cluster.gpu.cost");
    expect(assumed).toContain("cluster.gpu.launch");
  });

  test("stays reported in the resolved scenario, where no preset is named", () => {
    const scenario = scenarioWith("gpu", "l40s");
    expect(parseScenario(resolvedOf(scenario))).toEqual(scenario);
  });
});

describe("a tier in a network's preset", () => {
  test("is the preset of that tier", () => {
    const { network } = scenarioWith("network", "nvl72").cluster;
    expect(network.node).toEqual(scenarioWith("tier", "nvlink5").cluster.network.node);
    expect(network.allReduce).toBe("fitted");
  });

  test("keeps what is not said beside it, and gives way to another tier", () => {
    const slow = scenarioWith("network", { preset: "hgx-h100-ndr", node: { latency: "1 us" }, fabric: "roce-400" }).cluster.network;
    const { network } = scenarioWith("network", "hgx-h100-ndr").cluster;
    expect(slow.node).toEqual({ ...network.node, latency: 1e-6 });
    expect(slow.fabric).toEqual({ bandwidth: 45e9, latency: 28e-6 });
  });
});

test("a preset of the GPUs of one pool says nothing beside them: kernels are those of the cluster", () => {
  const gpu = { compute: "100 TFLOPS", bandwidth: "1 TB/s", memory: "64 GB" };
  const { pools, cluster } = parseScenario({
    tokenyard: 1,
    model: { preset: "llama-3.1-8b" },
    cluster: { gpu, network: { preset: "hgx-h100-ndr" } },
    pools: [
      { role: "prefill", gpu: "h100-sxm" },
      { role: "decode", gpu: { preset: "h20" } },
    ],
    workload: WORKLOAD,
    serving: { scheduler: "continuous" },
  });
  expect(pools!.map((pool) => Object.keys(pool).sort())).toEqual([
    ["count", "gpu", "role"],
    ["count", "gpu", "role"],
  ]);
  expect(cluster.kernels).toEqual({ kind: "roofline" });
});
