import { fc, test } from "@fast-check/vitest";
import { parseScenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect } from "vitest";
import { recordedArrivals } from "./recorded-arrivals.ts";

const PLAN = {
  tokenyard: 1,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  parallelism: { tensor: 1 },
};
const sentAt = (sentSeconds: number | null, failed = false) => ({
  sentSeconds,
  promptTokens: 8,
  outputTokens: 1,
  ttftSeconds: null,
  e2eSeconds: null,
  itlSeconds: null,
  failed,
});

test.prop([fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 40 })], { numRuns: 20 })(
  "each request comes at its recorded time, whatever their order, and none is lost",
  (times) => {
    const { arrivals, requests } = recordedArrivals(times.map((time) => sentAt(time))) as {
      readonly requests: number;
      readonly arrivals: { readonly stages: readonly { readonly duration: string }[] };
    };
    const ends = arrivals.stages.map((_, i) =>
      arrivals.stages.slice(0, i + 1).reduce((sum, { duration }) => sum + Number.parseFloat(duration), 0),
    );
    const sorted = [...times].sort((a, b) => a - b);
    for (const [i, time] of sorted.entries()) expect(ends[i]! - (time - sorted[0]!)).toBeCloseTo(0, 4); // at most 40 gaps of 1 µs
    expect(requests).toBe(times.length);
    const report = simulate(parseScenario({ ...PLAN, workload: { kind: "open", requests, arrivals, promptTokens: 8, outputTokens: 1 } }));
    expect(report.requests).toMatchObject({ arrived: times.length, finished: times.length });
    expect(report.horizonSeconds).toBeGreaterThan(sorted.at(-1)! - sorted[0]!);
  },
);

test("those that failed do not come, and times that are not written are asked for", () => {
  expect(recordedArrivals([sentAt(0), sentAt(null, true), sentAt(2)])).toMatchObject({ requests: 2 });
  expect(recordedArrivals([sentAt(0), sentAt(null)])).toBe("when its requests were sent is not written");
  expect(recordedArrivals(Array.from({ length: 10_000 }, (_, i) => sentAt(i)))).toContain("10000 requests at recorded times");
});
