import { fc, test as property } from "@fast-check/vitest";
import { formatQuantity, resolvedOf } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { measured, verdictOn, written } from "../../fixtures/audited.ts";
import { CERTAIN, claimed } from "../../fixtures/claimed.ts";
import { tiny } from "../../fixtures/tiny.ts";
import { audit } from "../audit.ts";

describe("an assumption with a range", () => {
  const launchAt = (launch: string) =>
    claimed([], { ...CERTAIN, cluster: { ...(resolvedOf(tiny) as { cluster: object }).cluster, gpu: { ...tinyGpu, launch } } });
  const tinyGpu = (resolvedOf(tiny) as { cluster: { gpu: object } }).cluster.gpu;
  const seconds = (launch: string) => measured(simulate(launchAt(launch)), "ttft");
  const assumed = [{ path: "cluster.gpu.launch", from: "0 s", to: "100 us" }];
  const slope = (seconds("100 us") - seconds("0 s")) / 100e-6; // kernels on the way to the first token

  property.prop([fc.double({ min: 0.05, max: 0.95, noNaN: true })], { numRuns: drawnCases(8) })(
    "turns a verdict where runs on both sides say that it turns, and where a straight line says so",
    async (share) => {
      const value = seconds("0 s") + share * slope * 100e-6;
      const claim = { claimed: written(value, "ttft"), comparison: "<=", metric: "ttft" };
      const { verdict, turningPoint, because } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), { remedies: false });
      const { value: turned, keeps, verdict: other, path } = turningPoint!;
      expect([verdict, other, path]).toEqual(["depends", "fails", "cluster.gpu.launch"]);
      expect(seconds(formatQuantity(turned, "s"))).toBeGreaterThan(value);
      expect(seconds(formatQuantity(keeps!, "s"))).toBeLessThanOrEqual(value * (1 + 1e-9));
      expect(Math.abs(turned - share * 100e-6)).toBeLessThanOrEqual((1 / 8) * 100e-6); // the halving stops there
      expect(because).toMatch(/, but it fails with cluster\.gpu\.launch of .*us or more, which is inside its assumed range\.$/);
    },
  );

  test("turns the verdict on a value that it passes through on its way", async () => {
    const value = seconds("0 s") + 0.5 * slope * 100e-6;
    const claim = { claimed: written(value, "ttft"), tolerance: "5 %", metric: "ttft" };
    const { verdict, turningPoint, checks } = await verdictOn(claimed([claim], { ...CERTAIN, assumed }), { remedies: false });
    expect([verdict, checks[0]!.verdict, turningPoint!.verdict]).toEqual(["depends", "fails", "holds"]);
    const found = seconds(formatQuantity(turningPoint!.value, "s"));
    expect(Math.abs(found / value - 1)).toBeLessThanOrEqual(0.05);
  });

  test("that turns a verdict nearest to what is assumed is named first", async () => {
    const bound = 1.5 * seconds("0 s");
    const claim = { claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" };
    const ranges = [
      { path: "workload.promptTokens", from: 24, to: 2400 },
      { path: "workload.sequences", from: 4, to: 40 },
    ];
    const { turningPoints } = await verdictOn(claimed([claim], { ...CERTAIN, assumed: ranges }), { remedies: false });
    const ratios = turningPoints!.map(({ path, value }) => value / (path === "workload.sequences" ? 4 : 24));
    expect(ratios).toHaveLength(2);
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
    expect(turningPoints!.map(({ deciding }) => deciding !== null)).toEqual([true, false]); // replications decide the nearest
  });

  test("is said to turn a verdict, where another is nearer, only if six runs leave no doubt of it", async () => {
    const times = Array.from({ length: 24 }, (_, r) => measured(simulate({ ...claimed([]), seed: tiny.seed + r }), "ttft"));
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1));
    expect(deviation / mean).toBeGreaterThan(0.05);
    const bound = mean + deviation; // 24 runs separate the mean from it, six do not separate what is as far beyond it
    const latest = (share: number) => `${((bound + share * deviation - mean) / kernels) * 1e6} us`;
    const kernels = (seconds("100 us") - seconds("0 s")) / 100e-6; // seconds a second of launch
    const claim = { claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" };
    const turnsAt = async (share: number) => {
      const ranges = [
        { path: "cluster.gpu.launch", from: "0 s", to: latest(share) },
        { path: "workload.sequences", from: 4, to: 12 },
      ];
      const { turningPoints } = await verdictOn(claimed([claim], { assumed: ranges }), { remedies: false });
      return turningPoints!.map(({ path }) => path);
    };
    expect(await turnsAt(10)).toEqual(["workload.sequences", "cluster.gpu.launch"]);
    expect(await turnsAt(0.5)).toEqual(["workload.sequences"]);
  });

  test("changes no verdict that holds at every value tried", async () => {
    const claim = { claimed: written(2 * seconds("100 us"), "ttft"), comparison: "<=", metric: "ttft" };
    const { claims, assumptions } = await audit(claimed([claim], { ...CERTAIN, assumed }), { remedies: false });
    expect([claims[0]!.verdict, claims[0]!.turningPoint]).toEqual(["holds", undefined]);
    expect(assumptions).toEqual([
      { path: "cluster.gpu.launch", unit: "s", from: 0, to: 100e-6, assumed: 0, tried: [0, 100e-6], turns: [], turnsWithOthers: [] },
    ]);
  });

  test("may be of a value that the scenario leaves out", async () => {
    const claim = { claimed: simulate(tiny).plan.parameters, metric: "plan.parameters" };
    const range = [{ path: "model.vocabulary", from: 1000, to: 4000 }];
    const { verdict, turningPoint } = await verdictOn(claimed([claim], { ...CERTAIN, assumed: range }), { remedies: false });
    expect(verdict).toBe("depends");
    expect(turningPoint).toMatchObject({ path: "model.vocabulary", value: 1000, keeps: null, verdict: "fails" });
  });
});

