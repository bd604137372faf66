import { expect, test } from "vitest";
import type { MeasuredRequest, MeasuredRun, Spread } from "./run/measured-run.ts";
import { lengthsOf } from "./run-lengths.ts";
import { inferenceX } from "./tools/inferencex.ts";

const NONE = { mean: null, p50: null, p90: null, p95: null, p99: null };
const mean = (value: number): Spread => ({ ...NONE, mean: value });
const uniform = (from: number, to: number) => ({ kind: "uniform", from, to });

function lengths(changes: Partial<MeasuredRun>) {
  const run = { engine: { name: "vllm", version: null }, promptTokens: mean(1024), outputTokens: mean(1024), each: null, ...changes };
  return lengthsOf(run as MeasuredRun);
}

test("means that are whole are those of fixed lengths: outputs differ by 13 tokens, of SGLang by none", () => {
  expect(lengths({})).toEqual({ promptTokens: 1024, outputTokens: uniform(1011, 1037) });
  expect(lengths({ engine: { name: "sglang", version: null } })).toEqual({ promptTokens: 1024, outputTokens: 1024 });
  expect(lengths({ outputTokens: mean(5) })).toMatchObject({ outputTokens: uniform(1, 9) });
  expect(lengths({ outputTokens: mean(1) })).toMatchObject({ outputTokens: uniform(1, 1) });
  // a tokenizer counts prompts a little differently
  expect(lengths({ promptTokens: mean(1023.4) })).toMatchObject({ promptTokens: 1023 });
});

test("means that are not whole are those of lengths drawn from four fifths up, for any engine", () => {
  const drawn = { promptTokens: mean(921.6), outputTokens: mean(921.6) };
  const wanted = { promptTokens: uniform(819, 1024), outputTokens: uniform(819, 1024) };
  expect(lengths(drawn)).toEqual(wanted);
  expect(lengths({ ...drawn, engine: { name: "sglang", version: null } })).toEqual(wanted);
  expect(lengths({ outputTokens: mean(921.6) })).toEqual({ promptTokens: 1024, outputTokens: uniform(819, 1024) });
});

test("InferenceX draws from four fifths of the lengths that it states up", () => {
  const [run] = inferenceX.runs({ hw: "h200", conc: 4, framework: "vllm", isl: 8192, osl: 1024, tp: 8 } as never);
  expect(run!.promptTokens!.mean).toBeCloseTo(7372.8, 6);
  expect(lengths({ promptTokens: run!.promptTokens, outputTokens: run!.outputTokens })).toEqual({
    promptTokens: uniform(6554, 8192),
    outputTokens: uniform(819, 1024),
  });
});

test("percentiles are kept, with a tail where there is one; where all are one length it is fixed", () => {
  const even = { mean: 150, p50: 150, p90: 190, p95: 195, p99: 199 };
  // sigma 0.5: the 90th percentile is e^(1.28155 · 0.5) times the median
  const tailed = { mean: 113, p50: 100, p90: 189.8, p95: 227.6, p99: 320 };
  expect(lengths({ promptTokens: even, outputTokens: tailed })).toEqual({
    promptTokens: uniform(100, 200),
    outputTokens: { kind: "lognormal", mean: 113, sigma: expect.closeTo(0.5, 4) },
  });
  const fixed = { mean: 100, p50: 100, p90: 100, p95: 100, p99: 100 };
  expect(lengths({ promptTokens: fixed, outputTokens: fixed })).toEqual({ promptTokens: 100, outputTokens: uniform(87, 113) });
});

test("requests one by one keep their lengths in pairs, but for those that failed; fixed ones are fixed", () => {
  const one = (promptTokens: number | null, outputTokens: number, failed = false) =>
    ({ promptTokens, outputTokens, failed }) as MeasuredRequest;
  expect(lengths({ each: [one(10, 20), one(30, 40), one(50, 0, true)] })).toEqual({
    pairs: [
      { promptTokens: 10, outputTokens: 20 },
      { promptTokens: 30, outputTokens: 40 },
    ],
  });
  expect(lengths({ each: [one(1024, 1024), one(1024, 1024)] })).toEqual(lengths({}));
  expect(lengths({ each: [one(null, 20), one(30, 40)] })).toEqual(lengths({}));
});

test("lengths that are not known, or zero, are none", () => {
  expect([lengths({ promptTokens: null }), lengths({ outputTokens: mean(0) })]).toEqual([undefined, undefined]);
});
