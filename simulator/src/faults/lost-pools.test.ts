import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import type { RequestRow } from "../logs/requests/request-rows.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// GPU 0 prefills, GPU 1 decodes (and GPU 2, where there are two). One layer, 1 TFLOPS, 1 TB/s, fabric 5 us and 10 GB/s, 4,000 bytes of cache a token, as scenarios/dead-rank has it. In us:
// a prompt of 100 tokens takes 600 + 20.2 + 200 + 2 · 200 = 1,220.2, one of 101 takes 606 + 20.604 + 202 + 2 · 202 = 1,232.604;
// caches of 100 and of 101 tokens move in 5 + 40 = 45 and in 5 + 40.4 = 45.4; the second token takes 12.428, the third 12.432.
// Without a fault: first token at 1,220.2, cache moved at 1,265.2, tokens at 1,277.628 and 1,290.060.
const PLAN = {
  tokenyard: 1,
  model: { layers: 1, hiddenSize: 1000, attention: { heads: 10, kvHeads: 10, headSize: 100 }, dense: { hiddenSize: 1000, matrices: 2 } },
  cluster: {
    gpu: {
      compute: "1 TFLOPS",
      computeEfficiency: "100 %",
      bandwidth: "1 TB/s",
      bandwidthEfficiency: "100 %",
      memory: "1 GB",
      memoryShare: "90 %",
      launch: "0 us",
    },
    gpusPerNode: 1,
    network: {
      kind: "two-tier",
      node: { bandwidth: "100 GB/s", latency: "1 us" },
      fabric: { bandwidth: "10 GB/s", latency: "5 us" },
    },
  },
  workload: { kind: "batch", sequences: 1, promptTokens: 100, outputTokens: 3 },
  serving: { scheduler: { kind: "continuous" } },
};
const RESTART = { exit: "100 us", onLoss: { kind: "restart", time: "200 us" }, inFlight: "migrate" };

/** Instants in microseconds, and what the first fault has cost. */
function timeline({ decodes = 1, ...more }: { decodes?: number } & Record<string, unknown>) {
  const pools = [{ role: "prefill" }, { role: "decode", count: decodes }];
  const scenario = parseScenario({ ...PLAN, pools, ...more });
  const rows: RequestRow[] = [];
  const recording = run(prepare(scenario), { rows: true, onRequest: (row) => rows.push({ ...row }) });
  const report = summarize(recording);
  const event = report.faults?.events[0];
  const us = (ns: number) => Math.round(ns) / 1e3;
  return {
    firstUs: us(rows[0]!.firstTokenNs),
    lastUs: us(rows[0]!.finishedNs),
    status: rows[0]!.status,
    knownUs: event?.detectedAtSeconds == null ? undefined : us(event.detectedAtSeconds * 1e9),
    resumedUs: event?.resumedAtSeconds == null ? undefined : us(event.resumedAtSeconds * 1e9),
    requests: event?.requests,
    recomputed: event?.tokensRecomputed,
    gaps: recording.served!.itlNs!.count,
    report,
    recording,
  };
}

const lost = (rank: number, us: number, more: object = {}) => [{ kind: "gpu-lost", at: `${us} us`, for: "50 us", ranks: [rank], ...more }];

test("without a fault", () => {
  expect(timeline({})).toMatchObject({ firstUs: 1220.2, lastUs: 1290.06, gaps: 2 });
});

