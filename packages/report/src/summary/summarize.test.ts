import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { anyRecording } from "../recording/any-recording.contract.ts";
import { REBALANCES } from "../recording/rebalances.contract.ts";
import { answered, tiny } from "../recording/tiny-recording.contract.ts";
import { reportSchema } from "../schema/report.ts";
import { summarize } from "./summarize.ts";

describe("two GPUs, four requests, one millisecond, by hand", () => {
  const report = summarize(tiny);

  test("three requests finished and one was rejected", () => {
    expect(report.requests).toEqual({ arrived: 4, finished: 3, rejected: 1, failed: 0 });
    expect(report.tokens).toEqual({ prompt: 500, output: 8, routed: 1000, kept: 950, dropped: 50 }); // 100 + 300 + 100; 4 + 3 + 1
  });

  test("over all requests, the one that is rejected is later than any bound: its latencies are never", () => {
    const never = { mean: null, p90: null, p95: null, p99: null, p999: null, max: null, unanswered: 1 };
    expect(report.ttftSeconds).toEqual({ ...never, p50: 300e-6 }); // the second of four
    expect(report.e2eSeconds).toEqual({ ...never, p50: 800e-6 });
    expect(report.tpotSeconds).toEqual({ ...never, p50: 300e-6 }); // the second of three: one answer has no gaps
  });

  test("of the answered, TTFT is 200, 300 and 500 us, TPOT 600/3 and 600/2 us, E2E 800, 900 and 500 us", () => {
    const report = summarize(answered);
    expect(report.ttftSeconds).toEqual({
      mean: 1000e3 / 3 / 1e9,
      p50: 300e-6,
      p90: 500e-6,
      p95: 500e-6,
      p99: 500e-6,
      p999: 500e-6,
      max: 500e-6,
    });
    expect(report.tpotSeconds).toEqual({ mean: 250e-6, p50: 200e-6, p90: 300e-6, p95: 300e-6, p99: 300e-6, p999: 300e-6, max: 300e-6 });
    expect(report.e2eSeconds).toEqual({
      mean: 2200e3 / 3 / 1e9,
      p50: 800e-6,
      p90: 900e-6,
      p95: 900e-6,
      p99: 900e-6,
      p999: 900e-6,
      max: 900e-6,
    });
  });

  test("throughput is over the horizon, until the last first token, and from the first one on", () => {
    expect(report.throughput).toEqual({
      requestsPerSecond: 3_000,
      tokensPerSecond: 508_000, // 508 in 1 ms
      prefillTokensPerSecond: 1_000_000, // 500 in 0.5 ms
      decodeTokensPerSecond: 6250, // 8 − 3 in 1 − 0.2 ms
      tokensPerMsPerGpu: 254,
      prefillTokensPerMsPerGpu: 500,
      decodeTokensPerMsPerGpu: 3.125,
    });
  });

  test("the critical path of the mean request: sums over three requests for TTFT and over two for TPOT", () => {
    expect(report.breakdown).toEqual({
      ttft: { attention: 4e5 / 3 / 1e9, experts: 2e5 / 3 / 1e9, dispatch: 1e5 / 3 / 1e9, waiting: 5e-5, queue: 5e-5 },
      tpot: { attention: 150e-6, dispatch: 50e-6, waiting: 50e-6 },
    });
  });

  test("prefill had 2 ranks × 2 lanes × 400 us, decode 2 × 2 × 600 us", () => {
    expect(report.time.prefill).toEqual({
      compute: { attention: 350 / 800, experts: 150 / 800, waiting: 150 / 800, idle: 150 / 800, lost: 0 }, // 200 + 150; 100 + 50; 50 + 100 twice
      network: { dispatch: 200 / 800, waiting: 50 / 800, idle: 550 / 800, lost: 0 }, // 100 + 100; 0 + 50; 300 + 250
    });
    expect(report.time.decode).toEqual({
      compute: { attention: 500 / 1200, waiting: 100 / 1200, idle: 600 / 1200, lost: 0 }, // 300 + 200; 0 + 100; 2 × 300
      network: { dispatch: 300 / 1200, waiting: 100 / 1200, idle: 700 / 1200, lost: 100 / 1200 }, // 200 + 100; 100 + 0; 300 + 400
    });
  });

  test("the longest op of communication is reported by its kind, computation is not", () => {
    expect(report.longestOpSeconds).toEqual({ dispatch: 40e-6 });
  });

  test("two ranks for 1 ms could do 2 GFLOP, 2 MB of memory, 2 MB in the node", () => {
    expect(report.utilization).toEqual({ compute: 0.2, memoryBandwidth: 0.5, node: 0.1, fabric: 0, of: "peak" }); // 0.4 / 2, 1 / 2, 0.2 / 2
    expect(report.bubbleShare).toBe(0.25); // 300 / 1200
  });

  test("experts are reported per layer, and a phase without copies is null", () => {
    expect(report.balance.expert).toEqual({
      prefill: {
        loadVariance: { mean: 0.4375, p99: 0.75, max: 0.75 }, // (0.125 + 0.5 + 0.375 + 0.75) / 4
        maxOverMean: 1.4375,
        droppedShare: 0.05,
        leastEven: { layer: 3, tokens: [400, 100] },
        perLayer: [
          { layer: 1, copies: 500, loadVariance: 0.25, droppedShare: 0.02 }, // (0.125 + 0.375) / 2; 10 / 500
          { layer: 3, copies: 500, loadVariance: 0.625, droppedShare: 0.08 }, // (0.5 + 0.75) / 2; 40 / 500
        ],
      },
      decode: null,
    });
  });

  test("copies are counted by expert in each layer where asked for, and nothing else changes", () => {
    const counted = summarize(answered, [], { perExpert: true }).balance.expert.prefill!;
    expect(counted.perLayer.map(({ tokens }) => tokens)).toEqual([
      [300, 200],
      [400, 100],
    ]);
    const perLayer = counted.perLayer.map(({ tokens: _, ...rest }) => rest);
    expect({ ...counted, perLayer }).toEqual(report.balance.expert.prefill);
  });

  test("the setup's warnings come first, then those of the outcome", () => {
    expect(report.warnings.map(({ code }) => code)).toEqual(["size-slip", "requests-unfinished", "copies-dropped"]);
  });
});

