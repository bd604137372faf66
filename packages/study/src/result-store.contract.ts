import { describe, expect, test } from "vitest";
import { tiny } from "./fixtures/tiny.ts";
import type { Point } from "./points/point.ts";
import { pointKey } from "./points/point-key.ts";
import type { PointResult } from "./points/point-result.ts";
import { inProcessRunner, runPoint } from "./runners/in-process-runner.ts";
import type { ResultStore } from "./runners/result-store.ts";
import { sweepPoints } from "./sweep/sweep.ts";

/** What every store must do. */
export function resultStoreContract(name: string, openStore: () => Promise<ResultStore>): void {
  const points = (): Point[] => [...sweepPoints(tiny, { vary: { "parallelism.tensor": [1, 2, 3], "workload.sequences": [4, 0] } })];

  describe(name, () => {
    test("gives back, byte for byte, the result that was put, report or reason", async () => {
      const store = await openStore();
      for (const point of points()) {
        const key = pointKey(point);
        const result = await runPoint(point);
        expect(await store.find(key, point)).toBe(undefined);
        await store.put(key, point, result);
        expect(JSON.stringify(await store.find(key, point))).toBe(JSON.stringify(result));
      }
    });

    test("keeps what it has when a key is put again", async () => {
      const store = await openStore();
      const [point] = points() as [Point];
      const first = await runPoint(point);
      const second: PointResult = { index: 0, parameters: point.parameters, status: "infeasible", reason: "another" };
      await store.put("key", point, first);
      await store.put("key", point, second);
      expect(JSON.stringify(await store.find("key", point))).toBe(JSON.stringify(first));
    });

    test("takes many at once", async () => {
      const store = await openStore();
      const all = points();
      const results = await Promise.all(all.map((point) => runPoint(point)));
      await Promise.all(all.map((point, i) => store.put(pointKey(point), point, results[i]!)));
      const found = await Promise.all(all.map((point) => store.find(pointKey(point), point)));
      expect(found.map((result) => JSON.stringify(result))).toEqual(results.map((result) => JSON.stringify(result)));
    });

    test("a study that is done again runs nothing again and gives the same rows", async () => {
      const store = await openStore();
      const first = await rows(inProcessRunner({ store }).run(points()));
      const again = inProcessRunner({
        store,
        simulate: () => {
          throw new Error("was run again");
        },
      });
      expect(await rows(again.run(points()))).toEqual(first);
    });
  });
}

async function rows(results: AsyncIterable<PointResult>): Promise<string[]> {
  const lines: string[] = [];
  for await (const result of results) lines.push(JSON.stringify(result));
  return lines;
}
