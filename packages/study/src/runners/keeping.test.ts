import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import type { Point } from "../points/point.ts";
import { pointKey } from "../points/point-key.ts";
import { runPoint } from "./in-process-runner.ts";
import { keeping } from "./keeping.ts";
import { memoryStore } from "./memory-store.ts";
import { Stop } from "./stop.ts";

const point: Point = { index: 3, parameters: { seed: 7 }, scenario: tiny };

test("a stored result is given under the index and the parameters of the point that asks", async () => {
  const run = keeping(memoryStore(), (each) => runPoint(each));
  await run(point, new Stop());
  const other = await run({ index: 8, parameters: { "workload.sequences": 4 }, scenario: tiny }, new Stop());
  expect(other).toMatchObject({ index: 8, parameters: { "workload.sequences": 4 }, status: "ok" });
});

test.each(["failed", "beaten"] as const)("a point that %s is run again", async (status) => {
  let runs = 0;
  const run = keeping(memoryStore(), async ({ index, parameters }) => {
    runs++;
    return { index, parameters, status, reason: "a fault, or a limit" };
  });
  await run(point, new Stop());
  await run(point, new Stop());
  expect(runs).toBe(2);
});

test("points have one key when scenario, seed and version are alike, whatever their name", () => {
  const key = pointKey(point);
  expect(pointKey({ ...point, index: 0, parameters: {} })).toBe(key);
  expect(pointKey({ ...point, scenario: { ...tiny, name: "other", about: "other" } })).toBe(key);
  expect(pointKey({ ...point, scenario: { ...tiny, seed: 8 } })).not.toBe(key);
  expect(pointKey({ ...point, scenario: { ...tiny, parallelism: { ...tiny.parallelism, data: 2 } } })).not.toBe(key);
  expect(pointKey(point, "another version")).not.toBe(key);
});

test("points without a scenario are kept apart by their parameters", () => {
  const impossible = { problems: [{ path: ["workload", "sequences"], wanted: "more" }] };
  const [a, b] = [0, -1].map((sequences) => pointKey({ index: 0, parameters: { "workload.sequences": sequences }, scenario: impossible }));
  expect(a).not.toBe(b);
});
