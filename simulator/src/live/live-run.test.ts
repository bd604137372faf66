import type { Sample } from "@tokenyard/metrics";
import { Streams } from "@tokenyard/random";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { type ArrivingRequest, createRequestSource, type RequestSource } from "@tokenyard/serving";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cachedScenario } from "../laws/cached-scenario.contract.ts";
import { struckAndRetried } from "../laws/retried-scenario.contract.ts";
import { struckAndCached, struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { parsedOnce } from "../parsed-once.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { LiveRun } from "./live-run.ts";

type Row = Readonly<Record<string, unknown>>;
interface Token {
  readonly first: number;
  readonly count: number;
  readonly atNs: number;
}

/** Notes what is taken from `source`. */
function noted(source: RequestSource, arrivals: ArrivingRequest[]): RequestSource {
  return {
    total: undefined,
    get nextNs() {
      return source.nextNs;
    },
    take(out) {
      source.take(out);
      arrivals.push({ ...out });
    },
    finished: (number, nowNs) => source.finished(number, nowNs),
  };
}

/** What `scenario` does by itself: its requests in the order in which they leave, and how they came. */
function ordinary(scenario: Scenario) {
  const arrivals: ArrivingRequest[] = [];
  const rows: Row[] = [];
  const source = noted(createRequestSource(scenario.workload, new Streams(scenario.seed)), arrivals);
  const recording = run(prepare(scenario, { source }), { onRequest: (row) => rows.push({ ...row }) });
  return { arrivals, rows, served: recording.served! };
}

/** The same with `arrivals` from outside, advanced to each of `stops` in turn and then to the end. */
function live(scenario: Scenario, arrivals: readonly ArrivingRequest[], stops: readonly number[]) {
  const rows: Row[] = [];
  const tokens: Token[][] = arrivals.map(() => []);
  const endings: string[] = [];
  const liveRun: LiveRun = new LiveRun(
    scenario,
    {
      tokens(request, first, count, atNs) {
        expect(atNs).toBeGreaterThan(liveRun.nowNs); // it is reported by the advance that comes to it
        tokens[request]!.push({ first, count, atNs });
      },
      ended(request, ending) {
        endings[request] = ending;
      },
    },
    { onRequest: (row) => rows.push({ ...row }) },
  );
  let next = 0;
  for (const stopNs of [...stops, Number.POSITIVE_INFINITY]) {
    for (; next < arrivals.length && arrivals[next]!.arrivedNs <= stopNs; next++) liveRun.arrive(arrivals[next]!);
    if (stopNs === Number.POSITIVE_INFINITY) break;
    liveRun.advanceTo(stopNs);
    expect(liveRun.nextNs).toBeGreaterThan(stopNs);
  }
  const recording = liveRun.finish();
  return { rows, tokens, endings, served: recording.served! };
}

/** Instants to stop at: some that are drawn, and some just before an arrival. */
function stopsOf(arrivals: readonly ArrivingRequest[], shares: readonly number[], lastNs: number): number[] {
  const drawn = shares.map((share) => Math.floor(share * lastNs * 1.2));
  const before = arrivals.filter((_, i) => i % 3 === 0).map(({ arrivedNs }) => arrivedNs - 1);
  return [...new Set([...drawn, ...before])].filter((ns) => ns >= 0).sort((a, b) => a - b);
}

function expectAlike(scenario: Scenario, shares: readonly number[]): { readonly tokens: number; readonly failed: number } {
  const { arrivals, rows, served } = ordinary(scenario);
  const lastNs = Math.max(0, ...rows.flatMap(({ finishedNs }) => (Number.isNaN(finishedNs) ? [] : [finishedNs as number])));
  const fed = live(scenario, arrivals, stopsOf(arrivals, shares, lastNs));
  expect(fed.rows).toEqual(rows);
  expect(fed.served.itlNs).toEqual(served.itlNs);
  let count = 0;
  for (const row of rows) {
    const tokens = fed.tokens[row["request"] as number]!;
    const out = tokens.reduce((sum, each) => sum + each.count, 0);
    count += out;
    for (const [i, each] of tokens.entries()) {
      expect(each.first).toBe(i === 0 ? 0 : tokens[i - 1]!.first + tokens[i - 1]!.count);
      if (i > 0) expect(each.atNs).toBeGreaterThanOrEqual(tokens[i - 1]!.atNs);
    }
    const ending = row["status"] === "unfinished" ? undefined : row["status"];
    expect(fed.endings[row["request"] as number]).toBe(ending);
    if (row["status"] !== "finished") continue;
    expect(out).toBe(row["outputTokens"]);
    expect(tokens.at(-1)!.atNs).toBe(row["finishedNs"]);
    if (row["attempts"] === 1) expect(tokens[0]!.atNs).toBeLessThanOrEqual(row["firstTokenNs"] as number); // the first of one that began again
  }
  return { tokens: count, failed: rows.filter(({ status }) => status === "failed").length };
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
const law = (scenarios: fc.Arbitrary<Scenario>, numRuns: number) => {
  const all = { tokens: 0, failed: 0 };
  fc.assert(
    fc.property(scenarios, shares, (scenario, at) => {
      const { tokens, failed } = expectAlike(scenario, at);
      all.tokens += tokens;
      all.failed += failed;
    }),
    { numRuns: drawnCases(numRuns), endOnFailure: true },
  );
  return all;
};
const arriving = (scenarios: fc.Arbitrary<Scenario>) => scenarios.filter(({ workload }) => workload.kind !== "batch");

test("a live run that is fed a load's arrivals has its request records, whatever the instants at which it is advanced", () => {
  expect(law(loadedScenario, 20).tokens).toBeGreaterThan(0);
});

test("and so it is with prefix caches, and with faults", () => {
  law(cachedScenario, 8);
  law(struckScenario, 12);
});

test("and with faults under prefix caches, and clients that try again", { tags: ["long"] }, () => {
  expect(law(loadedScenario, 300).tokens).toBeGreaterThan(0);
  law(cachedScenario, 100);
  law(struckAndCached, 100);
  expect(law(arriving(struckScenario), 100).failed).toBeGreaterThan(0);
  law(struckAndRetried, 100);
});

const small = (some: object = {}) =>
  parsedOnce({
    tokenyard: 1,
    name: "small",
    seed: 3,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    workload: { kind: "open", requests: 1, rate: "1 requests/s", promptTokens: 8, outputTokens: 4 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 4 }, kv: { blocks: 100 } },
    ...some,
  });

/** A run of `small` with what it has reported so far. */
function heard(scenario: Scenario) {
  const heard: (readonly [request: number, what: string | number, atNs: number])[] = [];
  const liveRun = new LiveRun(scenario, {
    tokens: (request, first, _count, atNs) => heard.push([request, first, atNs]),
    ended: (request, ending, atNs) => heard.push([request, ending, atNs]),
  });
  return { liveRun, heard };
}

test.each([
  ["", {}],
  [", of a decode pool too", { pools: [{ role: "prefill" }, { role: "decode" }] }],
])("a request whose client goes away has no more tokens after the pass under way, and those beside it are served on%s", (_, some) => {
  const { liveRun, heard: all } = heard(small(some));
  liveRun.arrive({ arrivedNs: 1000, promptTokens: 8, outputTokens: 1000 });
  liveRun.arrive({ arrivedNs: 1000, promptTokens: 8, outputTokens: 6 });
  while (all.filter(([request]) => request === 0).length < 3) liveRun.advanceTo(liveRun.nextNs);
  expect(liveRun.leave(0, liveRun.nowNs + 1)).toBe(true);
  liveRun.finish();
  const own = all.filter(([request]) => request === 0);
  expect(own.map(([, what]) => what)).toEqual([0, 1, 2, 3, "failed"]); // token 3 is of the pass that was under way
  expect(own[4]![2]).toBe(own[3]![2]);
  expect(all.filter(([request]) => request === 1).map(([, what]) => what)).toEqual([0, 1, 2, 3, 4, 5, "finished"]);
  expect(liveRun.leave(0, liveRun.nowNs + 1)).toBe(false);
});

test("a request that comes later than a fault meets what is left, though nothing was in the house meanwhile", () => {
  const health = { exit: "1 s", onLoss: { kind: "restart", time: "10 s" }, whileDown: "reject" };
  const { liveRun, heard: all } = heard(small({ faults: [{ kind: "gpu-lost", ranks: [0], at: "1 s", for: "2 s" }], health }));
  liveRun.advanceTo(5e9);
  liveRun.arrive({ arrivedNs: 6e9, promptTokens: 8, outputTokens: 2 });
  liveRun.advanceTo(7e9);
  expect(all.map(([request, what]) => [request, what])).toEqual([[0, "rejected"]]);
  liveRun.arrive({ arrivedNs: 20e9, promptTokens: 8, outputTokens: 2 });
  liveRun.advanceTo(21e9);
  expect(all.slice(1).map(([request, what]) => [request, what])).toEqual([
    [1, 0],
    [1, 1],
    [1, "finished"],
  ]);
});

test("what is in the past cannot happen any more", () => {
  const { liveRun } = heard(small());
  liveRun.advanceTo(10);
  expect(() => liveRun.arrive({ arrivedNs: 10, promptTokens: 1, outputTokens: 1 })).toThrow("10 ns is not later than 10 ns");
});

test("a plan whose requests are known before it runs is refused, with all that is wrong", () => {
  const batch = { kind: "batch", sequences: 4, promptTokens: 8, outputTokens: 4 };
  const dealt = small({ workload: batch, serving: { scheduler: { kind: "static", microBatches: 1 } } });
  expect(() => new LiveRun(dealt, { tokens() {}, ended() {} })).toThrow(
    "serving.scheduler.kind: static, which deals a batch out before it runs given; wanted continuous",
  );
  const decode = { kind: "steady-decode", sequences: 4, context: 100, outputTokens: 50, measure: 10 };
  expect(() => new LiveRun(small({ workload: decode }), { tokens() {}, ended() {} })).toThrow(Problems);
});

test("something happens next while nothing is in the house: the next fault", () => {
  const { liveRun } = heard(
    small({ faults: [{ kind: "gpu-lost", ranks: [0], at: "1 s" }], health: { exit: "1 s", onLoss: { kind: "restart", time: "10 s" } } }),
  );
  liveRun.advanceTo(0);
  expect(liveRun.nextNs).toBe(1e9);
  expect(liveRun.isServing).toBe(true);
  liveRun.advanceTo(1e9);
  expect(liveRun.isServing).toBe(true); // it is not known yet
  liveRun.advanceTo(2e9);
  expect(liveRun.isServing).toBe(false);
});

test("with a replica that others chose, all requests are served by it, as they would be by a plan that has no other", () => {
  const three = small({ parallelism: { data: 3 } });
  const rows: object[] = [];
  const liveRun = new LiveRun(three, { tokens() {}, ended() {} }, { replica: 2, onRequest: (row) => rows.push({ ...row }) });
  const alone: object[] = [];
  const one = new LiveRun(small(), { tokens() {}, ended() {} }, { onRequest: (row) => alone.push({ ...row }) });
  for (const each of [liveRun, one]) {
    for (let i = 1; i <= 5; i++) each.arrive({ arrivedNs: i * 1000, promptTokens: 8, outputTokens: 6 });
    each.finish();
  }
  expect(rows).toHaveLength(5);
  expect(rows).toEqual(alone.map((row) => ({ ...row, replica: 2 })));
  expect(() => new LiveRun(three, { tokens() {}, ended() {} }, { replica: 3 })).toThrow(
    "replica: 3 given; wanted one of the plan's replicas, 0 to 2",
  );
});

test("an advance in few events at a time comes to the same, and says when it is there", () => {
  const times = (maxEvents: number) => {
    const { liveRun, heard: all } = heard(small());
    for (let i = 1; i <= 3; i++) liveRun.arrive({ arrivedNs: i * 1000, promptTokens: 8, outputTokens: 6 });
    let calls = 1;
    while (!liveRun.advanceTo(1e9, maxEvents)) calls++;
    return { all, calls };
  };
  expect(times(1).all).toEqual(times(1e6).all);
  expect(times(1e6).calls).toBe(1);
  expect(times(1).calls).toBeGreaterThan(5);
});

test("samples are taken as time goes by, of the families that are wanted alone", () => {
  const seen: string[][] = [];
  const take = (_: number, sample: Sample) => seen.push(sample.all().map(({ family }) => family.key));
  const samples = { everyMs: 100, sinks: [{ take }], families: ["running", "faults"] as const };
  const liveRun = new LiveRun(small(), { tokens() {}, ended() {} }, { samples });
  liveRun.advanceTo(450e6);
  expect(seen).toHaveLength(5); // at 0, 100, … 400 ms
  expect(seen[4]!.toSorted()).toEqual(["faults", "running"]);
});