describe("a decoding GPU is lost", () => {
  test("with a cache on it: prompt and output so far are computed where prompts are, which yields the next token", () => {
    // lost at 1,270 during the second token, known at 1,370; 101 tokens by 2,602.604, moved by 2,648.004, third token 12.432 later
    const struck = timeline({ faults: lost(1, 1270), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 1220.2, knownUs: 1370, resumedUs: 1570, lastUs: 2660.436, gaps: 2 });
    expect(struck).toMatchObject({ requests: { migrated: 1, requeued: 0, failed: 0 }, recomputed: 100 });
    const { downNs, lostNs } = struck.recording;
    const ofRank = (ns: ArrayLike<number>, rank: number) =>
      Array.from(ns)
        .slice(4 * rank, 4 * rank + 4)
        .reduce((sum, each) => sum + each, 0);
    expect([ofRank(downNs!, 0), ofRank(downNs!, 1)]).toEqual([0, 2 * 300e3]); // 1,270 to 1,570, both lanes
    expect([ofRank(lostNs, 0), ofRank(lostNs, 1)]).toEqual([0, 4800]); // 1,265.2 to 1,270
  });

  test("and begins again from its prompt where its output is thrown away", () => {
    // at 1,370: 1,220.2 + 45 + 12.428 + 12.432
    const struck = timeline({ faults: lost(1, 1270), health: { ...RESTART, inFlight: "requeue" } });
    expect(struck).toMatchObject({ firstUs: 2590.2, lastUs: 2660.06, requests: { migrated: 0, requeued: 1 }, recomputed: 100 });
  });

  test("or fails", () => {
    expect(timeline({ faults: lost(1, 1270), health: { ...RESTART, inFlight: "fail" } })).toMatchObject({
      status: "failed",
      requests: { failed: 1 },
      recomputed: 0,
    });
  });

  test("while its cache is on its way: the cache is still where its prompt was computed, and goes again", () => {
    // moving since 1,220.2, broken off at 1,240; the GPU serves again at 1,540: 45 + 12.428 + 12.432
    const struck = timeline({ faults: lost(1, 1240), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 1220.2, resumedUs: 1540, lastUs: 1609.86, requests: { migrated: 1 }, recomputed: 0 });
    expect(struck.report.transfers).toMatchObject({ count: 1, bytes: 400_000 });
  });

  test("or goes to another, where there is one, as soon as the loss is known", () => {
    const struck = timeline({ decodes: 2, faults: lost(1, 1240), health: RESTART });
    expect(struck).toMatchObject({ lastUs: 1409.86, requests: { migrated: 1 }, recomputed: 0 }); // 1,340 + 45 + 12.428 + 12.432
  });
});

describe("a GPU that prefills is lost", () => {
  test("while a cache is on its way from it: all is computed again", () => {
    // known at 1,340, serves again at 1,540; 1,232.604 + 45.4 + 12.432
    const struck = timeline({ faults: lost(0, 1240), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 1220.2, knownUs: 1340, lastUs: 2830.436, gaps: 2, requests: { migrated: 1 }, recomputed: 100 });
  });

  test("once it has gone: nothing happens to its request", () => {
    expect(timeline({ faults: lost(0, 1270), health: RESTART })).toMatchObject({ lastUs: 1290.06, requests: { migrated: 0 } });
  });

  test("in its prompt: it begins the prompt again, as without pools", () => {
    // known at 1,100, back at 1,050, serves at 1,300
    const struck = timeline({ faults: lost(0, 1000), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 2520.2, lastUs: 2590.06, recomputed: 0 });
  });
});

describe("a process hangs, unseen", () => {
  const hang = (rank: number) => [{ kind: "process-hang", at: "1240 us", for: "100 us", ranks: [rank] }];
  test("a cache on its way from or to it goes again when the hang ends", () => {
    // 1,340 + 45 + 12.428 + 12.432
    for (const rank of [0, 1]) expect(timeline({ faults: hang(rank), health: { onLoss: "hang" } })).toMatchObject({ lastUs: 1409.86 });
  });
});

describe("a link is lost while a cache crosses it", () => {
  const link = (rank: number, us?: number) => [
    { kind: "link-lost", at: "1240 us", ranks: [rank], ...(us === undefined ? {} : { for: `${us} us` }) },
  ];
  test("for so short a time that it waits", () => {
    for (const rank of [0, 1])
      expect(timeline({ faults: link(rank, 10), communication: { giveUp: "1 ms", fallback: "fail" }, health: RESTART })).toMatchObject({
        lastUs: 1300.06,
        requests: { failed: 0, requeued: 0, migrated: 0 },
      });
  });

  test("for longer than it waits: its error is reported at once, and a restart waits for the link", () => {
    // error at 1,240 + 20, link up at 1,440, 200 later it serves: at the decoding end the cache goes again, at the other the prompt is computed again first
    const communication = { giveUp: "20 us", fallback: "fail" };
    const struck = (rank: number) => timeline({ faults: link(rank, 200), communication, health: RESTART });
    expect(struck(1)).toMatchObject({ knownUs: 1260, resumedUs: 1640, lastUs: 1709.86 });
    expect(struck(0)).toMatchObject({ knownUs: 1260, resumedUs: 1640, lastUs: 2930.436 });
  });
});
