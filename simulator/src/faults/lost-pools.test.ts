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
    lastUsOf: rows.toSorted((a, b) => a.request - b.request).map(({ finishedNs }) => us(finishedNs)),
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

test("a cache that came to a GPU that is lost unseen goes to another once that is known, and nothing had been moved", () => {
  // lost at 1,200, its cache would go from 1,220.2 on, known at 1,300: 45 + 12.428 + 12.432
  const struck = timeline({ decodes: 2, faults: lost(1, 1200), health: RESTART });
  expect(struck).toMatchObject({ lastUs: 1369.86, requests: { migrated: 0, requeued: 1 } });
});

describe("a GPU that prefills is lost", () => {
  test("while a cache is on its way from it: all is computed again", () => {
    // known at 1,340, serves again at 1,540; 1,232.604 + 45.4 + 12.432
    const struck = timeline({ faults: lost(0, 1240), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 1220.2, knownUs: 1340, lastUs: 2830.436, gaps: 2, requests: { migrated: 1 }, recomputed: 100 });
  });

  test("and its place in the cache is free, where there is room for one", () => {
    const serving = { scheduler: { kind: "continuous" }, kv: { blocks: 7, blockTokens: 16 } };
    expect(timeline({ serving, faults: lost(0, 1240), health: RESTART }).lastUs).toBe(2830.436);
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

describe("caches are copied to the hosts", () => {
  const copied = { checkpoints: { every: 50 }, health: RESTART };

  test("an answer continues from the copy where it is decoded: only the tokens that are not copied are computed there", () => {
    // lost at 1,280 with 101 tokens, 100 of them copied; from host to host by 1,380 + 45, then tokens 101 and 102: 24 + 203 pairs of 4,000 FLOP
    const struck = timeline({ decodes: 2, faults: lost(1, 1280), ...copied });
    expect(struck).toMatchObject({ lastUs: 1449.812, requests: { migrated: 1 }, recomputed: 1, gaps: 2 });
    expect(struck.report.transfers!.count).toBe(1);
    expect(struck.recording.checkpoints!.restored).toEqual({ requests: 1, tokens: 100, ns: 45_000 });
    expect(struck.recording.checkpoints!.copiedTokens).toBe(100 + 100 + 100); // where the prompt was, and at either GPU that decodes
  });

  test("nothing is copied of what has just come: it is computed again where prompts are", () => {
    expect(timeline({ decodes: 2, faults: lost(1, 1270), ...copied })).toMatchObject({ lastUs: 2660.436, recomputed: 100 });
  });

  test("a copy on a node that is lost is lost, too", () => {
    const faults = [{ kind: "node-lost", at: "1280 us", nodes: [1] }];
    // by the canary at 1,480: 101 tokens and the third, as without copies
    const health = { ...RESTART, canary: { after: "100 us", timeout: "100 us" } };
    expect(timeline({ decodes: 2, faults, ...copied, health })).toMatchObject({ recomputed: 101, requests: { migrated: 1 } });
  });

  test("of a cache that waits to move the first chunk is copied: the prompt continues behind it", () => {
    // serves at 1,540, 50 tokens by 1,548, then 50: 600 + 3,775 pairs, the last: 12.428; moved in 45.4
    const serving = { scheduler: { kind: "continuous", tokenBudget: 50, maxSequences: 8 } };
    const struck = timeline({ serving, faults: lost(0, 1240), ...copied });
    expect(struck).toMatchObject({ firstUs: 1220.2, lastUs: 2233.36, recomputed: 50, requests: { migrated: 1 } });
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

describe("the first token is given out where tokens are decoded", () => {
  const serving = { scheduler: { kind: "continuous" }, firstToken: "decode" };
  test("a token that a prompt yields again is given out there, too, with its first step", () => {
    // first token at 1,265.2, when the step begins; the second with the step at 2,648.004
    const struck = timeline({ serving, faults: lost(1, 1270), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 1265.2, lastUs: 2660.436, gaps: 2, requests: { migrated: 1 } });
    expect(struck.report.itlSeconds!.max).toBeCloseTo((2648.004 - 1265.2) / 1e6, 12);
  });

  test("of one whose cache was lost before that nothing is out: it begins again", () => {
    // from 1,540: 1,220.2 + 45, then 12.428 + 12.432
    const struck = timeline({ serving, faults: lost(0, 1240), health: RESTART });
    expect(struck).toMatchObject({ firstUs: 2805.2, lastUs: 2830.06, gaps: 2, requests: { migrated: 1 } });
  });
});

describe("clients and routers try again", () => {
  const backoff = { first: "100 us", factor: 1, most: "100 us", jitter: "0 %" };
  test("the router, after a fault that takes a request where it decodes: from its prompt, at another GPU", () => {
    // taken at 1,370 and sent again at 1,470: 1,220.2 + 45 + 12.428 + 12.432
    const health = { ...RESTART, inFlight: "fail" };
    const struck = timeline({ decodes: 2, faults: lost(1, 1270), health, retries: { router: { limit: 1, ...backoff } } });
    expect(struck).toMatchObject({ status: "finished", firstUs: 2690.2, lastUs: 2760.06, requests: { failed: 1 } });
    expect(struck.recording.retries).toMatchObject({ attempts: 2, byRouter: 1, failed: 1, wastedPromptTokens: 100, wastedOutputTokens: 1 });
  });

  test("a client that gives up while the cache is on its way: the cache and its place are free", () => {
    // cancelled at 1,240 and sent again at 1,340; its second attempt ends at 1,340 + 1,240, while that cache is on its way
    const serving = { scheduler: { kind: "continuous" }, kv: { blocks: 7, blockTokens: 16 } }; // room for one
    const struck = timeline({ serving, retries: { client: { limit: 1, timeout: "1240 us", backoff } } });
    expect(struck.status).toBe("failed");
    expect(struck.recording.retries).toMatchObject({ attempts: 2, timedOut: 2, wastedPromptTokens: 200, wastedOutputTokens: 2 });
    expect(struck.recording.horizonNs).toBe(2580e3);
    expect(struck.report.transfers!.count).toBe(0);
  });
});

describe("several faults, or none that matters", () => {
  test("both pools lose a GPU at one instant: the prompt waits for the one, the cache for the other", () => {
    const struck = timeline({ faults: [...lost(0, 1270), ...lost(1, 1270)], health: RESTART });
    expect(struck.lastUs).toBe(2860.436); // 1,570 + 1,232.604 + 45.4 + 12.432
    expect(struck.report.faults!.events.map(({ requests }) => requests.migrated)).toEqual([0, 1]);
    const node = timeline({ faults: [{ kind: "gpu-lost", at: "1270 us", for: "50 us", ranks: [0, 1] }], health: RESTART });
    expect(node.lastUs).toBe(2860.436);
    expect(node.report.faults!.events[0]).toMatchObject({ ranksLost: 2, requests: { migrated: 1 } });
  });

  test("a fault while the replica restarts: it begins to restart again once that is known", () => {
    // known at 1,370, would serve at 3,370; struck again at 3,000, known at 3,100, serves at 5,100; a cache of 101 tokens waits since 2,602.604
    const health = { ...RESTART, onLoss: { kind: "restart", time: "2 ms" } };
    const struck = timeline({ faults: [...lost(1, 1270), ...lost(1, 3000)], health });
    expect(struck).toMatchObject({ resumedUs: 5100, lastUs: 5157.832 });
  });

  test("each pool has spares of its own", () => {
    const never = { for: undefined };
    const faults = [...lost(0, 1270, never), ...lost(1, 1270, never)];
    expect(timeline({ faults, health: RESTART, spares: { kind: "ranks", count: 1 } }).lastUs).toBe(2860.436);
    expect(timeline({ faults, health: RESTART }).status).toBe("unfinished");
  });

  test("and may have its own, and its own detectors and reactions", () => {
    const slow = { exit: "400 us", onLoss: { kind: "restart", time: "500 us" }, inFlight: "requeue" };
    const pools = [
      { role: "prefill", spares: { kind: "ranks", count: 1 } },
      { role: "decode", health: slow },
    ];
    // known at 1,670, a GPU is there since 1,320: its prompt is computed again from 1,670; decodes from 2,890.2 + 45, later than 2,170
    const struck = timeline({ pools, faults: lost(1, 1270), health: RESTART });
    expect(struck).toMatchObject({
      knownUs: 1670,
      resumedUs: 2170,
      firstUs: 2890.2,
      lastUs: 2960.06,
      requests: { requeued: 1, migrated: 0 },
    });
    const never = { for: undefined };
    expect(timeline({ pools, faults: lost(0, 1000, never), health: RESTART })).toMatchObject({ knownUs: 1100, resumedUs: 1300 });
    expect(timeline({ pools, faults: lost(1, 1000, never), health: RESTART })).toMatchObject({ knownUs: 1400, resumedUs: undefined });
    const both = pools.map((pool) => ({ ...pool, health: slow }));
    expect(timeline({ pools: both, faults: lost(0, 1000) }).knownUs).toBe(1400); // then the scenario needs none
    expect(() => timeline({ pools, faults: lost(0, 1000) })).toThrow(
      "health: nothing given; wanted what is done about faults, as health: vllm-stock, for the pool that has none of its own: prefill",
    );
  });

  test("the last GPU that decodes is known to be down: who comes is refused, who is there waits", () => {
    const workload = { kind: "open", requests: 2, rate: "1000 requests/s", arrivals: "constant", promptTokens: 100, outputTokens: 3 };
    const faults = lost(1, 1500, { for: "5 ms" });
    // the first comes at 1,000, and the GPU that decodes serves again at 6,500 + 200: 45 + 12.428 + 12.432; the second comes at 2,000
    const { report, lastUsOf } = timeline({ workload, faults, health: { ...RESTART, whileDown: "reject" } });
    expect(lastUsOf[0]).toBe(6769.86);
    expect(report.requests).toMatchObject({ finished: 1, rejected: 1 });
  });

  test("a fault after the last token strikes nothing", () => {
    const struck = timeline({ faults: lost(1, 5000), health: RESTART });
    expect(struck).toMatchObject({ lastUs: 1290.06, requests: { migrated: 0, failed: 0, requeued: 0 } });
    expect(struck.recording.horizonNs).toBe(1290060);
  });

  test("a cache that was to follow one that is broken off goes at once", () => {
    // both prompts in one pass: 2 · 20.2 + 1,200 + 400 + 800 = 2,440.4; GPU 1 is lost at 2,450, its cache goes to GPU 2 at 2,550
    const workload = { kind: "batch", sequences: 2, promptTokens: 100, outputTokens: 3 };
    const struck = timeline({ decodes: 2, workload, faults: lost(1, 2450, { for: "10 ms" }), health: RESTART });
    expect(struck.lastUsOf).toEqual([2619.86, 2519.86]); // 2,550 and 2,450 + 45 + 12.428 + 12.432
  });
});
