import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { inProcessRunner, runPoint } from "../runners/in-process-runner.ts";
import { orderedRunner } from "../runners/ordered-runner.ts";
import { preciseRows } from "./precise-points.ts";
import { seedsReport } from "./seeds.ts";

/** Prompts of one length move TTFT little from seed to seed, drawn ones more. */
const drawn = (from: number): Scenario =>
  parseScenario({
    ...resolvedOf(tiny),
    workload: { kind: "batch", sequences: 8, promptTokens: { kind: "uniform", from, to: 640 }, outputTokens: 2 },
  });
const choices: Point[] = [600, 8].map((from, index) => ({ index, parameters: { from }, scenario: drawn(from) }));
const impossible: Point = {
  index: 2,
  parameters: { from: 0 },
  scenario: { problems: [{ path: ["workload"], given: "0", wanted: "more" }] },
};

async function rowsOf(
  points: readonly Point[],
  order: { precision: number; most: number },
  runner = inProcessRunner(),
): Promise<PointResult[]> {
  const rows: PointResult[] = [];
  for await (const row of preciseRows(points, order, runner)) rows.push(row);
  return rows;
}

test("each choice takes as many seeds as a run of it alone would, and one that cannot be takes none", { tags: "long" }, async () => {
  const order = { precision: 0.06, most: 128 };
  const rows = await rowsOf([...choices, impossible], order);
  expect(rows.map(({ index }) => index)).toEqual(rows.map((_, i) => i));
  const counts = choices.map(({ parameters }) => rows.filter((row) => row.parameters["from"] === parameters["from"]).length);
  const alone = await Promise.all(
    choices.map(({ scenario }) => seedsReport(scenario as Scenario, order.most, { precision: order.precision })),
  );
  expect(counts).toEqual(alone.map((report) => report!.seeds.count));
  expect(counts[0]).toBe(32); // narrow at 16 and at 32
  expect(counts[1]).toBeGreaterThan(32);
  expect(rows.at(-1)).toMatchObject({ status: "infeasible", parameters: { from: 0 } });
});

test("the rows are the same by any runner, however many run at a time, and the limit ends them", { tags: "long" }, async () => {
  const order = { precision: 0.001, most: 40 };
  const rows = await rowsOf(choices, order);
  expect(rows).toHaveLength(80);
  const runner = orderedRunner((point) => runPoint(point), 3);
  expect(JSON.stringify(await rowsOf(choices, order, runner))).toBe(JSON.stringify(rows));
});

test("a choice of which a seed fails takes no seeds beyond those that were sent, and the next one is run", async () => {
  const runner = inProcessRunner({
    simulate: (scenario) => {
      if (scenario.workload.kind === "batch" && scenario.seed === tiny.seed + 3) throw new Error("time runs backwards");
      return simulate(scenario, {}, { distributions: true });
    },
  });
  const rows = await rowsOf(choices, { precision: 0.05, most: 1024 }, runner);
  expect(rows.filter(({ parameters }) => parameters["from"] === 8).length).toBe(32);
});

test("once the signal is given the rows end", async () => {
  const control = new AbortController();
  const rows: PointResult[] = [];
  for await (const row of preciseRows(choices, { precision: 0.001, most: 512 }, inProcessRunner(), { signal: control.signal })) {
    rows.push(row);
    if (rows.length === 20) control.abort();
  }
  expect(rows.length).toBeLessThan(64);
});