describe("several assumptions together", () => {
  const cluster = (launch: string, latency: string) => {
    const { cluster: own } = resolvedOf(tiny) as { cluster: { gpu: object; network: { node: object } } };
    const network = { ...own.network, node: { ...own.network.node, latency } };
    return { ...CERTAIN, cluster: { ...own, gpu: { ...own.gpu, launch }, network } };
  };
  const seconds = (launch: string, latency: string) => measured(simulate(claimed([], cluster(launch, latency))), "ttft");
  const [launch, latency] = ["20 us", "30 us"];
  const now = seconds("0 s", "1 us");
  const alone = Math.max(seconds(launch, "1 us"), seconds("0 s", latency));
  const together = seconds(launch, latency);
  const assumed = [
    { path: "cluster.gpu.launch", from: "0 s", to: launch },
    { path: "cluster.gpu.memoryShare", from: "50 %", to: "95 %" },
    { path: "cluster.network.node.latency", from: "1 us", to: latency },
  ];
  const askedFor = (bound: number) =>
    verdictOn(claimed([{ claimed: written(bound, "ttft"), comparison: "<=", metric: "ttft" }], { ...cluster("0 s", "1 us"), assumed }), {
      remedies: false,
    });

  property.prop([fc.double({ min: 0.02, max: 0.98, noNaN: true })], { numRuns: drawnCases(6) })(
    "turn a verdict that neither turns alone, and those that matter are named with their values",
    async (share) => {
      expect(alone).toBeGreaterThan(now);
      const { verdict, turningPoint, jointTurn: joint, because } = await askedFor(alone + share * (together - alone));
      expect([verdict, turningPoint]).toEqual(["depends", undefined]);
      expect(joint!.changes.map(({ path, value }) => [path, value])).toEqual([
        ["cluster.gpu.launch", 20e-6],
        ["cluster.network.node.latency", 30e-6],
      ]);
      expect(joint!.found).toBeCloseTo(together, 12);
      expect(because).toMatch(
        /, but it fails when these come together, each inside its assumed range: cluster\.gpu\.launch 20 us, cluster\.network\.node\.latency 30 us\.$/,
      );
    },
  );

  test("turn a verdict on one value that they pass on their way", async () => {
    const value = (alone + together) / 2;
    const claim = { claimed: written(value, "ttft"), tolerance: "3 %", metric: "ttft" };
    const { verdict, jointTurn: joint } = await verdictOn(claimed([claim], { ...cluster("0 s", "1 us"), assumed }), { remedies: false });
    expect([verdict, joint!.verdict, joint!.changes.length]).toEqual(["depends", "holds", 2]);
    const [first, second] = joint!.changes.map((change) => formatQuantity(change.value, "s"));
    expect(Math.abs(seconds(first!, second!) / value - 1)).toBeLessThanOrEqual(0.03);
    expect(together).toBeGreaterThan(1.03 * value); // with all of them it is passed
    expect(joint!.changes[0]!.value).toBeLessThan(20e-6);
  });

  test("turn nothing that holds with all of them", async () => {
    const { verdict, jointTurn: joint } = await askedFor(together * 1.01);
    expect([verdict, joint]).toEqual(["holds", undefined]);
  });

  test("are listed for the assumptions", async () => {
    const claim = { claimed: written((alone + together) / 2, "ttft"), comparison: "<=", metric: "ttft" };
    const { assumptions } = await audit(claimed([claim], { ...cluster("0 s", "1 us"), assumed }), { remedies: false });
    expect(assumptions.map(({ turns, turnsWithOthers }) => [turns, turnsWithOthers])).toEqual([
      [[], ["c0"]],
      [[], []],
      [[], ["c0"]],
    ]);
  });
});
