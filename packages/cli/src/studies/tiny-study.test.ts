import type { Scenario } from "@tokenyard/scenario";
import type { Point, Runner } from "@tokenyard/study";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hereAtFirst, lookedAt } from "./tiny-study.ts";

const pointsOf = (count: number): Point[] =>
  Array.from({ length: count }, (_, index) => ({ index, parameters: {}, scenario: {} as Scenario }));
const indexes = (points: Iterable<Point>) => Array.from(points, ({ index }) => index);

test("points are given on as they came, however few were looked at, and those that are many or much are for threads", () => {
  fc.assert(
    fc.property(fc.nat(150), fc.double({ min: 0, max: 0.02, noNaN: true }), (count, seconds) => {
      let seen = 0;
      const looked = lookedAt(
        (function* () {
          for (const point of pointsOf(count)) {
            seen++;
            yield point;
          }
        })(),
        () => seconds,
      );
      expect(seen).toBeLessThanOrEqual(65);
      expect(looked.few === undefined).toBe(
        count > 64 || Array.from({ length: count }, () => seconds).reduce((sum, each) => sum + each, 0) > 0.1,
      );
      expect(indexes(looked.points)).toEqual(indexes(pointsOf(count)));
    }),
  );
});

/** Runs each point in so many milliseconds, until its signal is given; notes what it began. */
function slow(ms: number, begun: number[]): Runner {
  return {
    async *run(points, { signal, onProgress } = {}) {
      let ended = 0;
      for await (const { index } of points) {
        if (signal?.aborted) return;
        begun.push(index);
        const endMs = performance.now() + ms;
        while (performance.now() < endMs && !signal?.aborted) await new Promise((done) => setTimeout(done, 1));
        if (signal?.aborted) return;
        onProgress?.({ started: ++ended, ended });
        yield { index, parameters: {}, status: "failed", reason: "" } as never;
      }
    },
  };
}

test.each([
  [1, 0, 0],
  [180, 1, 4],
  [2000, 5, 5],
])("of points of %d ms threads do what is not done in 0.4 s, in order, and once each", async (ms, least, most) => {
  const [here, there]: number[][] = [[], []];
  const counts: number[] = [];
  const rows: number[] = [];
  const options = { onProgress: ({ ended }: { ended: number }) => void counts.push(ended) };
  for await (const { index } of hereAtFirst(pointsOf(5), slow(ms, here!), () => slow(1, there!), options)) rows.push(index);
  expect(rows).toEqual([0, 1, 2, 3, 4]);
  expect(counts).toEqual([1, 2, 3, 4, 5]);
  expect(there).toEqual(rows.slice(rows.length - there!.length));
  expect(there!.length).toBeGreaterThanOrEqual(least);
  expect(there!.length).toBeLessThanOrEqual(most);
});

test("who is interrupted starts no threads", async () => {
  const stopped = new AbortController();
  const there: number[] = [];
  for await (const { index } of hereAtFirst(pointsOf(9), slow(1, []), () => slow(1, there), { signal: stopped.signal }))
    if (index === 3) stopped.abort();
  expect(there).toEqual([]);
});
