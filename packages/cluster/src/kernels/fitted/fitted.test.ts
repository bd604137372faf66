import type { LinearShape } from "@tokenyard/model";
import { type ClusterSpec, type Fit, parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { fitProblems } from "../../fit-problems.ts";
import { createKernelModel } from "../../policies.ts";
import { kernelModelContract } from "../kernel-model.contract.ts";
import { chosenFit, libraryOf } from "./chosen-fit.ts";
import { standIns } from "./stand-ins.ts";

function clusterOf(gpu: unknown, kernels: unknown = "fitted"): ClusterSpec {
  return parseScenario({
    tokenyard: 1,
    model: "mixtral-8x7b",
    cluster: { gpu, network: "hgx-h100-ndr", kernels },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).cluster;
}

for (const gpu of ["h100-sxm", "b200", "a100-80g"]) kernelModelContract(`fitted ${gpu}`, clusterOf(gpu));
kernelModelContract("fitted h100-sxm of TensorRT-LLM", clusterOf("h100-sxm", { kind: "fitted", library: "trtllm" }));
const onlyLinear = clusterOf({ preset: "h100-sxm", fits: [{ ...written("linear"), precision: "fp16" }] });
kernelModelContract("partly fitted", onlyLinear);

function written(kind: "linear"): object {
  const share = "50 %";
  const fit = { kind, library: "vllm", on: "a-card", computeEfficiency: share, bandwidthEfficiency: share, launch: "1 us", serial: share };
  return { ...fit, cache: "200 %", tile: "1 us", split: "1 us" };
}

function linear(rows: number): LinearShape {
  return { kind: "linear", parts: 1, rows, inFeatures: 4096, outFeatures: 4096, weightBytes: 2, activationBytes: 2, precision: "bf16" };
}

test("a share of the fixed cost can be left to the kernel before", () => {
  const seconds = (launchShare: string) => createKernelModel(clusterOf("h100-sxm", { kind: "fitted", launchShare })).seconds(linear(1));
  expect((seconds("100 %") - seconds("50 %")) / (seconds("50 %") - seconds("25 %"))).toBeCloseTo(2, 9);
});

test("a family without a fit follows the roofline", () => {
  const shape = { kind: "grouped-linear", rowsPerExpert: [9], first: 0, experts: 1, inFeatures: 64, outFeatures: 64 } as const;
  const sizes = { ...shape, weightBytes: 2, activationBytes: 2, precision: "fp16" as const };
  const roofline = createKernelModel({ ...onlyLinear, kernels: { kind: "roofline" } });
  expect(createKernelModel(onlyLinear).seconds(sizes)).toBe(roofline.seconds(sizes));
  expect(createKernelModel(onlyLinear).seconds(linear(9))).not.toBe(roofline.seconds(linear(9)));
});

describe("the fit for a kernel", () => {
  const fit = (kind: Fit["kind"], library: Fit["library"], precision: Fit["precision"]) => ({ kind, library, precision, on: "x" }) as Fit;
  const fits = [
    fit("linear", "trtllm", "fp8"),
    fit("linear", "vllm", "bf16"),
    fit("experts", "vllm", "bf16"),
    fit("linear", "vllm", "fp8"),
  ];

  test("is that of the library", () => {
    expect(chosenFit(fits, "linear", "fp8", "vllm")).toBe(fits[3]);
    expect(chosenFit(fits, "linear", "fp8", "trtllm")).toBe(fits[0]);
  });

  test("is that of a library whose products in fp8 are the same, before that of the first", () => {
    const turned = [...fits].reverse();
    expect(chosenFit(turned, "linear", "fp8", "sglang")).toBe(fits[0]);
    expect(chosenFit(turned, "experts", "bf16", "sglang")).toBe(fits[2]);
    const own = fit("linear", "sglang", "fp8");
    expect(chosenFit([...turned, own], "linear", "fp8", "sglang")).toBe(own);
    expect(chosenFit(turned.slice(0, -1), "linear", "fp8", "sglang")).toBe(fits[3]);
    expect(chosenFit([fit("linear", "vllm", "bf16"), fit("linear", "trtllm", "bf16")], "linear", "bf16", "sglang")?.library).toBe("vllm");
  });

  test("is of the right precision rather than of the right library", () => {
    expect(chosenFit(fits, "linear", "bf16", "trtllm")).toBe(fits[1]);
  });

  test("is that of the nearest precision where there is none", () => {
    expect(chosenFit(fits, "linear", "int8", "vllm")).toBe(fits[3]);
    expect(chosenFit(fits, "experts", "mxfp4", "vllm")).toBe(fits[2]);
    expect(chosenFit(fits, "decode", "bf16", "vllm")).toBeUndefined();
  });

  test("of decoding is that for query heads alone, or for those that share, where there are two", () => {
    const both = (["alone", "sharing"] as const).map((heads) => ({ ...fit("decode", "trtllm", "bf16"), heads }) as Fit);
    expect(chosenFit(both, "decode", "bf16", "trtllm", "alone")).toBe(both[0]);
    expect(chosenFit(both, "decode", "bf16", "trtllm", "sharing")).toBe(both[1]);
    expect(chosenFit([both[0]!], "decode", "bf16", "trtllm", "sharing")).toBe(both[0]); // rather than none
  });

  test("is by default of the library of the first fit", () => {
    expect(libraryOf(fits, undefined)).toBe("trtllm");
    expect(libraryOf([], undefined)).toBe("vllm");
    expect(libraryOf(fits, "vllm")).toBe("vllm");
  });
});

test("kernels that run by another precision's or library's coefficients are reported", () => {
  const cluster = clusterOf("h100-sxm", { kind: "fitted", library: "trtllm" });
  const experts = { ...linear(1), kind: "grouped-linear", rowsPerExpert: [1], first: 0, experts: 1 } as const;
  expect(standIns(cluster, [linear(1)])).toEqual([]);
  expect(standIns(cluster, [experts])).toEqual(["experts in bf16 as those of vllm"]);
  expect(standIns(clusterOf("b200"), [{ ...linear(1), weightBytes: 1, precision: "int8" }])).toEqual([
    "matrix products in int8 as those in fp8",
  ]);
});

test("fitted all-reduces are refused on a network without measurements", () => {
  const cluster = clusterOf("h100-sxm");
  const network = { ...cluster.network, allReduce: "fitted" as const };
  expect(fitProblems({ ...cluster, network })).toEqual([]);
  expect(
    fitProblems({ ...cluster, network: { ...network, fits: undefined } }).map(({ path, given }) => `${path.join(".")}: ${given}`),
  ).toEqual(["cluster.network.allReduce: fitted"]);
});

test("fitted kernels are refused on a GPU and of a library without measurements", () => {
  const texts = (cluster: ClusterSpec) => fitProblems(cluster).map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`);
  expect(texts(clusterOf("h100-sxm"))).toEqual([]);
  expect(texts(clusterOf("plan-card"))).toEqual([
    "cluster.kernels: fitted; roofline, or a GPU with fits: no kernel was measured on this one",
  ]);
  expect(texts(clusterOf({ preset: "a100-80g", multiprocessors: null }, { kind: "fitted", library: "trtllm" }))).toEqual([
    "cluster.gpu.multiprocessors: nothing; their number: fitted kernels deal work to them",
    "cluster.kernels.library: trtllm; sglang, whose kernels were measured",
  ]);
});
