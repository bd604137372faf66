import { Streams } from "@tokenyard/random";
import type { WorkloadSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClosedSource } from "./closed.ts";
import { requestSourceContract } from "./request-source.contract.ts";
import { served } from "./served.contract.ts";

type ClosedSpec = Extract<WorkloadSpec, { kind: "closed" }>;
const lengths = { promptTokens: { kind: "uniform", from: 1, to: 900 }, outputTokens: { kind: "exponential", mean: 30 } } as const;
const loop: ClosedSpec = { kind: "closed", requests: 40, concurrency: 5, thinkTime: { kind: "exponential", mean: 0.5 }, ...lengths };

for (const thinkTime of [loop.thinkTime, { kind: "fixed", value: 0 }, { kind: "uniform", from: 0, to: 2 }] as const) {
  const workload = { ...loop, thinkTime };
  const otherLengths = { ...workload, promptTokens: { kind: "fixed", value: 3 } } as const;
  requestSourceContract(`a closed loop with ${thinkTime.kind} think time`, { workload, otherLengths });
}

describe("a closed loop", () => {
  test("begins with all its users at 0, or with all its requests when they are fewer", () => {
    const atZero = (requests: number) => {
      const source = new ClosedSource({ ...loop, requests }, new Streams(1));
      return served(source, () => 1e9).filter(({ arrivedNs }) => arrivedNs === 0).length;
    };
    expect(atZero(40)).toBe(5);
    expect(atZero(3)).toBe(3);
  });

  test("begins with its users evenly over the ramp-up, and those who are answered go on before the last have begun", () => {
    const spec: ClosedSpec = { ...loop, requests: 8, rampUp: 10, thinkTime: { kind: "fixed", value: 0 } };
    const all = served(new ClosedSource(spec, new Streams(1)), () => 5e9);
    // five users at 0, 2, 4, 6 and 8 s; the first is answered at 5 s and asks again, the second at 7 s, the third at 9 s
    expect(all.map(({ arrivedNs }) => arrivedNs / 1e9)).toEqual([0, 2, 4, 5, 6, 7, 8, 9]);
  });

  test("brings one request for each that finishes, so that never more than its users are in flight", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.func(fc.integer({ min: 0, max: 5e9 })), (concurrency, serviceNs) => {
        const all = served(new ClosedSource({ ...loop, concurrency, thinkTime: { kind: "fixed", value: 0 } }, new Streams(1)), serviceNs);
        for (const { arrivedNs, number } of all.slice(concurrency)) {
          // it came when one before it finished, and as many were in flight as there are users
          expect(all.slice(0, number).some(({ finishedNs }) => finishedNs === arrivedNs)).toBe(true);
          const before = all.slice(0, number).filter(({ finishedNs }) => finishedNs > arrivedNs).length;
          expect(before).toBeLessThan(concurrency);
        }
      }),
      { numRuns: drawnCases(20) },
    );
  });

  test("keeps throughput × (residence + think time) = users", () => {
    // one user, 2 s of service and 3 s to think: one request each 5 s
    const all = served(new ClosedSource({ ...loop, concurrency: 1, thinkTime: { kind: "fixed", value: 3 } }, new Streams(1)), () => 2e9);
    expect(all.map(({ arrivedNs }) => arrivedNs)).toEqual(Array.from({ length: 40 }, (_, i) => i * 5e9));
  });

  test("thinks after each request for as long as was drawn for it, whenever it finishes", () => {
    const thinkAfterFirst = (serviceNs: (number: number) => number) => {
      const all = served(new ClosedSource({ ...loop, concurrency: 2, requests: 3 }, new Streams(1)), serviceNs);
      return [all[2]!.arrivedNs - all[0]!.finishedNs, all[2]!.arrivedNs - all[1]!.finishedNs];
    };
    const [early] = thinkAfterFirst((number) => (number === 0 ? 1 : 1e12));
    const [later] = thinkAfterFirst((number) => (number === 0 ? 1e11 : 1e12));
    expect(early).toBe(later);
    expect(early).toBeGreaterThan(0);
  });
});
