import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

const plain = {
  tokenyard: 1,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "batch", sequences: 4, promptTokens: 64, outputTokens: 4 },
};

test("a dense model has no gate to assume, one with experts does", () => {
  expect(parseScenario(plain).assumed).not.toContain("routing.gate");
  expect(parseScenario({ ...plain, model: { preset: "mixtral-8x7b" } }).assumed).toContain("routing.gate");
});

test("two-batch overlap assumes what communication takes of the GPU, unless that is stated", () => {
  const overlapped = { ...plain, serving: { scheduler: { kind: "static", microBatches: 2 }, overlap: "two-batch" } };
  expect(parseScenario(plain).assumed).not.toContain("cluster.gpu.communicationShare");
  expect(parseScenario(overlapped).assumed).toContain("cluster.gpu.communicationShare");
  const stated = { ...overlapped, cluster: { ...plain.cluster, gpu: { preset: "h100-sxm", communicationShare: "15 %" } } };
  expect(parseScenario(stated).assumed).not.toContain("cluster.gpu.communicationShare");
});

test("a mean beyond its bounds is refused: draws would be moved to the bound, silently", () => {
  const drawn = (promptTokens: object) => () => parseScenario({ ...plain, workload: { ...plain.workload, promptTokens } });
  expect(drawn({ kind: "exponential", mean: 2000, to: 5 })).toThrow("workload.promptTokens.mean: 2000 given; wanted a mean to 5");
  expect(drawn({ kind: "lognormal", mean: 2, sigma: 1, from: 5, to: 9 })).toThrow("wanted a mean from 5 to 9");
  expect(drawn({ kind: "lognormal", mean: 5, sigma: 1, from: 5, to: 9 })).not.toThrow();
});

test("tables whose rows do not keep which experts had which copies assume what is drawn in their place, and of which files", () => {
  const table = (path: string, ...rows: (string | number)[][]) => ({ path, sha256: "none", rows });
  const measured = (...files: object[]) =>
    parseScenario({ ...plain, cluster: { ...plain.cluster, kernels: { kind: "table", files } } }).assumed.filter(
      (entry) => typeof entry === "object" && entry.path === "cluster.kernels.files",
    );
  const linear = table("a.csv", ["linear", "bf16", "bf16", 64, 64, 1, 3]);
  const drawn = table("b.csv", ["linear", "bf16", "bf16", 64, 64, 1, 3], ["drawn-experts", "bf16", "bf16", 64, 64, 4, 2, 2, 8, 1.2, 3]);
  expect(measured(linear)).toEqual([]);
  expect(measured(linear, drawn)).toEqual([
    {
      path: "cluster.kernels.files",
      because: "which experts had which copies in rows of drawn-experts is drawn again, 32 times for each row: b.csv",
    },
  ]);
});
