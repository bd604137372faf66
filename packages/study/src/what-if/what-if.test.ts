import { test } from "@fast-check/vitest";
import type { Report } from "@tokenyard/report";
import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import fc from "fast-check";
import { expect } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import { sweep } from "../sweep/sweep.ts";
import { sliderOf } from "./slider.ts";
import { whatIf } from "./what-if.ts";

const withTarget = (targets: object): Scenario => parseScenario({ ...(resolvedOf(tiny) as object), targets });
const path = "cluster.network.node.bandwidth";
const plan = withTarget({ ttft: "20 us" });
const report = simulate(plan);

const resolved = resolvedOf(plan) as { cluster: { network: object } };
const networkOf = (bandwidth: number) => ({ ...resolved.cluster.network, node: { bandwidth: `${bandwidth} B/s`, latency: "1 us" } });

/** A runner whose reports meet their target where `isMet` says so of the seed. */
const madeUp = (isMet: (seed: number) => boolean) => {
  const ran: number[] = [];
  const runner = inProcessRunner({
    simulate: ({ seed }) => {
      ran.push(seed);
      return { ...report, targets: report.targets.map((each) => ({ ...each, met: isMet(seed) })) } satisfies Report;
    },
  });
  return { ran, runner };
};

test("a slider's rows are those of a sweep over its values, byte for byte", async () => {
  const slider = sliderOf(plan, path, { points: 6 });
  const { points } = await whatIf(plan, slider);
  const rows: string[] = [];
  for await (const row of sweep(plan, { vary: { [path]: slider.values } })) rows.push(JSON.stringify(row));
  expect(points.filter(({ isGiven }) => isGiven).map(({ row }) => JSON.stringify(row))).toEqual(rows);
  expect(rows).toHaveLength(slider.values.length);
});

test("a turning point names two values, and runs of both sides agree with its sentence", async () => {
  const { turns, sentences } = await whatIf(plan, sliderOf(plan, path, { points: 8 }));
  const [turn] = turns.filter(({ question }) => question === "ttft");
  if (turn === undefined) throw new Error(sentences.join("\n"));
  const { low, high } = turn;
  const at = (bandwidth: number) =>
    simulate(parseScenario({ ...resolved, cluster: { ...resolved.cluster, network: networkOf(bandwidth) } }));
  expect([at(low), at(high)].map(({ targets }) => targets[0]!.met)).toEqual([false, true]);
  expect(high / low).toBeLessThanOrEqual(1 + 1 / 15);
  expect(sentences[0]).toMatch(
    /^Highest TTFT misses 20 us \([\d.]+ us\) at [\d.]+ GB\/s, and meets 20 us \([\d.]+ us\) at [\d.]+ GB\/s\. It misses/,
  );
});

test.prop([fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 5 })], { numRuns: 8 })(
  "every turn between neighbours of the grid is located, and both of its sides have run",
  async (flips) => {
    const isMet = (seed: number) => flips.filter((flip) => seed >= flip).length % 2 === 0;
    const { ran, runner } = madeUp(isMet);
    const values = [1, 41, 81, 121, 161, 200];
    const slider = { path: "seed", values, scale: { unit: "", isWhole: true } } as const;
    const { turns, points, sentences } = await whatIf(plan, slider, { runner });
    for (const { low, high, before, after } of turns) {
      expect(ran).toContain(low);
      expect(ran).toContain(high);
      expect([before.answer, after.answer]).toEqual([low, high].map((seed) => (isMet(seed) ? "met" : "missed")));
    }
    const seen = values.slice(1).filter((value, at) => isMet(value) !== isMet(values[at]!));
    for (const high of seen) expect(turns.some((turn) => turn.high <= high && turn.high > high - 41)).toBe(true);
    expect(new Set(ran).size).toBe(ran.length); // each value once
    expect(points.map(({ value }) => value)).toEqual(ran.toSorted((a, b) => a - b));
    expect(sentences.some((each) => each.includes("not monotonic"))).toBe(turns.length > 1);
  },
);

test("values at which no plan can be stay, with why, and the others have their rows", async () => {
  const slider = sliderOf(plan, "parallelism.tensor", { from: "1", to: "4" });
  expect(slider).toEqual({ path: "parallelism.tensor", values: [1, 2, 3, 4], scale: { unit: "", isWhole: true } });
  const { points, sentences } = await whatIf(plan, slider);
  expect(points.map(({ row }) => row.status)).toEqual(["ok", "ok", "infeasible", "ok"]);
  expect(sentences.at(-1)).toMatch(/^No plan can be at 1 of 4 values; at tensor 3: .*wanted a divisor of 4 heads/);
});

test("a study that is stopped half-way keeps what has ended, and says so", async () => {
  const controller = new AbortController();
  const { runner } = madeUp(() => true);
  let ended = 0;
  const onValue = () => {
    if (++ended === 3) controller.abort();
  };
  const slider = { path: "seed", values: [1, 2, 3, 4, 5, 6], scale: { unit: "", isWhole: true } } as const;
  const { points, isPart, sentences } = await whatIf(plan, slider, { runner, signal: controller.signal, onValue });
  expect([points.length, isPart]).toEqual([3, true]);
  expect(sentences.at(-1)).toBe("Stopped after 3 of 6 values; what had ended is shown.");
});

test("words are tried as they are, without any between them", async () => {
  const { points, turns, sentences } = await whatIf(plan, sliderOf(plan, "serving.overlap", { words: ["none", "two-batch"] }));
  expect(points.map(({ value }) => value).sort()).toEqual(["none", "two-batch"]);
  expect(turns).toEqual([]);
  expect(sentences[0]).toMatch(/with overlap none; .* with overlap two-batch\.$/);
});

test("a slider reaches from an eighth to eight times the plan's value, which is on it, and shares end at all of it", () => {
  const numbers = sliderOf(plan, path, { points: 5 }).values;
  expect(numbers).toEqual(["1.25 GB/s", "5 GB/s", "10 GB/s", "20 GB/s", "80 GB/s"]);
  expect(sliderOf(plan, "cluster.gpu.memoryShare", { points: 4 }).values.at(-1)).toBe("100 %");
  expect(sliderOf(plan, "workload.sequences", { points: 4, to: "8" }).values).toEqual([1, 2, 4, 8]);
  expect(() => sliderOf(plan, path, { from: "fast" })).toThrow("fast given; wanted");
  expect(() => sliderOf(plan, path, { from: "90 GB/s", to: "3 GB/s" })).toThrow("wanted ends that rise");
  expect(() => sliderOf(plan, "name")).toThrow("wanted a key with a number");
});
