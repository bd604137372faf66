import { type Problem, Problems, parseScenario, resolvedOf } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { type SweepOptions, sweep, sweepPoints } from "./sweep.ts";

const rowsOf = async (options: SweepOptions) => {
  const rows: PointResult[] = [];
  for await (const row of sweep(tiny, options)) rows.push(row);
  return rows;
};
const parametersOf = (points: Iterable<Point>) => [...points].map(({ parameters }) => parameters);

describe("rows", () => {
  test("a row is the report of the scenario with the parameters set", async () => {
    const rows = await rowsOf({ vary: { "parallelism.tensor": [1, 2], "cluster.network.fabric.bandwidth": "1 GB/s,2 GB/s" } });
    const tree = structuredClone(resolvedOf(tiny)) as {
      parallelism: { tensor: number };
      cluster: { network: { fabric: { bandwidth: string } } };
    };
    tree.parallelism.tensor = 2;
    tree.cluster.network.fabric.bandwidth = "1 GB/s";
    expect(rows[2]).toEqual({
      index: 2,
      parameters: { "parallelism.tensor": 2, "cluster.network.fabric.bandwidth": "1 GB/s" },
      status: "ok",
      report: simulate(parseScenario(tree)),
    });
  });

  test("points that cannot be are rows with the reason: degrees, memory, values out of range", async () => {
    const rows = await rowsOf({
      vary: { "parallelism.tensor": [3, 1, 1], "cluster.gpu.memory": ["1 GB", "1 kB", "1 GB"], "workload.sequences": [1, 1, 0] },
      mode: "zip",
    });
    expect(rows.map(({ status }) => status)).toEqual(["infeasible", "infeasible", "infeasible"]);
    const reasons = rows.map((row) => (row.status === "ok" ? "" : row.reason));
    expect(reasons[0]).toContain("parallelism.tensor: 3 given");
    expect(reasons[1]).toContain("cluster.gpu.memory");
    expect(reasons[2]).toContain("workload.sequences: 0 given");
  });

  test("all reasons of a point are listed", async () => {
    const [row] = await rowsOf({ vary: { "parallelism.tensor": [3], "parallelism.expert": [3] } });
    expect(row).toMatchObject({
      status: "infeasible",
      reason: expect.stringMatching(/tensor: 3 given.*; .*expert: 3 given|expert: 3 given.*; .*tensor: 3 given/),
    });
  });
});

describe("points", () => {
  test("where leaves out what it does not hold for, before any run, and the rest is counted without gaps", () => {
    const points = sweepPoints(tiny, {
      vary: { "parallelism.tensor": [1, 2, 4], "parallelism.data": [1, 2] },
      where: ["ranks <= 8", "ranks > 2"],
    });
    // ranks = 2 experts' ranks × tensor × data
    expect(parametersOf(points)).toEqual([
      { "parallelism.tensor": 1, "parallelism.data": 2 },
      { "parallelism.tensor": 2, "parallelism.data": 1 },
      { "parallelism.tensor": 2, "parallelism.data": 2 },
      { "parallelism.tensor": 4, "parallelism.data": 1 },
    ]);
    expect([...points].map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(points.most).toBe(6);
  });

  test("where keeps a point whose plan cannot be made, so that its row says why", () => {
    expect(parametersOf(sweepPoints(tiny, { vary: { "parallelism.tensor": [1, 3] }, where: ["ranks > 1000"] }))).toEqual([
      { "parallelism.tensor": 3 },
    ]);
  });

  test("where knows paths of the scenario with their units", () => {
    const vary = { "cluster.gpu.bandwidth": "100 GB/s,200 GB/s", "workload.outputTokens": [1, 2] };
    const where = ["cluster.gpu.bandwidth >= 0.2 TB/s and workload.outputTokens == 2 and routing.gate == 'uniform'"];
    expect(parametersOf(sweepPoints(tiny, { vary, where }))).toEqual([{ "cluster.gpu.bandwidth": "200 GB/s", "workload.outputTokens": 2 }]);
  });

  test("a result in where is refused: it is not known before a run", () => {
    expect(() => sweepPoints(tiny, { vary: {}, where: ["seed > 0", "ttft.p99 <= 10 s"] })).toThrow(
      "sweep.where.1: unknown name ttft.p99 at column 1 of `ttft.p99 <= 10 s` given; wanted a path of the scenario, or a fact of the plan",
    );
  });

  test("mistakes of every kind are reported at once: values, the design and the conditions", () => {
    const vary = { "parallelism.tensor": "1,2", "parallelism.expert": "1,2,4", "workload.sequences": "x,8,y", seed: "1,2,3" };
    const design = { vary, mode: "zip", points: 3, where: ["ranks <", "gpus <= 8", "ranks <= 2 s"] } as const;
    const problems = problemsOf(() => sweepPoints(tiny, design));
    expect(problems.map(({ path, given }) => [path.join("."), given])).toEqual([
      ["workload.sequences", "x"],
      ["workload.sequences", "y"],
      ["sweep.points", "3"],
      ["sweep.vary.parallelism.expert", "3 values"],
      ["sweep.vary.seed", "3 values"],
      ["sweep.where.0", expect.stringContaining("column 8")],
      ["sweep.where.2", expect.stringContaining("column 10")],
    ]);
  });

  test("may be walked over again, and the scenario stays as it was", () => {
    const before = JSON.stringify(tiny);
    const points = sweepPoints(tiny, { vary: { "parallelism.tensor": [1, 2] } });
    expect([...points]).toEqual([...points]);
    expect(JSON.stringify(tiny)).toBe(before);
  });

  test("a value may be a map, and null removes", () => {
    const points = [
      ...sweepPoints(tiny, { vary: { "routing.gate": [{ kind: "zipf", exponent: 1 }, "balanced"], "routing.capacityFactor": [2, null] } }),
    ];
    const routings = points.map(({ scenario }) =>
      "problems" in scenario ? undefined : [scenario.routing.gate.kind, scenario.routing.capacityFactor],
    );
    expect(routings).toEqual([
      ["zipf", 2],
      ["zipf", undefined],
      ["balanced", 2],
      ["balanced", undefined],
    ]);
  });
});

describe("the section of the scenario", () => {
  const section = { vary: { "parallelism.tensor": [1, 2] }, mode: "cross" as const, where: ["ranks >= 4"] };
  const scenario = { ...tiny, sweep: section };

  test("says what to vary when no option does, and each part of it may be replaced", () => {
    expect(parametersOf(sweepPoints(scenario))).toEqual([{ "parallelism.tensor": 2 }]);
    expect(parametersOf(sweepPoints(scenario, { where: [] }))).toHaveLength(2);
    expect(parametersOf(sweepPoints(scenario, { vary: { "parallelism.data": [2] } }))).toEqual([{ "parallelism.data": 2 }]);
  });

  test("is not in the points, which are those of the same sweep without it", () => {
    expect([...sweepPoints(scenario)]).toEqual([...sweepPoints(tiny, section)]);
  });

  test("without one, a sweep of nothing is a problem", () => {
    expect(() => sweepPoints(tiny)).toThrow(Problems);
    expect(() => sweepPoints(tiny)).toThrow("sweep: nothing given; wanted what to vary");
  });
});

function problemsOf(make: () => unknown): readonly Problem[] {
  try {
    make();
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
  return [];
}
