import { summarize } from "@tokenyard/report";
import { Problems, parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const MODEL = {
  layers: 2,
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 4, headSize: 8 },
  experts: { count: 3, topK: 1, hiddenSize: 64 },
};

// Two stages of three ranks on nodes of four: GPUs 0 to 3 are on node 0, GPUs 4 and 5 on node 1. Stage 0 exchanges within node 0, stage 1 (GPUs 3 to 5) over the fabric. GPU 0
// sends to 3 within the node, 1 to 4 and 2 to 5 over the fabric.
const reportOf = (more: object, executor?: "stages") => {
  const scenario = parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: MODEL,
    cluster: { gpu: "h100-sxm", gpusPerNode: 4, network: "hgx-h100-ndr" },
    parallelism: { pipeline: 2, expert: 3 },
    routing: { gate: "balanced" },
    workload: { kind: "open", requests: 12, rate: "20000 requests/s", promptTokens: 30, outputTokens: 8 },
    serving: { scheduler: "continuous" },
    health: { onLoss: { kind: "restart", time: "1 ms" }, inFlight: "migrate" },
    communication: { giveUp: "50 us", fallback: "local-experts" },
    ...more,
  });
  const recording = run(prepare(scenario), { rows: true, ...(executor === undefined ? {} : { executor }) });
  return { report: summarize(recording), recording };
};

const lost = (rank: number, more: object = {}) => ({
  faults: [{ kind: "link-lost", at: "300 us", for: "400 us", ranks: [rank] }],
  ...more,
});

test("a stage whose exchange alone needs a link falls back for itself; the other exchanges as ever", () => {
  const { report, recording } = reportOf(lost(3));
  const [event] = report.faults!.events;
  expect(event!.links).toMatchObject({ struck: 1, stops: 1, gaveUp: 1 });
  expect(event!.links!.localSeconds).toBeGreaterThan(0);
  expect(event!.requests).toEqual({ failed: 0, requeued: 0, migrated: 0 });
  const perLayer = recording.routing.map(({ maskedPerLayer }) => [...maskedPerLayer!]);
  expect(perLayer.map(([first]) => first)).toEqual([0, 0]); // layer 0 is on stage 0
  const masked = perLayer.reduce((sum, [, second]) => sum + second!, 0);
  expect(masked).toBe(event!.degradedTokens);
  expect(masked).toBeGreaterThan(0);
  expect(report.requests.finished).toBe(12);
  expect(reportOf(lost(3), "stages").report.faults).toEqual(report.faults);
});

test("a link that a send needs has no local experts: its error is reported, as with fail, or the process hangs, as with none", () => {
  for (const [sends, fallback] of [
    [undefined, "fail"],
    ["fail", "fail"],
    ["none", "none"],
  ] as const) {
    for (const rank of [1, 4]) {
      const local = reportOf(lost(rank, { communication: { giveUp: "50 us", fallback: "local-experts", sends } })).report;
      const plain = reportOf(lost(rank, { communication: { giveUp: "50 us", fallback } })).report;
      expect(local.faults!.events).toEqual(plain.faults!.events);
      expect(local.ttftSeconds).toEqual(plain.ttftSeconds);
    }
  }
});

test("or it waits until the link is up, and no request is lost", () => {
  const communication = { giveUp: "50 us", fallback: "local-experts", sends: "wait" };
  const { report } = reportOf(lost(4, { communication }));
  const [event] = report.faults!.events;
  expect(event!.outageSeconds).toBeCloseTo(400e-6, 12);
  expect(event!.links).toMatchObject({ retries: 0, gaveUp: 0, localSeconds: 0 });
  expect(event!.degradedTokens).toBe(0);
  expect(report.requests.finished).toBe(12);
  const forever = { faults: [{ kind: "link-lost", at: "300 us", ranks: [4] }], communication };
  expect(reportOf(forever).report.faults!.events[0]).toMatchObject({ endless: true, outageSeconds: null });
});

test("while a stage is local, a link that a send needs is lost: that still stops the replica", () => {
  const { report } = reportOf({
    faults: [
      { kind: "link-lost", at: "300 us", for: "600 us", ranks: [3] },
      { kind: "link-lost", at: "500 us", for: "200 us", ranks: [1] },
    ],
    communication: { giveUp: "50 us", fallback: "local-experts", sends: "wait" },
  });
  const [exchange, send] = report.faults!.events;
  expect(exchange!.links!.localSeconds).toBeGreaterThan(0);
  expect(send!.outageSeconds).toBeCloseTo(200e-6, 12);
  expect(report.requests.finished).toBe(12);
});

test("`sends` without local experts, or a plan without stages, is refused", () => {
  const problems = (more: object) => {
    try {
      reportOf(lost(3, more));
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path }) => path.join("."));
      throw error;
    }
    return [];
  };
  expect(problems({ communication: { fallback: "fail", sends: "wait" } })).toEqual(["communication.sends"]);
  expect(
    problems({
      parallelism: { expert: 8 },
      model: { ...MODEL, experts: { ...MODEL.experts, count: 8 } },
      communication: { fallback: "local-experts", sends: "wait" },
    }),
  ).toEqual(["communication.sends"]);
});
