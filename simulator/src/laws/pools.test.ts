import { summarize } from "@tokenyard/report";
import { Problems, parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { inspect } from "../setup/inspect.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

interface Changes {
  readonly prefill?: object;
  readonly decode?: object;
  readonly workload?: object;
  readonly serving?: object;
}

/** A pool of each role on one card; 4 layers whose ranks cache 2 · 2 heads · 8 numbers · 2 bytes = 64 bytes a token and layer; fabric 1 GB/s and 1 ms. */
function apart({ prefill = {}, decode = {}, workload = {}, serving = {} }: Changes = {}) {
  return parseScenario({
    tokenyard: 1,
    name: "apart",
    model: { layers: 4, hiddenSize: 32, attention: { heads: 4, kvHeads: 2, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      gpusPerNode: 4,
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 ms" } },
    },
    pools: [
      { role: "prefill", ...prefill },
      { role: "decode", ...decode },
    ],
    workload: "kind" in workload ? workload : { kind: "batch", sequences: 1, promptTokens: 1000, outputTokens: 10, ...workload },
    serving: { scheduler: "continuous", ...serving },
  });
}

const transfersOf = (changes?: Changes) => simulate(apart(changes)).transfers!;

describe("a cache that moves from the pool that prefills to the one that decodes", () => {
  test("has the bytes of all its tokens and layers, and takes as long as they take on the fabric", () => {
    const { count, bytes, seconds } = transfersOf();
    expect(count).toBe(1);
    expect(bytes).toBe(1000 * 4 * 64); // 256,000
    expect(seconds?.max).toBe(0.001 + 256_000 / 1e9); // 1.256 ms
  });

  test("goes over the ports of all ranks that hold a part of it: half the time where both sides share the heads", () => {
    const halves = { parallelism: { tensor: 2 } };
    expect(transfersOf({ prefill: halves, decode: halves }).seconds?.max).toBe(0.001 + 128_000 / 1e9);
    expect(transfersOf({ prefill: halves }).seconds?.max).toBe(0.001 + 256_000 / 1e9); // one port receives it all
    expect(transfersOf({ decode: halves }).seconds?.max).toBe(0.001 + 256_000 / 1e9); // one port sends it all
  });

  test("is received by every rank that holds a copy of a head, and sent by each only in part", () => {
    const copies = { parallelism: { tensor: 4 } }; // 2 heads on 4 ranks
    const { bytes, seconds } = transfersOf({ prefill: copies, decode: copies });
    expect(bytes).toBe(2 * 256_000);
    expect(seconds?.max).toBe(0.001 + 128_000 / 1e9);
  });

  test("goes stage by stage where the layers lie on several", () => {
    const stages = { parallelism: { pipeline: 2 } };
    expect(transfersOf({ prefill: stages, decode: stages }).seconds?.max).toBe(0.001 + 128_000 / 1e9);
  });

  test("by layer, hides behind the prefill: what comes after the first token is at least the last layer", () => {
    const { seconds } = transfersOf({ serving: { kvTransfer: "by-layer" }, workload: { promptTokens: 8000 } });
    expect(seconds!.max).toBeLessThan(0.001 + 2_048_000 / 1e9);
    expect(seconds!.max).toBeGreaterThanOrEqual(0.001 + 512_000 / 1e9); // 8,000 · 64 bytes
  });

  test("waits for the one before it: a data group sends one after the other", () => {
    const { seconds, waitSeconds } = transfersOf({ workload: { sequences: 2, promptTokens: 100 } });
    expect(seconds!.mean).toBeCloseTo(0.001 + 25_600 / 1e9, 9);
    expect(waitSeconds!.max).toBeCloseTo(0.001 + 25_600 / 1e9, 9); // both prompts are computed in one pass
  });

  test("is part of the time between the first two tokens, and kept apart in it", () => {
    const { itlSeconds, breakdown } = simulate(apart({ workload: { outputTokens: 2 } }));
    expect(breakdown.tpot!["transfer"]).toBeCloseTo(0.001256, 9);
    expect(itlSeconds!.max).toBeGreaterThan(0.001256);
  });
});

test("a limit on those who wait is one on requests that come: none is refused whose prompt is computed, however many wait to decode", () => {
  const crowd = {
    workload: { kind: "open", requests: 40, rate: "20000 requests/s", promptTokens: 10, outputTokens: 400 },
  };
  const scheduler = { kind: "continuous", maxSequences: 2 };
  const { requests } = simulate(apart({ ...crowd, serving: { scheduler, mostWaiting: 4 } }));
  expect([requests.finished, requests.rejected]).toEqual([40, 0]);
});

describe("the first token of the pool that decodes", () => {
  const decode = { firstToken: "decode" };

  test("comes with its first step, so that TTFT has the move and TPOT has it no more, and the whole is as long", () => {
    const [early, late] = [{}, decode].map((serving) => simulate(apart({ serving })));
    const nine = 9; // gaps of ten tokens
    expect(late!.ttftSeconds!.mean! - early!.ttftSeconds!.mean!).toBeCloseTo(0.001256, 9);
    expect((early!.tpotSeconds!.mean! - late!.tpotSeconds!.mean!) * nine).toBeCloseTo(0.001256, 9);
    expect(late!.e2eSeconds).toEqual(early!.e2eSeconds);
    expect(late!.breakdown.ttft!["transfer"]).toBeCloseTo(0.001256, 9);
    expect(late!.breakdown.tpot!["transfer"]).toBeUndefined();
    expect(late!.itlSeconds!.max).toBeLessThan(0.001256);
  });

  test("is the only one of a request of one token where it was prefilled", () => {
    const [early, late] = [{}, decode].map((serving) => simulate(apart({ serving, workload: { outputTokens: 1 } })));
    expect(late!.ttftSeconds).toEqual(early!.ttftSeconds);
  });

  test("waits for room there, which is queue time of TTFT", () => {
    const crowd = { workload: { sequences: 6, promptTokens: 64, outputTokens: 40 }, serving: { kv: { blocks: 14, blockTokens: 16 } } };
    const [early, late] = [{}, decode].map((serving) => simulate(apart({ ...crowd, serving: { ...crowd.serving, ...serving } })));
    expect(late!.breakdown.ttft!["queue"]).toBeGreaterThan(early!.breakdown.ttft!["queue"]!);
    expect(late!.e2eSeconds).toEqual(early!.e2eSeconds);
    const spent = Object.values(late!.breakdown.ttft!).reduce((sum, each) => sum + each, 0);
    expect(spent).toBeCloseTo(late!.ttftSeconds!.mean!, 9);
  });

  test("is refused without pools", () => {
    const { pools: _, ...alone } = apart();
    expect(() => parseScenario({ ...alone, serving: { ...alone.serving, firstToken: "decode" } })).toThrow(Problems);
  });
});

test("a connector's set-up is part of each move, one after another", () => {
  const changed = (kvTransfer: unknown) => transfersOf({ serving: { kvTransfer }, workload: { sequences: 2, promptTokens: 100 } });
  const [plain, slow] = [changed("after-prefill"), changed({ kind: "after-prefill", setup: "5 ms" })];
  expect(slow!.seconds!.mean! - plain!.seconds!.mean!).toBeCloseTo(0.005, 9);
  expect(slow!.waitSeconds!.max - plain!.waitSeconds!.max).toBeCloseTo(0.005, 9); // of the second, behind the first
});

test("a request of one token ends where it was prefilled, and moves nothing", () => {
  const { requests, transfers, tokens } = simulate(apart({ workload: { sequences: 3, outputTokens: 1 } }));
  expect(requests.finished).toBe(3);
  expect(tokens.output).toBe(3);
  expect(transfers).toMatchObject({ count: 0, bytes: 0, seconds: null });
});

test("where the decode pool is full, caches wait in the prefill pool, which in the end prefills no more", () => {
  const crowd = { workload: { sequences: 6, promptTokens: 64, outputTokens: 40 }, serving: { kv: { blocks: 14, blockTokens: 16 } } };
  const { transfers, requests, ttftSeconds, horizonSeconds } = simulate(apart(crowd)); // a sequence needs 7 blocks in the end: two at once
  expect(requests.finished).toBe(6);
  expect(transfers!.waitSeconds!.max).toBeGreaterThan(0.002);
  expect(ttftSeconds!.max).toBeGreaterThan(horizonSeconds / 4); // the last of them could not start before others had gone
});

test("a request that the cache of the decode pool can never hold is rejected when it comes, and costs nothing", () => {
  const long = { workload: { promptTokens: 100, outputTokens: 200 }, serving: { kv: { blocks: 10, blockTokens: 16 } } };
  const { requests, horizonSeconds } = simulate(apart(long)); // 100 fit into 160 tokens, 299 do not
  expect(requests).toMatchObject({ arrived: 1, rejected: 1, finished: 0 });
  expect(horizonSeconds).toBe(0);
});

test("the two pools are the plan's GPUs, cost and memory together", () => {
  const gpu = { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", cost: "2 USD/h" };
  const dear = { ...gpu, memory: "2 GB", cost: "3 USD/h" };
  const report = simulate(apart({ prefill: { count: 3, gpu }, decode: { count: 2, gpu: dear, parallelism: { tensor: 2 } } }));
  expect(report.gpus).toBe(7);
  expect(report.plan).toMatchObject({ ranks: 7, nodes: 2 });
  expect(report.costUsdPerHour).toBe(3 * 2 + 4 * 3);
  expect(report.pools!.map(({ role, replicas, gpus }) => [role, replicas, gpus])).toEqual([
    ["prefill", 3, 3],
    ["decode", 2, 4],
  ]);
  expect(report.pools![1]!.memory.limit).toBe(1.8e9);
  const { plan, pools } = inspect(prepare(apart({ prefill: { count: 3 }, decode: { parallelism: { tensor: 2 } } })));
  expect(plan).toMatchObject({ ranks: 5, nodes: 2 });
  expect(pools!.map(({ plan: { ranks } }) => ranks)).toEqual([3, 2]);
});

test("each pool takes the power of its own GPUs; where that of one is not known, none is reported", () => {
  const gpu = { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", power: { idle: "50 W", peak: "50 W" } };
  const hot = { ...gpu, power: { idle: "200 W", peak: "200 W" } };
  const { horizonSeconds, energy } = simulate(apart({ prefill: { count: 3, gpu }, decode: { count: 2, gpu: hot } }));
  expect(energy!.joules).toBeCloseTo((3 * 50 + 2 * 200) * horizonSeconds, 9);
  expect(energy!.wattsPerGpu).toBeCloseTo(110, 9); // 550 W over 5
  expect(simulate(apart({ prefill: { gpu } })).energy).toBeNull();
});

test("ranks are numbered over both pools, each on nodes of its own: a window of ranks holds theirs and no others", () => {
  const EVERYTHING = { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER };
  const both = apart({ prefill: { count: 1, parallelism: { tensor: 2 } }, decode: { count: 3 }, workload: { sequences: 8 } });
  const { spans, ranks, nodeOfRank } = run(prepare(both), { spans: EVERYTHING });
  expect(ranks).toBe(5);
  expect([...nodeOfRank]).toEqual([0, 0, 1, 1, 1]); // 4 GPUs a node, and the decode pool begins one
  expect([...new Set(spans!.rank)].sort()).toEqual([0, 1, 2, 3, 4]);
  for (let rank = 0; rank < ranks; rank++) {
    const own = run(prepare(both), { spans: { ...EVERYTHING, ranks: [rank] } }).spans!;
    expect([...own.rank].every((each) => each === rank)).toBe(true);
    const rows = [...spans!.rank].flatMap((each, row) => (each === rank ? [row] : []));
    expect([...own.startNs]).toEqual(rows.map((row) => spans!.startNs[row]));
    expect([...own.cause]).toEqual(rows.map((row) => spans!.cause[row]));
  }
  expect(
    inspect(prepare(apart({ decode: { parallelism: { tensor: 2 } }, serving: { kv: { blocks: 100 } } }))).pools!.map(
      ({ memory }) => memory.rank,
    ),
  ).toEqual([0, 1]);
});

test("over generated loads: tokens are computed where they belong, and every cache moves once", () => {
  fc.assert(
    fc.property(
      loadedScenario.filter(({ pools }) => pools !== undefined),
      (scenario) => {
        const { served, transfers, requests, breakdown, pools } = run(prepare(scenario), { rows: true });
        const moves = [...requests.status.keys()].filter((r) => requests.status[r] === 1 && requests.outputTokens[r]! > 1);
        expect(transfers!.ns.count).toBe(moves.length);
        expect(served!.finished + served!.rejected).toBe(requests.status.length);
        expect(breakdown.keys).toContain("transfer");
        for (const { blocks, heldNs } of pools!)
          expect(heldNs).toBeLessThanOrEqual(blocks * requests.finishedNs.reduce((a, b) => Math.max(a, b || 0), 0));
      },
    ),
    { numRuns: drawnCases(16), endOnFailure: true },
  );
});

test("a slower fabric delays what comes after the first token, and never the first token, while nothing is full", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 2, max: 20 }), (promptTokens, outputTokens) => {
      const scenario = apart({ workload: { promptTokens, outputTokens } });
      const { network } = scenario.cluster;
      const slow = { ...scenario, cluster: { ...scenario.cluster, network: { ...network, fabric: { bandwidth: 1e8, latency: 0.01 } } } };
      const [fast, late] = [scenario, slow].map((each) => summarize(run(prepare(each))));
      expect(late!.ttftSeconds!.max).toBe(fast!.ttftSeconds!.max);
      expect(late!.e2eSeconds!.max!).toBeGreaterThan(fast!.e2eSeconds!.max!);
    }),
    { numRuns: drawnCases(12) },
  );
});

test("what is wrong in a pool is reported at that pool, and what both have in common once", () => {
  const problemsOf = (changes: Changes) => {
    try {
      prepare(apart(changes));
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path }) => path.join("."));
      throw error;
    }
    return [];
  };
  expect(problemsOf({ prefill: { parallelism: { tensor: 3 } }, decode: { parallelism: { tensor: 5 } } })).toEqual([
    "pools.0.parallelism.tensor",
    "pools.1.parallelism.tensor",
  ]);
  const small = { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 kB" };
  expect(problemsOf({ decode: { gpu: small } })).toEqual(["pools.1.gpu.memory"]);
});