const total = (record: Record<string, number>) => Object.values(record).reduce((sum, value) => sum + value, 0);

test.prop([anyRecording])(
  "the shares of a lane's time in a phase add up to 1, or no rank used it; a phase that ran no op has none",
  (recording) => {
    const { time } = summarize(recording);
    for (const phase of [time.prefill, time.decode]) {
      if (phase === null) continue;
      const lanes = [phase.compute, phase.network].filter((lane) => Object.keys(lane).length > 0);
      expect(lanes.length).toBeGreaterThan(0);
      for (const lane of lanes) expect(total(lane)).toBeCloseTo(1, 12);
    }
    const workOf = (phase: number) => recording.busyNs.some((ns, at) => Math.floor(at / recording.opKinds.length) % 2 === phase && ns > 0);
    if (workOf(0)) expect(time.prefill).not.toBeNull();
    if (workOf(1)) expect(time.decode).not.toBeNull();
  },
);

test.prop([anyRecording])("the breakdowns add up to the mean TTFT and the mean TPOT", (recording) => {
  const { breakdown, ttftSeconds, tpotSeconds } = summarize(recording);
  for (const [parts, stats] of [
    [breakdown.ttft, ttftSeconds],
    [breakdown.tpot, tpotSeconds],
  ] as const) {
    if (stats === null) expect(parts).toBeNull();
    else if (stats.mean !== null) expect(total(parts!)).toBeCloseTo(stats.mean, 12);
  }
});

test.prop([anyRecording])("quantiles rise from the median to the max", (recording) => {
  const { ttftSeconds, tpotSeconds, e2eSeconds } = summarize(recording);
  for (const stats of [ttftSeconds, tpotSeconds, e2eSeconds]) {
    if (stats === null) continue;
    const rising = [stats.p50, stats.p90, stats.p99, stats.max].map((value) => value ?? Number.POSITIVE_INFINITY);
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
  }
});

test.prop([anyRecording])("copies per expert and layer add up to the copies routed, those of each fate to its sum", (recording) => {
  const { balance, tokens } = summarize(recording, [], { perExpert: true });
  const layers = [balance.expert.prefill, balance.expert.decode].flatMap((phase) => phase?.perLayer ?? []);
  for (const layer of layers) expect(layer.tokens!.reduce((a, b) => a + b, 0)).toBe(layer.copies);
  expect(layers.reduce((sum, { copies }) => sum + copies, 0)).toBe(tokens.routed);
  for (const fate of ["dropped", "rerouted", "masked"] as const) {
    const sum = layers.reduce((all, layer) => all + (layer[`${fate}Share`] ?? 0) * layer.copies, 0);
    expect(sum).toBeCloseTo(tokens[fate] ?? 0, 6);
  }
  expect(tokens.kept + (tokens.rerouted ?? 0) + tokens.dropped + (tokens.masked ?? 0)).toBe(tokens.routed);
});

