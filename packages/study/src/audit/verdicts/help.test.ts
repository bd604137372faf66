import { anyQuantity, parseScenario, resolvedOf } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { measured, verdictOn, written } from "../../fixtures/audited.ts";
import { CERTAIN, claimed } from "../../fixtures/claimed.ts";
import { tiny } from "../../fixtures/tiny.ts";
import { optimum } from "../../optimize/optimize.ts";
import { audit } from "../audit.ts";

describe("what would make a failed bound hold", () => {
  const sequences = (count: number) => simulate(claimed([], { ...CERTAIN, workload: { ...CERTAIN.workload, sequences: count } }));

  test("is the smallest change on the grid and below it, confirmed by runs", async () => {
    const wanted = measured(sequences(50), "throughputPerGpu"); // of the now 4
    expect(wanted).toBeGreaterThan(measured(sequences(16), "throughputPerGpu"));
    const claim = { claimed: written(wanted, "throughputPerGpu"), comparison: ">=", metric: "throughputPerGpu" };
    const { verdict, remedies, fewerGpus } = await verdictOn(claimed([claim], CERTAIN), { ranges: false });
    expect(verdict).toBe("fails");
    const batch = remedies!.find(({ change }) => change === "batch size")!;
    const to = Number(batch.to);
    expect(batch.found).toBeGreaterThan(wanted * (1 - 1e-9));
    expect(batch.found).toBeCloseTo(measured(sequences(to), "throughputPerGpu"), 9);
    expect(batch.factor).toBe(to / 4);
    expect(to).toBeGreaterThan(16); // 16 was tried and does not do
    expect(to).toBeLessThanOrEqual(64);
    const below = Math.max(...batch.tried.map(Number).filter((tried) => tried < to));
    expect(measured(sequences(below), "throughputPerGpu")).toBeLessThan(wanted);
    expect(to - below).toBeLessThanOrEqual((64 - 16) / 8); // the halving stops there
    expect(fewerGpus!.single!.gpus).toBe(1);
    const one = parseScenario({ ...resolvedOf(claimed([], CERTAIN)), parallelism: {} });
    expect(fewerGpus!.single!.found).toBeCloseTo(measured(simulate(one), "throughputPerGpu"), 9);
    expect(fewerGpus!.best!.found).toBeGreaterThanOrEqual(fewerGpus!.single!.found);
  });

  test("is said to be none of the values tried when none does", async () => {
    const claim = { claimed: "1e9 tokens/ms", comparison: ">=", metric: "throughputPerGpu" };
    const { remedies } = await verdictOn(claimed([claim], CERTAIN), { ranges: false });
    for (const { to, found, tried, change } of remedies!) {
      expect([to, found]).toEqual([null, null]);
      if (change !== "launch overhead") expect(tried.length).toBeGreaterThan(0); // it is 0 already
    }
  });

  test("may be a lower launch overhead", async () => {
    const gpu = { ...(resolvedOf(tiny) as { cluster: { gpu: object } }).cluster.gpu, launch: "1 ms" };
    const more = { ...CERTAIN, cluster: { ...(resolvedOf(tiny) as { cluster: object }).cluster, gpu } };
    const now = measured(simulate(claimed([], more)), "ttft");
    const claim = { claimed: written(now / 1.5, "ttft"), comparison: "<=", metric: "ttft" };
    const { remedies } = await verdictOn(claimed([claim], more), { ranges: false });
    const { to, found } = remedies!.find(({ change }) => change === "launch overhead")!;
    const { value } = anyQuantity(to!)!;
    expect(value).toBeGreaterThan(0.5e-3); // 1 / 1.5 of it, as launches are nearly all of the time
    expect(value).toBeLessThan(1e-3);
    expect(found).toBeLessThan((now / 1.5) * (1 + 1e-9));
  });
});

describe("fewer GPUs", () => {
  const TIGHT = { ...(resolvedOf(tiny) as { cluster: { gpu: object } }).cluster };
  const memory = `${Math.round(simulate(tiny).plan.weightBytesPerRank.max * 1.5)} B`; // too little for all on one GPU
  const FOUR = { ...CERTAIN, cluster: { ...TIGHT, gpu: { ...TIGHT.gpu, memory } }, parallelism: { expert: 4 } };
  const claim = (value: string) => ({ claimed: value, comparison: ">=", metric: "decodeThroughputPerGpu" });

  test("are answered by the plan that a search over all of them finds best", async () => {
    const { fewerGpus } = await verdictOn(claimed([claim("1e9 tokens/ms")], FOUR), { ranges: false });
    const { best } = await optimum(claimed([], FOUR), {
      objectives: [{ text: "decodeThroughputPerGpu", better: "more" }],
      targets: false,
      maxGpus: 3,
      vary: { "parallelism.data": [1], "serving.scheduler.microBatches": [1] },
      prune: false,
    });
    expect(best!.report.gpus).toBe(2);
    expect(fewerGpus!.single).toBeNull();
    expect(fewerGpus!.best!.gpus).toBe(best!.report.gpus);
    expect(fewerGpus!.best!.found).toBeCloseTo(measured(best!.report, "decodeThroughputPerGpu"), 12);
    expect(fewerGpus!.proven).toBe(true);
  });

  test("and remedies are asked of the claim that asks most of a number, under the first reading, which is named", async () => {
    const readings = { once: { "parallelism.data": 1 }, twice: { "parallelism.data": 2 } };
    const claims = [claim("1e8 tokens/ms"), claim("1e9 tokens/ms")];
    const { claims: audited } = await audit(claimed(claims, { ...CERTAIN, deployment: { readings } }), { ranges: false });
    expect(audited.map(({ id, helpAt, remedies }) => [id, helpAt, remedies !== undefined])).toEqual([
      ["c0", "c1", false],
      ["c1", undefined, true],
    ]);
    expect(audited[1]!.helpReading).toBe("once");
    expect(audited.map(({ fewerGpus }) => fewerGpus?.single?.gpus)).toEqual([undefined, 1]);
  });
});
