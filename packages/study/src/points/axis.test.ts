import { test } from "@fast-check/vitest";
import { Problems } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { type Axis, axisOf, valueAt } from "./axis.ts";

const values = (path: string, given: string) => {
  const axis = axisOf(path, given);
  if (!("values" in axis)) throw new Error(`${given} has no values of its own`);
  return axis.values;
};
const complaint = (path: string, given: Parameters<typeof axisOf>[1]) => {
  try {
    axisOf(path, given);
  } catch (error) {
    if (error instanceof Problems) return error.message;
    throw error;
  }
  throw new Error("there is none");
};

describe("values", () => {
  test("a list between commas, and a single value", () => {
    expect(values("parallelism.tensor", "1, 2,4")).toEqual([1, 2, 4]);
    expect(values("parallelism.layers", "own-ranks,shared-ranks")).toEqual(["own-ranks", "shared-ranks"]);
    expect(values("cluster.network.fabric.bandwidth", "25 GB/s,50 GB/s")).toEqual(["25 GB/s", "50 GB/s"]);
    expect(values("routing.gate.shared", "true,false")).toEqual([true, false]);
    expect(values("seed", "3")).toEqual([3]);
  });

  test("commas within brackets and quotes belong to the value", () => {
    const gates = values("routing.gate", "uniform,{ kind: zipf, exponent: 1.2 }");
    expect(gates).toEqual(["uniform", "{ kind: zipf, exponent: 1.2 }"]);
    expect(values("name", '"a,b",c')).toEqual(['"a,b"', "c"]);
    expect(values("workload.promptTokens", "128,{ kind: uniform, from: 1, to: 9 }")).toEqual([128, "{ kind: uniform, from: 1, to: 9 }"]);
  });

  test("ranges: whole numbers, steps and factors, both ends included where they are met", () => {
    expect(values("parallelism.tensor", "1..4")).toEqual([1, 2, 3, 4]);
    expect(values("workload.sequences", "0..10+5")).toEqual([0, 5, 10]);
    expect(values("workload.sequences", "0..11+5")).toEqual([0, 5, 10]);
    expect(values("workload.sequences", "32..1024*2")).toEqual([32, 64, 128, 256, 512, 1024]);
    expect(values("routing.capacityFactor", "1..1.4+0.1")).toEqual([1, 1.1, 1.2, 1.3, 1.4]);
    expect(values("cluster.network.fabric.bandwidth", "25 GB/s..100 GB/s*2")).toEqual(["25 GB/s", "50 GB/s", "100 GB/s"]);
    expect(values("cluster.gpu.launch", "0 us..4 us+2 us")).toEqual(["0 s", "2 us", "4 us"]);
    expect(values("routing.capacityFactor", "1e-1..1e+1*10")).toEqual([0.1, 1, 10]);
  });

  test("a factor between whole numbers gives whole numbers, each once", () => {
    expect(values("workload.sequences", "1..8*1.5")).toEqual([1, 2, 3, 5, 8]); // 1, 1.5, 2.25, 3.375, 5.0625, 7.59
  });

  test("ranges and values may stand side by side", () => {
    expect(values("workload.sequences", "1,3,8..32*2")).toEqual([1, 3, 8, 16, 32]);
  });

  test.prop([fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 20 })])(
    "from..to+step has every from + i step up to to",
    (from, length, step) => {
      const slow: number[] = [];
      for (let value = from; value <= from + length; value += step) slow.push(value);
      expect(values("workload.sequences", `${from}..${from + length}+${step}`)).toEqual(slow);
    },
  );
});

describe("all between two", () => {
  test("a range of quantities, or of numbers with a point, without a step", () => {
    expect(axisOf("cluster.gpu.bandwidth", "1 TB/s..2 TB/s")).toEqual({ path: "cluster.gpu.bandwidth", from: 1e12, to: 2e12, unit: "B/s" });
    expect(axisOf("routing.capacityFactor", "1.0..2")).toEqual({ path: "routing.capacityFactor", from: 1, to: 2, unit: "" });
  });

  test("a share of the way is written with six digits and the unit", () => {
    const axis = axisOf("cluster.gpu.bandwidth", "1 TB/s..2 TB/s");
    expect(valueAt(axis, 0)).toBe("1 TB/s");
    expect(valueAt(axis, 1 / 3)).toBe("1.33333 TB/s");
  });

  test.prop([fc.array(fc.integer(), { minLength: 1, maxLength: 20 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })])(
    "of values, each has as much of the way",
    (list, share) => {
      const axis: Axis = { path: "seed", values: list };
      expect(valueAt(axis, share)).toBe(list[Math.floor(share * list.length)]);
    },
  );
});

describe("mistakes", () => {
  test.each([
    [
      "parallelism.tensr",
      "1",
      "parallelism.tensr: unknown path parallelism.tensr given; wanted a path of the scenario; did you mean parallelism.tensor?",
    ],
    ["parallelism.tensor", "1,two", "parallelism.tensor: two given; wanted values, as 1,2,4, or a range"],
    ["parallelism.tensor", "1,,2", "parallelism.tensor: nothing given; wanted values"],
    ["parallelism.tensor", "", "parallelism.tensor: nothing given"],
    ["parallelism.tensor", "4..1", "wanted a range that rises: 1..4"],
    ["parallelism.tensor", "1..8*1", "wanted a factor over 1 of a start over 0"],
    ["parallelism.tensor", "0..8*2", "wanted a factor over 1 of a start over 0"],
    ["parallelism.tensor", "1..8+0", "wanted a step over 0"],
    ["parallelism.tensor", "1..x", "wanted numbers at both ends of a range"],
    ["parallelism.tensor", "1..", "wanted numbers at both ends of a range"],
    ["workload.sequences", "1..10000000", "a range of at most 1000000 values"],
    ["routing.capacityFactor", "1.0..2.0,3", "a range with a step, as 0.5..2+0.5, beside other values"],
    ["cluster.gpu.bandwidth", "25", "a quantity in B/s, such as 1.8 TB/s, with its unit"],
    ["cluster.gpu.bandwidth", "1..2 TB/s", "with its unit at both ends of a range"],
    ["cluster.gpu.bandwidth", "25 GB", "not in B (bytes)"],
  ])("%s=%s", (path, given, message) => {
    expect(complaint(path, given)).toContain(message);
  });

  test("a list from a script is held to the same: a bare number where a unit is possible is wrong", () => {
    expect(complaint("cluster.gpu.bandwidth", [25e9])).toContain("cluster.gpu.bandwidth: 25000000000 given; wanted a quantity in B/s");
    expect(axisOf("routing.gate", [{ kind: "zipf", exponent: 1 }])).toEqual({
      path: "routing.gate",
      values: [{ kind: "zipf", exponent: 1 }],
    });
  });
});
