import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { runnerContract } from "../runner.contract.ts";
import { runPoint } from "./in-process-runner.ts";
import { orderedRunner } from "./ordered-runner.ts";

runnerContract("a runner that has five points under way", () => orderedRunner((point) => runPoint(point), 5), 5);

/** Ends after some turns of the event loop. */
const later = async (turns: number) => {
  for (let i = 0; i < turns; i++) await Promise.resolve();
};

test.prop([fc.array(fc.nat(20), { maxLength: 30 }), fc.integer({ min: 1, max: 8 })])(
  "results come in the order of the points, however long each takes and however many are under way",
  async (turns, width) => {
    let underWay = 0;
    let most = 0;
    const runner = orderedRunner(async ({ index, parameters }) => {
      most = Math.max(most, ++underWay);
      await later(turns[index]!);
      underWay--;
      return { index, parameters, status: "infeasible", reason: `${turns[index]}` };
    }, width);
    const points = turns.map((_, index): Point => ({ index, parameters: {}, scenario: tiny }));
    const rows: PointResult[] = [];
    for await (const row of runner.run(points)) rows.push(row);
    expect(rows.map(({ index }) => index)).toEqual(turns.map((_, index) => index));
    expect(most).toBeLessThanOrEqual(width);
  },
);

test("an error that is no point's ends the run after what came before it", async () => {
  const runner = orderedRunner(async ({ index, parameters }) => {
    if (index === 2) throw new Error("the disk is full");
    return { index, parameters, status: "infeasible", reason: "" };
  }, 4);
  const points = [0, 1, 2, 3].map((index): Point => ({ index, parameters: {}, scenario: tiny }));
  const seen: number[] = [];
  const walk = async () => {
    for await (const { index } of runner.run(points)) seen.push(index);
  };
  await expect(walk()).rejects.toThrow("the disk is full");
  expect(seen).toEqual([0, 1]);
});
