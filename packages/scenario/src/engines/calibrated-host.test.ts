import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";
import { resolvedOf } from "../resolved.ts";
import { withCalibration } from "./calibrated-host.ts";

const HOST = { engine: "vllm", version: "0.19", gpu: "h100-sxm", step: 2, request: 0.5 };

function overheadWith(hostTimes: object, changes: object = {}) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: "llama-3.1-8b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", version: "0.19.0" },
    workload: { kind: "closed", requests: 20, concurrency: 2, promptTokens: 100, outputTokens: 10 },
    calibration: { tokenyard: "0.1.0", hostTimes },
    ...changes,
  });
  return { overhead: scenario.serving.stepOverhead!, set: scenario.engine!.set! };
}

test("factors scale the host times that the engine sets, each of its part, and say so", () => {
  const { overhead, set } = overheadWith(HOST);
  // of 31 us, 10.6 us, 2.8 ms and 700 us
  expect(overhead.layer).toBeCloseTo(62e-6, 12);
  expect(overhead.request).toBeCloseTo(5.3e-6, 12);
  expect(overhead.prompt).toBeCloseTo(2.8e-3, 12);
  expect(overhead.arrival).toBeCloseTo(700e-6, 12);
  expect(overhead.capturedTokens).toBe(512);
  expect(set["serving.stepOverhead.layer"]).toContain("as calibrated");
});

test("host times of another engine, version or GPU are left, and stated ones win", () => {
  for (const other of [{ engine: "sglang" }, { version: "0.18" }, { gpu: "h200-sxm" }])
    expect(overheadWith({ ...HOST, ...other }).overhead.layer).toBeCloseTo(31e-6, 12);
  const stated = overheadWith(HOST, { serving: { stepOverhead: { layer: "10 us" } } });
  expect(stated.overhead.layer).toBeCloseTo(10e-6, 12);
});

test("a calibration may have host times alone, and is what it is written as", () => {
  const { calibration } = parseScenario({
    tokenyard: 1,
    model: "llama-3.1-8b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    calibration: { tokenyard: "0.1.0", noise: "5 %" },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
  expect(calibration).toEqual({ tokenyard: "0.1.0", noise: 0.05, carry: true, from: "measured", curves: [] });
});

test("a resolved scenario gets another calibration's host times, once, and keeps what it states", () => {
  const given = {
    tokenyard: 1,
    model: "llama-3.1-8b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", version: "0.19.0" },
    serving: { stepOverhead: { prompt: "9 ms" } },
    workload: { kind: "closed", requests: 20, concurrency: 2, promptTokens: 100, outputTokens: 10 },
  };
  const calibrated = (hostTimes: object) => ({ tokenyard: "0.1.0", hostTimes });
  const slow = { ...HOST, prompt: 3 };
  const plain = resolvedOf(parseScenario(given)) as object;
  const overheadOf = (tree: object) => parseScenario(tree).serving.stepOverhead!;
  const doubled = withCalibration(plain, calibrated(slow));
  // of 31 us, 10.6 us and a stated 9 ms
  expect(overheadOf(doubled).layer).toBeCloseTo(62e-6, 12);
  expect(overheadOf(doubled).request).toBeCloseTo(5.3e-6, 12);
  expect(overheadOf(doubled).prompt).toBeCloseTo(9e-3, 12);
  // the same as of a scenario that has them from the start, and as all three in turn
  const fromStart = resolvedOf(parseScenario({ ...given, calibration: calibrated(slow) })) as object;
  expect(overheadOf(fromStart)).toEqual(overheadOf(doubled));
  expect(overheadOf(withCalibration(fromStart, calibrated({ ...slow, step: 3 }))).layer).toBeCloseTo(93e-6, 12);
  expect(overheadOf(withCalibration(fromStart, { tokenyard: "0.1.0" }))).toEqual(overheadOf(plain));
  for (const other of [{ engine: "sglang" }, { version: "0.18" }, { gpu: "h200-sxm" }])
    expect(overheadOf(withCalibration(plain, calibrated({ ...slow, ...other })))).toEqual(overheadOf(plain));
});