test("the slowest rank is the first of those to which as much was lost, whatever the last digits of their sums are", () => {
  const slowestOf = (...prefillNs: number[]) =>
    summarize({ ...tiny, slowestNs: Float64Array.from(prefillNs.flatMap((ns) => [ns, 0])) }).balance!.rank!.prefill!.slowest!.slowestRank;
  expect(slowestOf(0.1 + 0.7, 0.8)).toBe(0);
  expect(slowestOf(0.8 - 1e-16, 0.8, 0.1 + 0.2 + 0.5)).toBe(0);
  expect(slowestOf(20_000, 20_001)).toBe(1);
});

test("what rebalancing reached is reported as a mean over windows", () => {
  expect(summarize({ ...tiny, rebalances: REBALANCES }).balance.rebalances).toEqual({
    windows: 4,
    rebalances: 2,
    moves: 10,
    bytes: 1e6,
    seconds: { still: 0.009, reached: 0.005, best: 0.004, moves: 0.002, gained: 0.002, lost: 0 },
    maxOverMean: { still: 1.5, reached: 1.25, best: 1.125 },
  });
  expect(summarize(tiny).balance.rebalances).toBeUndefined();
});

test.prop([anyRecording])("a report survives JSON, in the schema's order of keys", (recording) => {
  const report = summarize(recording);
  const read = reportSchema.parse(JSON.parse(JSON.stringify(report)));
  expect(read).toEqual(report);
  expect(JSON.stringify(report)).toBe(JSON.stringify(read));
});

test.prop([anyRecording, fc.integer({ min: 1, max: 5 })])(
  "time stretched by k leaves shares alone and divides throughput by k",
  (recording, k) => {
    const stretched = (column: Float64Array) => column.map((ns) => ns * k);
    const { requests, breakdown } = recording;
    const slow = summarize({
      ...recording,
      horizonNs: recording.horizonNs * k,
      busyNs: stretched(recording.busyNs),
      waitingNs: stretched(recording.waitingNs),
      idleNs: stretched(recording.idleNs),
      lostNs: stretched(recording.lostNs),
      requests: {
        ...requests,
        arrivedNs: stretched(requests.arrivedNs),
        firstTokenNs: stretched(requests.firstTokenNs),
        finishedNs: stretched(requests.finishedNs),
      },
      breakdown: { ...breakdown, ttftNs: stretched(breakdown.ttftNs), tpotNs: stretched(breakdown.tpotNs) },
    });
    const fast = summarize(recording);
    for (const [name, rate] of Object.entries(fast.throughput)) {
      const slower = slow.throughput[name as keyof typeof fast.throughput];
      if (rate === null) expect(slower).toBeNull();
      else if (rate === 0) expect(slower).toBe(0);
      else expect((slower! * k) / rate).toBeCloseTo(1, 12);
    }
    for (const phase of ["prefill", "decode"] as const) {
      if (fast.time[phase] === null) expect(slow.time[phase]).toBeNull();
      else
        for (const lane of ["compute", "network"] as const)
          expect(slow.time[phase]![lane]["idle"] ?? 0).toBeCloseTo(fast.time[phase]![lane]["idle"] ?? 0, 12);
    }
  },
);

test.prop([anyRecording])("the same recording gives the same bytes", (recording) => {
  expect(JSON.stringify(summarize(recording))).toBe(JSON.stringify(summarize(recording)));
});

test("a report is frozen all through", () => {
  const report = summarize(tiny);
  expect(() => Object.assign(report.balance.expert.prefill!.perLayer[0]!, { layer: 9 })).toThrow(TypeError);
  expect(() => report.warnings.push({ code: "late", message: "" })).toThrow(TypeError);
});

test("a number that is none stops the summary, where JSON would have hidden it", () => {
  expect(() => summarize({ ...tiny, memory: { ...tiny.memory, share: Number.NaN } })).toThrow(/memory/);
});

test("a run whose outputs are all one token has no TPOT and no decode", () => {
  const requests = { ...tiny.requests, finishedNs: tiny.requests.firstTokenNs, outputTokens: Int32Array.of(1, 1, 1, 1) };
  const report = summarize({ ...tiny, requests });
  expect(report.tpotSeconds).toBeNull();
  expect(report.breakdown.tpot).toBeNull();
  expect(report.throughput.decodeTokensPerSecond).toBeNull();
});

test("a run without requests has no latency, and zero tokens per second", () => {
  const none = new Float64Array(0);
  const requests = {
    arrivedNs: none,
    firstTokenNs: none,
    finishedNs: none,
    promptTokens: new Int32Array(0),
    outputTokens: new Int32Array(0),
    status: new Uint8Array(0),
  };
  const report = summarize({ ...tiny, requests });
  expect([report.ttftSeconds, report.tpotSeconds, report.e2eSeconds, report.breakdown.ttft]).toEqual([null, null, null, null]);
  expect(report.throughput.tokensPerSecond).toBe(0);
  expect(report.throughput.prefillTokensPerSecond).toBeNull();
});
