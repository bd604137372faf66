import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";
import { broughtScenario } from "./steady-scenario.contract.ts";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** A dense model on one GPU: kernels by the roofline alone. */
function scenario(workload: object, rest: object = {}, serving: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 4,
      hiddenSize: 256,
      attention: { heads: 8, kvHeads: 2, headSize: 32 },
      dense: { hiddenSize: 512 },
      vocabulary: 4000,
    },
    cluster: {
      gpu: { compute: "10 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    workload,
    serving: { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 8 }, ...serving },
    ...rest,
  });
}

const one = (lengths: object) => scenario({ kind: "closed", requests: 1, concurrency: 1, ...lengths });
const LONG = { promptTokens: 200, outputTokens: 5 };

describe("a request with cached tokens", () => {
  test("costs what it costs after so many tokens were prefilled, less that time", () => {
    const { spans, requests } = run(prepare(one(LONG)), { rows: true, spans: { fromNs: 0, toNs: 1e12 } });
    const endOf = (pass: number) => Math.max(...[...spans!.endNs].filter((_, i) => spans!.pass[i] === pass));
    for (const chunks of [1, 2, 3]) {
      const cached = run(prepare(one({ ...LONG, cachedTokens: 64 * chunks })), { rows: true }).requests;
      expect(cached.firstTokenNs[0]).toBe(requests.firstTokenNs[0]! - endOf(chunks - 1));
      expect(cached.finishedNs[0]).toBe(requests.finishedNs[0]! - endOf(chunks - 1));
    }
  });

  test("costs as much as one that finds so many in a prefix cache", () => {
    const shared = { promptTokens: 56, outputTokens: 5, prefix: { tokens: 144 } };
    const kv = { kv: { prefixCache: true, blockTokens: 16 } };
    const found = run(prepare(scenario({ kind: "closed", requests: 2, concurrency: 1, ...shared }, {}, kv)), { rows: true }).requests;
    const cached = run(prepare(one({ ...LONG, cachedTokens: 144 })), { rows: true }).requests;
    expect(cached.firstTokenNs[0]).toBe(found.firstTokenNs[1]! - found.arrivedNs[1]!);
    expect(cached.finishedNs[0]).toBe(found.finishedNs[1]! - found.arrivedNs[1]!);
  });

  test("has the last token of its prompt computed, however much is cached", () => {
    const all = simulate(one({ ...LONG, cachedTokens: 100_000 }));
    expect(all).toEqual({ ...simulate(one({ ...LONG, cachedTokens: 199 })), scenario: all.scenario });
    expect(all.kv?.broughtTokens).toBe(199);
  });

  test("holds blocks for them: a cache that is too small for its prompt has no room for it", () => {
    const small = scenario({ kind: "closed", requests: 1, concurrency: 1, ...LONG, cachedTokens: 190 }, {}, { kv: { blocks: 12 } });
    expect(simulate(small).requests).toMatchObject({ arrived: 1, rejected: 1 }); // 200 + 5 − 1 tokens take 13 blocks of 16
    const enough = simulate({ ...small, serving: { ...small.serving, kv: { ...small.serving.kv!, blocks: 13 } } });
    expect(enough.kv).toMatchObject({ blocks: 13, peakShare: 1, broughtTokens: 190 });
  });

  test("loses them when it is preempted, and computes all of its prompt", () => {
    const crowd = { kind: "batch", sequences: 4, promptTokens: 60, outputTokens: 60, cachedTokens: 59 };
    const { kv } = simulate(scenario(crowd, {}, { kv: { blocks: 20, admission: "chunk" } }));
    expect(kv!.preemptions).toBeGreaterThan(0);
    expect(kv!.recomputedTokens).toBeGreaterThan(59);
    expect(kv!.broughtTokens).toBe(4 * 59);
  });

  test("goes to the pool that decodes, past the one that prefills, and moves no cache", () => {
    const pools = [{ role: "prefill" }, { role: "decode" }];
    const mix = (cachedTokens?: number) =>
      simulate(
        scenario(
          { kind: "closed", requests: 4, concurrency: 1, ...LONG, ...(cachedTokens === undefined ? {} : { cachedTokens }) },
          { pools },
        ),
      );
    expect(mix(150).transfers!.count).toBe(0);
    expect(mix(150).pools!.map(({ computeShare }) => computeShare! > 0)).toEqual([false, true]);
    expect(mix().transfers!.count).toBe(4);
    expect(mix(150).ttftSeconds).toEqual(
      simulate(scenario({ kind: "closed", requests: 4, concurrency: 1, ...LONG, cachedTokens: 150 })).ttftSeconds,
    );
  });
});

test("a trace says of each row how much is cached; without the column nothing is", () => {
  const bytes = (text: string) => [new TextEncoder().encode(text)];
  const trace = scenario({ kind: "trace", path: "t.csv", format: "csv" });
  const rows = (text: string) => run(prepare(trace, { readPieces: () => bytes(text) }), { rows: true }).requests;
  const cached = rows("arrivedSeconds,promptTokens,outputTokens,cachedTokens\n0,200,5,128\n1,200,5,\n2,200,5,0\n");
  const own = (lengths: object) => run(prepare(one({ ...LONG, ...lengths })), { rows: true }).requests.firstTokenNs[0]!;
  expect([0, 1, 2].map((i) => cached.firstTokenNs[i]! - cached.arrivedNs[i]!)).toEqual([own({ cachedTokens: 128 }), own({}), own({})]);
  expect(() => rows("arrivedSeconds,promptTokens,outputTokens,cachedTokens\n0,200,5,many\n")).toThrow(/cachedTokens/);
});

test("executors see the same cached tokens, and tokens add up", () => {
  fc.assert(
    fc.property(broughtScenario, (given) => {
      expect(executorDifferences(given)).toEqual([]);
      const { requests, served } = run(prepare(given), { rows: true });
      const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
      expect(served!.arrived).toBe(served!.finished + served!.rejected);
      expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)));
    }),
    { numRuns: drawnCases(25), endOnFailure: true },
  );
});

test("what cachedTokens cannot stand beside is refused where it stands", () => {
  const problemsOf = (make: () => unknown) => {
    try {
      make();
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`);
      throw error;
    }
    return [];
  };
  const batch = scenario({ kind: "batch", sequences: 2, ...LONG, cachedTokens: 8 }, {}, { scheduler: "static" });
  expect(problemsOf(() => prepare(batch))).toEqual([
    expect.stringMatching(/^workload\.cachedTokens: cachedTokens beside scheduler: static/),
  ]);
  const closed = (more: object) => () => scenario({ kind: "closed", requests: 2, concurrency: 1, ...more });
  expect(problemsOf(closed({ ...LONG, cachedTokens: 8, prefix: { tokens: 9 } }))).toEqual([
    expect.stringMatching(/^workload\.cachedTokens: .*no cachedTokens beside prefix/),
  ]);
  expect(problemsOf(closed({ classes: [{ name: "a", ...LONG }], cachedTokens: 8 }))).toEqual([
    expect.stringMatching(/^workload\.cachedTokens: .*cachedTokens in the classes only/),
  ]);
  const sessions = { kind: "sessions", sessions: 2, rate: "1 requests/s", turns: 2, classes: [{ name: "a", ...LONG, cachedTokens: 8 }] };
  expect(problemsOf(() => scenario(sessions))).toEqual([
    expect.stringMatching(/^workload\.classes: .*no cachedTokens in classes of sessions/),
  ]);
});
