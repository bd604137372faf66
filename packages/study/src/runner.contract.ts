import { Problems, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { tiny } from "./fixtures/tiny.ts";
import type { Point } from "./points/point.ts";
import type { PointResult } from "./points/point-result.ts";
import type { Runner, RunnerProgress } from "./runners/runner.ts";
import { sweepPoints } from "./sweep/sweep.ts";

/** What every runner must do. `ahead`: how many points it may have taken that were not given yet. */
export function runnerContract(name: string, makeRunner: () => Runner, ahead: number): void {
  describe(name, () => {
    test("gives a row for each point in order: a report, why it cannot be, or how it failed", async () => {
      const points = mixedPoints();
      const rows = await all(makeRunner().run(points));
      expect(rows.map(({ index, parameters }) => ({ index, parameters }))).toEqual(
        points.map(({ index, parameters }) => ({ index, parameters })),
      );
      expect(rows.map(({ status }) => status)).toEqual(["ok", "infeasible", "ok", "infeasible", "failed", "ok"]);
      expect(reasonOf(rows[1])).toContain("3 given; wanted a divisor of 4 heads");
      expect(reasonOf(rows[3])).toContain("workload.sequences: 0 given");
      expect(reasonOf(rows[4])).toMatch(/^TypeError: /);
    });

    test("gives the bytes of a run in this thread", async () => {
      const points = [...sweepPoints(tiny, { vary: { "workload.sequences": "1..5", "parallelism.tensor": "1,2,3" } })];
      const rows = await all(makeRunner().run(points));
      const lines = rows.map((row) => JSON.stringify(row));
      expect(lines).toEqual(points.map((point) => JSON.stringify(rowHere(point))));
    });

    test("breaks a run off that passes the limit of its point, and no other", async () => {
      const { ttftSeconds, horizonSeconds } = simulate(tiny);
      const limit = { firstTokensNs: Math.round(ttftSeconds!.max! * 1e9), endNs: Math.round(horizonSeconds * 1e9) };
      const { firstTokensNs, endNs } = limit;
      const limits = [limit, { firstTokensNs: firstTokensNs - 1, endNs }, { firstTokensNs, endNs: endNs - 1 }];
      const rows = await all(makeRunner().run(limits.map((each, index) => ({ index, parameters: {}, scenario: tiny, limit: each }))));
      expect(rows.map(({ status }) => status)).toEqual(["ok", "beaten", "beaten"]);
    });

    test("takes points only a few ahead of the results that were asked for", async () => {
      let taken = 0;
      function* endless(): Generator<Point> {
        while (true) yield { index: taken++, parameters: {}, scenario: tiny };
      }
      let given = 0;
      for await (const _ of makeRunner().run(endless())) {
        given++;
        expect(taken - given).toBeLessThanOrEqual(ahead);
        if (given === 3 * ahead) break;
      }
      expect(given).toBe(3 * ahead);
    });

    test("closes the points when the loop is left early", async () => {
      let isClosed = false;
      function* points(): Generator<Point> {
        try {
          for (let index = 0; ; index++) yield { index, parameters: {}, scenario: tiny };
        } finally {
          isClosed = true;
        }
      }
      for await (const _ of makeRunner().run(points())) break;
      expect(isClosed).toBe(true);
    });

    test("ends without an error when the signal is given, and takes no further points", async () => {
      const controller = new AbortController();
      let taken = 0;
      function* points(): Generator<Point> {
        while (taken < 1000) yield { index: taken++, parameters: {}, scenario: tiny };
      }
      let given = 0;
      for await (const _ of makeRunner().run(points(), { signal: controller.signal })) {
        if (++given === 2) controller.abort();
      }
      expect(given).toBe(2);
      expect(taken).toBeLessThanOrEqual(2 + ahead);
    });

    test("starts nothing under a signal that was given before", async () => {
      const controller = new AbortController();
      controller.abort();
      const progress: RunnerProgress[] = [];
      const options = { signal: controller.signal, onProgress: (each: RunnerProgress) => progress.push(each) };
      expect(await all(makeRunner().run(mixedPoints(), options))).toEqual([]);
      expect(progress).toEqual([]);
    });

    test("ends under a signal while the next point is not there yet", async () => {
      const controller = new AbortController();
      async function* points(): AsyncGenerator<Point> {
        yield { index: 0, parameters: {}, scenario: tiny };
        controller.abort();
        await new Promise(() => {}); // never
      }
      expect((await all(makeRunner().run(points(), { signal: controller.signal }))).length).toBeLessThanOrEqual(1);
    });

    test("gives what came before an error of the points, then throws it on", async () => {
      function* points(): Generator<Point> {
        yield* mixedPoints().slice(0, 3);
        throw new Error("no more");
      }
      const rows: PointResult[] = [];
      const walk = async () => {
        for await (const row of makeRunner().run(points())) rows.push(row);
      };
      await expect(walk()).rejects.toThrow("no more");
      expect(rows.map(({ index }) => index)).toEqual([0, 1, 2]);
    });

    test("waits for no point that needs an earlier result", async () => {
      let resolveFirst = (_: PointResult) => {};
      async function* points(): AsyncGenerator<Point> {
        for (let index = 0; index < 4; index++) {
          const first = new Promise<PointResult>((resolve) => {
            resolveFirst = resolve;
          });
          yield { index, parameters: {}, scenario: tiny };
          expect((await first).index).toBe(index);
        }
      }
      const rows: PointResult[] = [];
      for await (const row of makeRunner().run(points())) {
        rows.push(row);
        resolveFirst(row);
      }
      expect(rows).toHaveLength(4);
    });

    test("counts how many points have started and ended", async () => {
      const seen: RunnerProgress[] = [];
      const rows = await all(makeRunner().run(mixedPoints(), { onProgress: (progress) => seen.push(progress) }));
      expect(seen.at(-1)).toEqual({ started: rows.length, ended: rows.length });
      expect(seen).toHaveLength(2 * rows.length);
      for (const { started, ended } of seen) expect(ended).toBeLessThanOrEqual(started);
    });

    test("keeps two runs at once apart", async () => {
      const runner = makeRunner();
      const [one, other] = await Promise.all([all(runner.run(mixedPoints())), all(runner.run(mixedPoints().reverse()))]);
      expect(other.reverse()).toEqual(one);
    });

    test("no points, no rows", async () => {
      expect(await all(makeRunner().run([]))).toEqual([]);
    });
  });
}

/** Two that can be, one whose degrees do not divide, one that the format refuses, one that is broken, and one that can be again. */
function mixedPoints(): Point[] {
  const [one, three, two] = [...sweepPoints(tiny, { vary: { "parallelism.tensor": [1, 3, 2] } })];
  const [none] = [...sweepPoints(tiny, { vary: { "workload.sequences": [0] } })];
  const looksChecked = { seed: 1, assumed: [], cluster: { gpu: { bandwidth: 1 } } } as unknown as Scenario;
  const broken = { index: 4, parameters: { broken: true }, scenario: looksChecked };
  return [one!, three!, two!, { ...none!, index: 3 }, broken, { ...one!, index: 5 }];
}

function rowHere({ index, parameters, scenario }: Point): PointResult {
  if ("problems" in scenario) throw new Error("no such scenario");
  try {
    return { index, parameters, status: "ok", report: simulate(scenario) };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return { index, parameters, status: "infeasible", reason: error.message.replaceAll("\n", "; ") };
  }
}

function reasonOf(row: PointResult | undefined): string {
  return row === undefined || row.status === "ok" ? "" : row.reason;
}

async function all(rows: AsyncIterable<PointResult>): Promise<PointResult[]> {
  const list: PointResult[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
