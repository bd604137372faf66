import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shardedRunner } from "../fixtures/sharded-runner.ts";
import { tiny } from "../fixtures/tiny.ts";
import { runnerContract } from "../runner.contract.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import { replicatedPoints } from "../seeds/replication.ts";
import { sweepPoints } from "../sweep/sweep.ts";
import type { Point } from "./point.ts";
import { shardFrom, shardOf, shardText } from "./shard.ts";

for (const shards of [1, 3]) runnerContract(`${shards} shards`, () => shardedRunner(shards, () => inProcessRunner()), shards);

const choices = [...sweepPoints(tiny, { vary: { "parallelism.tensor": "1,2,3", "workload.sequences": "1..4" } })];
const points = (replications: number): Iterable<Point> => (replications > 1 ? replicatedPoints(choices, replications) : choices);

describe("shards", () => {
  test("every point is in one shard, with the index that it has in the whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 4 }), (of, replications) => {
        const parts = Array.from({ length: of }, (_, i) => [...shardOf(points(replications), { at: i + 1, of }, replications)]);
        const written = (some: Iterable<Point>) => [...some].map(({ index, parameters }) => JSON.stringify({ index, parameters }));
        const all = parts.flat().sort((a, b) => a.index - b.index);
        expect(written(all)).toEqual(written(points(replications)));
      }),
      { numRuns: drawnCases(30) },
    );
  });

  test("the seeds of a choice are in one shard, and shards differ by one choice at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }), (of, replications) => {
        const choicesOf = (at: number) =>
          new Set(
            [...shardOf(points(replications), { at, of }, replications)].map(({ parameters: { seed: _, ...rest } }) =>
              JSON.stringify(rest),
            ),
          );
        const counts = Array.from({ length: of }, (_, i) => choicesOf(i + 1).size);
        expect(counts.reduce((sum, count) => sum + count)).toBe(12);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: drawnCases(30) },
    );
  });

  test("a shard looks at no scenario of the others", () => {
    let looked = 0;
    function* made(): Generator<Point> {
      for (let index = 0; index < 12; index++) {
        yield {
          index,
          parameters: {},
          get scenario() {
            looked++;
            return tiny;
          },
        };
      }
    }
    expect([...shardOf(made(), { at: 2, of: 4 })].map(({ index }) => index)).toEqual([1, 5, 9]);
    expect(looked).toBe(0);
  });

  test("the text of a shard says which it is; another text is none", () => {
    expect(shardFrom("2/8")).toEqual({ at: 2, of: 8 });
    expect(shardText({ at: 2, of: 8 })).toBe("2/8");
    for (const none of ["0/8", "9/8", "2", "2/8/1", "-1/8", "1/0", "a/b", " 1/2", "1.5/2", ""]) expect(shardFrom(none)).toBeUndefined();
  });
});
