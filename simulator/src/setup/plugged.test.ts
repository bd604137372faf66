import { type Plugin, PluginFault, Registry } from "@tokenyard/plugins";
import { summarize } from "@tokenyard/report";
import { hashOf, Problems, parseScenario, resolvedOf, type Scenario, targetsOf } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../simulate.ts";
import { prepare } from "./prepare.ts";

const TREE = {
  tokenyard: 1,
  engine: "ideal",
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 4, kvHeads: 4, headSize: 16 },
    experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "16 GB" },
    network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "100 GB/s", latency: "1 us" } },
  },
  parallelism: { expert: 2, data: 2 },
  workload: { kind: "open", rate: "2000 requests/s", requests: 20, promptTokens: 10, outputTokens: 2 },
  serving: { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 4 } },
};

/** Chosen places and those that hold requests, as a balancer of the tests heard of them. */
const heard: string[] = [];

const plugin: Plugin = {
  name: "mine",
  version: "1.2",
  register(registry) {
    const { z } = registry;
    registry.balancer("fixed", {
      settings: z.strictObject({ place: z.number().default(0) }),
      create: ({ place }) => ({
        choose: ({ promptTokens }) => (promptTokens === 10 ? place : Number.NaN),
        joined: (at, { slot }) => heard.push(`+${slot} ${at}`),
        left: (at, { slot }) => heard.push(`-${slot} ${at}`),
      }),
    });
    registry.balancer("deaf", { create: () => ({ choose: () => 0, joined: 5 as never }) });
    registry.kernels("constant", {
      settings: z.strictObject({ seconds: z.number().or(z.literal("none")) }),
      create: ({ seconds }) => ({ seconds: () => (seconds === "none" ? Number.NaN : seconds) }),
    });
    registry.network("priced", {
      settings: z.strictObject({ factor: z.number().default(1), seconds: z.number().or(z.literal("none")).optional() }),
      standIn: () => TREE.cluster.network,
      create: ({ factor, seconds: fixed }) => {
        const priced = (seconds: number) => (fixed === undefined ? factor * seconds : fixed === "none" ? Number.NaN : fixed);
        return {
          sendSeconds: (_bytes, _from, _to, seconds) => priced(seconds),
          collectiveSeconds(kind, bytes, ranks, seconds) {
            heard.push(`${kind} ${bytes} ${Array.from(ranks).join()}`);
            return priced(seconds);
          },
          exchangeSeconds({ rank, nodeBytes, fabricBytes, nodePeers }, seconds) {
            heard.push(`exchange ${rank} ${nodeBytes} ${fabricBytes} ${nodePeers}`);
            return priced(seconds);
          },
        };
      },
    });
    registry.network("preset", { standIn: () => ({ preset: "hgx-h100-ndr" }), create: () => ({}) });
    registry.gate("to", {
      settings: z.strictObject({ experts: z.array(z.int()), thrice: z.boolean().default(false) }),
      create: ({ experts, thrice }) => ({
        draws: true,
        route(_layer, tokens, _stream, out) {
          out.fill(0);
          for (let source = 0; source < tokens.length; source++)
            for (const e of experts) out[source * 4 + e] = tokens[source]! * (thrice ? 3 : 1);
        },
      }),
    });
    registry.overflow("drop-all", {
      create: () => ({
        limits: true,
        reroutes: false,
        masks: false,
        cut({ copies, experts, from, end }, _capacity, _stream, fates) {
          for (let i = from * experts; i < end * experts; i++) {
            fates.dropped += copies[i]!;
            copies[i] = 0;
          }
        },
      }),
    });
    registry.placement("held", {
      settings: z.strictObject({ ranks: z.array(z.array(z.int())) }),
      create: ({ ranks }) => ({ place: () => ranks }),
    });
    registry.rebalance("to", {
      settings: z.strictObject({ held: z.array(z.array(z.int())).optional() }),
      standIn: () => ({ kind: "eplb", every: 1, window: 1, move: "sync" }),
      create: ({ held }) => ({
        rebalanced({ layer, loads, held: before }) {
          heard.push(`layer ${layer} loads ${Array.from(loads).join(" ")} held ${JSON.stringify(before)}`);
          return held;
        },
      }),
    });
    registry.expertCache("replaces", {
      settings: z.strictObject({ number: z.int().optional() }),
      standIn: () => ({ kind: "lru", perLayer: 1 }),
      create: ({ number }, { layer, stage, rank, experts, room }) => {
        heard.push(`layer ${layer} stage ${stage} rank ${rank} of ${experts}, ${room}`);
        return { evicted: (kept) => (number === undefined ? undefined : (kept[number] ?? 99)) };
      },
    });
    registry.workload("listed", {
      settings: z.strictObject({ at: z.array(z.number()), output: z.number().default(2) }),
      standIn: () => TREE.workload,
      *create({ at, output }) {
        for (const atSeconds of at) yield { atSeconds, promptTokens: 10, outputTokens: output };
      },
    });
    registry.scheduler("no-more-than", {
      settings: z.strictObject({ requests: z.int() }),
      standIn: () => TREE.serving.scheduler,
      create({ requests }, _context, builtIn) {
        let taken = 0;
        return builtIn((inner) => ({
          next: (replica, nowNs, observer) => (taken++ < requests ? inner.next(replica, nowNs, observer) : undefined),
        }));
      },
    });
    registry.admission("first", {
      settings: z.strictObject({ most: z.int().or(z.string()) }),
      create: ({ most }) => ({
        admits: ({ slot, promptTokens, outputTokens }, nowSeconds, inside) => {
          heard.push(`${slot} ${promptTokens} ${outputTokens} ${nowSeconds >= 0}`);
          return typeof most === "string" ? (most as never) : inside < most;
        },
        left: ({ status }) => heard.push(status),
      }),
    });
    registry.metric("counts", {
      settings: z.strictObject({ gives: z.string().default("statuses") }),
      create({ gives }) {
        const statuses: Record<string, number> = {};
        return {
          left({ status, arrivedNs, finishedNs, promptTokens, outputTokens }) {
            if (gives === "throws") throw new RangeError("no request");
            if (promptTokens !== 10 || outputTokens !== 2 || !(finishedNs > arrivedNs)) throw new Error("not as it was");
            statuses[status] = (statuses[status] ?? 0) + 1;
          },
          numbers: (seconds) =>
            gives === "statuses"
              ? { ...statuses, seconds }
              : ({ nan: { x: Number.NaN }, dots: { "a.b": 1 }, none: null, late: Promise.resolve({ x: 1 }) }[gives] as never),
        };
      },
    });
    registry.workload("no-stand-in", {
      settings: z.strictObject({ at: z.array(z.number()) }),
      standIn: ({ at }) => ({ ...TREE.workload, requests: at.length + (at[0] as unknown as { none: { requests: number } }).none.requests }),
      create: () => [],
    });
    const partly = { settings: z.strictObject({ gives: z.string() }), create: ({ gives }: { gives: string }) => GIVEN[gives] as never };
    registry.balancer("partly", partly);
    registry.scheduler("partly", {
      settings: partly.settings,
      create: ({ gives }, _context, builtIn) => (gives in ANSWERS ? builtIn(() => ANSWERS[gives] as never) : (GIVEN[gives] as never)),
    });
    registry.gate("partly", partly);
    registry.placement("partly", partly);
    registry.kernels("partly", partly);
    registry.workload("partly", { ...partly, standIn: () => TREE.workload });
    registry.scheduler("emits", {
      settings: z.strictObject({ what: z.enum(["tokens", "twice", "at-once", "nothing"]) }),
      standIn: () => TREE.serving.scheduler,
      create: ({ what }, _context, builtIn) =>
        builtIn((inner) => ({
          finish(pass, nowNs, observer) {
            const twice = { finished: (...of: Parameters<typeof observer.finished>) => [0, 1].map(() => observer.finished(...of)) };
            const each = new Proxy(observer, {
              get: (_, key) => (what === "twice" ? (twice as never)[key] : undefined) ?? (observer as never)[key],
            });
            inner.finish(pass, nowNs, each);
            if (what === "tokens") observer.gaps(1000, 100);
            if (what === "at-once") observer.finished(19, { replica: 0, microBatch: 0 }, nowNs);
          },
        })),
    });
    registry.scheduler("throws", {
      create(_settings, _context, builtIn) {
        return builtIn(() => ({
          next() {
            throw new TypeError("no idea");
          },
        }));
      },
    });
  },
};

/** What an unfinished `create` may give. */
const GIVEN: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  none: null,
  number: 7,
  empty: {},
  "late-requests": { [Symbol.asyncIterator]: () => ({}) },
  "null-requests": [null],
};
const ANSWERS: Readonly<Record<string, object>> = { "null-pass": { next: () => null }, "place-9": { arrive: () => 9 } };

const SHA256 = "a".repeat(64);
const registry = new Registry();
registry.add(plugin, ["./mine.mjs"], SHA256);
const parsed = (more: object) => parseScenario({ ...TREE, ...more }, { words: registry });
const reportOf = (scenario: Scenario) => summarize(run(prepare(scenario), { rows: true }), targetsOf(scenario));
const balanced = (replicas: unknown) => ({ serving: { ...TREE.serving, balancer: { replicas } } });

describe("a policy that is not whole is the plug-in's fault", () => {
  const kernels = (gives: string) => ({ cluster: { ...TREE.cluster, kernels: { kind: "partly", gives } } });
  const scheduler = (gives: string) => ({ serving: { scheduler: { kind: "partly", gives } } });
  test.each<[string, object, string]>([
    ["no balancer", balanced({ kind: "partly", gives: "nothing" }), "create gave undefined; wanted an object with the function choose"],
    [
      "an empty balancer",
      balanced({ kind: "partly", gives: "empty" }),
      "create gave one without; wanted an object with the function choose",
    ],
    ["an empty scheduler", scheduler("empty"), "wanted an object with the functions arrive, next, finish, load, breakOff"],
    ["no pass", scheduler("null-pass"), "next gave null; wanted a pass, or undefined"],
    ["a replica that is not there", scheduler("place-9"), "a request waits at replica 9; wanted 0 to 1, or undefined for any"],
    ["no gate", { routing: { gate: { kind: "partly", gives: "none" } } }, "create gave null; wanted an object with the function route"],
    [
      "no placement",
      { routing: { placement: { kind: "partly", gives: "number" } } },
      "create gave 7; wanted an object with the function place",
    ],
    ["no kernels", kernels("empty"), "wanted an object with the function seconds"],
    ["no load", { workload: { kind: "partly", gives: "nothing" } }, "create gave undefined; wanted an iterable of requests"],
    ["an empty load", { workload: { kind: "partly", gives: "empty" } }, "create gave one without requests; wanted an iterable of requests"],
    [
      "a late load",
      { workload: { kind: "partly", gives: "late-requests" } },
      "create gave one whose requests come late; wanted an iterable of requests",
    ],
    [
      "no request",
      { workload: { kind: "partly", gives: "null-requests" } },
      "a request is null; wanted { atSeconds, promptTokens, outputTokens }",
    ],
  ])("%s", (_, more, message) => {
    expect(() => reportOf(parsed(more))).toThrow(message);
    expect(() => reportOf(parsed(more))).toThrow(PluginFault);
  });
});

describe("by the word of a plug-in", () => {
  test("a balancer sends requests where it says, and hears of each that comes and goes", () => {
    heard.length = 0;
    const scenario = parsed(balanced({ kind: "fixed", place: 1 }));
    const report = reportOf(scenario);
    expect(report.requests.finished).toBe(20);
    expect(heard).toHaveLength(40);
    expect(heard.every((line) => line.endsWith(" 1"))).toBe(true);
    expect(report.models).toContain("serving.balancer.replicas fixed, of plug-in mine 1.2");
    expect(report.assumed).toContainEqual({ path: "serving.balancer.replicas", because: `fixed of plug-in mine, SHA-256 ${SHA256}` });
  });

  test("its resolved scenario has the word and the plug-in, and gives the same report and hash", () => {
    const scenario = parsed(balanced("fixed"));
    const resolved = resolvedOf(scenario);
    expect(resolved).toMatchObject({
      plugins: [{ name: "mine", version: "1.2", sha256: SHA256 }],
      serving: { balancer: { replicas: { kind: "fixed" } } },
    });
    const report = reportOf(scenario);
    expect(report.scenario.hash).toBe(hashOf(resolved));
    expect(report.scenario.hash).not.toBe(reportOf(parsed({})).scenario.hash);
    expect(reportOf(parseScenario(resolved, { words: registry }))).toEqual(report);
  });

  test("kernels of 1 ms each take 1 ms each: a pass takes as many as it has in a row", () => {
    const at = (seconds: number) => reportOf(parsed({ cluster: { ...TREE.cluster, kernels: { kind: "constant", seconds } } }));
    const [slow, twice] = [at(1e-3), at(2e-3)];
    expect(slow.models[0]).toBe("constant");
    const computes = ({ breakdown }: typeof slow) => breakdown.tpot!["experts" as keyof typeof breakdown.tpot];
    expect(computes(twice)).toBeCloseTo(2 * Number(computes(slow)), 9);
  });

  test("a network takes as long as it says, and what it moves is counted as ever", () => {
    const over = (dispatch: string, network?: object) =>
      reportOf(
        parsed({
          parallelism: { expert: 2, tensor: 2, attention: { data: 2 } },
          routing: { exchange: "all-to-all", dispatch },
          cluster: { ...TREE.cluster, ...(network === undefined ? {} : { network }) },
        }),
      );
    for (const dispatch of ["per-token", "per-copy"]) {
      const plain = over(dispatch);
      const { models, assumed, scenario: _, conclusion: __, modelError: ___, ...same } = over(dispatch, { kind: "priced" });
      expect(plain).toMatchObject(same);
      expect(models).toContain("cluster.network priced, of plug-in mine 1.2");
      expect(assumed.map((entry) => (typeof entry === "string" ? entry : entry.path))).toContain("cluster.network");
      heard.length = 0;
      const slow = over(dispatch, { kind: "priced", factor: 1000 });
      expect(heard.some((line) => /^all-reduce [1-9]\d* 0,1$/.test(line))).toBe(true);
      expect(heard.some((line) => /^exchange [0-3] [1-9]\d* 0 [1-3]$/.test(line))).toBe(true);
      expect(slow.ttftSeconds!.mean!).toBeGreaterThan(2 * plain.ttftSeconds!.mean!);
    }
  });

  test("what stands in for a network may be a preset", () => {
    const { nodes } = reportOf(parsed({ cluster: { ...TREE.cluster, network: "preset" } })).plan;
    expect(nodes).toBe(1);
    expect(parsed({ cluster: { ...TREE.cluster, network: "preset" } }).cluster.network).toMatchObject(
      parsed({ cluster: { ...TREE.cluster, network: "hgx-h100-ndr" } }).cluster.network,
    );
  });

  test("a gate decides which experts are loaded", () => {
    const report = reportOf(parsed({ routing: { gate: { kind: "to", experts: [0, 1] } } }));
    expect(report.balance.expert.prefill!.maxOverMean).toBe(2); // two of four experts have all copies
    expect(report.models.join()).toContain("routing.gate to, of plug-in mine 1.2");
  });

  test("an overflow policy decides what is dropped", () => {
    const report = reportOf(parsed({ routing: { capacityFactor: 1, overflow: "drop-all" } }));
    expect(report.balance.expert.prefill!.droppedShare).toBe(1);
  });

  test("experts lie where a placement says: all on the first rank, and one on the other", () => {
    const { balance } = reportOf(parsed({ routing: { gate: "uniform", placement: { kind: "held", ranks: [[0, 1, 2], [3]] } } }));
    const even = reportOf(parsed({ routing: { gate: "uniform", placement: "contiguous" } })).balance;
    expect(balance.rank.prefill!.maxOverMean).toBeGreaterThan(even.rank.prefill!.maxOverMean);
    expect(
      reportOf(
        parsed({
          routing: {
            gate: "uniform",
            placement: {
              kind: "held",
              ranks: [
                [0, 1],
                [2, 3],
              ],
            },
          },
        }),
      ).balance,
    ).toEqual(even);
  });

  test("experts move to where a rebalancer says, and stay where it says nothing", () => {
    const tree = (held?: readonly (readonly number[])[]) => ({
      routing: { gate: { kind: "to", experts: [0, 1] } }, // all copies for the first rank
      rebalance: { kind: "to", ...(held === undefined ? {} : { held }) },
      parallelism: { expert: 2 },
    });
    heard.length = 0;
    const still = reportOf(parsed(tree())).balance;
    expect(heard[0]).toBe("layer 0 loads 10 10 0 0 held [[0,1],[2,3]]"); // ten tokens, and two copies of each
    expect([still.rank.prefill!.maxOverMean, still.rebalances!.moves]).toEqual([2, 0]);
    const apart = reportOf(
      parsed(
        tree([
          [0, 2],
          [1, 3],
        ]),
      ),
    ).balance; // prettier-ignore
    expect(apart.rebalances!.moves).toBe(4); // of each of two layers 1 and 2 once
    expect(apart.rank.decode!.maxOverMean).toBe(1);
  });

  test("tables of the law are not shared with those of what stands in for a placement", () => {
    const law = (placement: unknown) =>
      prepare(parsed({ routing: { gate: "uniform", placement, resolution: "law" } }), { lawTables: new Map() as never });
    expect(law("contiguous").lawTables).toBeDefined();
    expect(law({ kind: "held", ranks: [[0, 1, 2], [3]] }).lawTables).toBeUndefined();
  });

  test("the experts that a rank keeps are those that an eviction leaves: none but the first, or the last that was used", () => {
    heard.length = 0;
    const hitsOf = (expertCache: unknown) => {
      const routing = { gate: { kind: "to", experts: [0, 1] } };
      return reportOf(parsed({ parallelism: { expert: 2 }, routing, expertCache })).balance.cache!;
    };
    const fixed = hitsOf({ kind: "replaces" });
    expect(fixed.hits).toBe(fixed.misses); // of 0 and 1, which all tokens use, the first rank keeps 0
    expect(heard).toEqual([0, 1].flatMap((layer) => [0, 1].map((rank) => `layer ${layer} stage 0 rank ${rank} of 4, 1`)));
    expect(fixed).toEqual(hitsOf({ kind: "hottest", perLayer: 1 }));
    const { hits } = hitsOf({ kind: "replaces", number: 0 });
    expect(hits).toBe(hitsOf({ kind: "lru", perLayer: 1 }).hits);
    expect(hits).toBe(2); // of each layer the first use: after it 1 drives out 0, and 0 drives out 1
  });

  test("requests come when a workload says, however many those are", () => {
    const rows = run(prepare(parsed({ workload: { kind: "listed", at: [0, 0, 0.5, 1.25] } })), { rows: true }).requests;
    expect([...rows.arrivedNs]).toEqual([0, 0, 5e8, 1.25e9]);
    expect(reportOf(parsed({ workload: { kind: "listed", at: [] } })).requests.arrived).toBe(0);
  });

  test("an admission lets in so many at a time, and refuses the others", () => {
    const admitted = (most: number) => parsed({ serving: { ...TREE.serving, admission: { kind: "first", most } } });
    const scenario = admitted(1);
    heard.length = 0;
    const { requests, ttftSeconds } = reportOf(scenario);
    expect(requests).toMatchObject({ arrived: 20, finished: heard.filter((line) => line === "finished").length });
    expect(requests.rejected).toBe(20 - requests.finished);
    expect([requests.rejected > 0, requests.finished > 0, ttftSeconds!.max]).toEqual([true, true, null]);
    expect(heard.filter((line) => line.endsWith("10 2 true"))).toHaveLength(20);
    const rows = run(prepare(admitted(1)), { rows: true }).requests;
    const startsNs = [...rows.arrivedNs].filter((_, i) => rows.finishedNs[i]! >= 0);
    const endsNs = [...rows.finishedNs].filter((ns) => ns >= 0);
    for (const [i, ns] of startsNs.entries()) if (i > 0) expect(ns).toBeGreaterThanOrEqual(endsNs[i - 1]!); // one at a time
    const { conclusion: _, models: __, assumed: ___, scenario: ____, ...all } = reportOf(admitted(20));
    expect(reportOf(parsed({}))).toMatchObject({ ...all });
  });

  test("refused requests are tried again by their clients", () => {
    const tree = { serving: { ...TREE.serving, admission: { kind: "first", most: 1 } }, retries: { client: { limit: 5 } } };
    const { requests, retries } = reportOf(parsed(tree));
    expect(retries!.refused).toBeGreaterThan(0);
    expect(requests.finished).toBeGreaterThan(reportOf(parsed({ serving: tree.serving })).requests.finished);
  });

  test("a batch that is dealt out has no admission", () => {
    const workload = { kind: "batch", sequences: 8, promptTokens: 10, outputTokens: 2 };
    const tree = { workload, serving: { scheduler: "static", admission: { kind: "first", most: 1 } } };
    expect(() => reportOf(parsed(tree))).toThrow("serving.admission: admission beside scheduler: static");
  });

  test("a scheduler that does as ours gives the same report", () => {
    const {
      models: _,
      assumed: __,
      scenario: ___,
      conclusion: ____,
      modelError: _____,
      ...own
    } = reportOf(parsed({ serving: { scheduler: { kind: "emits", what: "nothing" } } }));
    expect(reportOf(parsed({}))).toMatchObject(own);
  });

  test("a metric hears of each request that leaves, and its numbers are in the report, of targets, too", () => {
    const report = reportOf(parsed({ metric: "counts", targets: { "metric.finished": 19 } }));
    expect(report.metric).toEqual({ finished: 20, seconds: report.horizonSeconds });
    expect(report.targets).toMatchObject([{ name: "metric.finished", actual: 20, met: false }]);
    expect(report.models).toContain("metric counts, of plug-in mine 1.2");
    const { metric: _, models: __, assumed: ___, scenario: ____, targets: _____, conclusion, ...others } = report;
    expect(reportOf(parsed({}))).toMatchObject({ ...others, warnings: expect.anything() });
    expect(conclusion).toBeDefined();
  });

  test("balancers of replicas and of data groups are both in force", () => {
    heard.length = 0;
    const scenario = parsed({
      parallelism: { expert: 2, attention: { data: 2 }, data: 2 },
      serving: { ...TREE.serving, balancer: { replicas: { kind: "fixed", place: 1 }, dataGroups: { kind: "fixed", place: 0 } } },
    });
    expect(reportOf(scenario).requests.finished).toBe(20);
    expect(heard.filter((line) => line.startsWith("+") && line.endsWith(" 1"))).toHaveLength(20);
    expect(heard.filter((line) => line.startsWith("+") && line.endsWith(" 0"))).toHaveLength(20);
  });
});

describe("a fault of a plug-in", () => {
  const faultOf = (more: object): string => {
    try {
      reportOf(parsed(more));
    } catch (error) {
      if (error instanceof PluginFault) return error.message;
      throw error;
    }
    throw new Error("there was none");
  };

  test.each<[string, object, RegExp]>([
    ["an exception", { serving: { scheduler: "throws" } }, /^plug-in mine, serving.scheduler at 0\.0\d+ s: TypeError: no idea$/],
    [
      "a place that is none",
      balanced({ kind: "fixed", place: 2 }),
      /^plug-in mine, serving.balancer.replicas at 0\.0\d+ s: it chose place 2; wanted 0 to 1$/,
    ],
    ["half a place", balanced({ kind: "fixed", place: 0.5 }), /it chose place 0.5; wanted 0 to 1$/],
    [
      "a time that is no number",
      { cluster: { ...TREE.cluster, kernels: { kind: "constant", seconds: "none" } } },
      /^plug-in mine, cluster.kernels.*: a kernel takes NaN s; wanted a number from 0 on$/,
    ],
    [
      "traffic that takes a time that is none",
      { cluster: { ...TREE.cluster, network: { kind: "priced", seconds: "none" } } },
      /^plug-in mine, cluster.network.*: .* takes NaN s; wanted a number from 0 on$/,
    ],
    [
      "traffic that takes a time below 0",
      { cluster: { ...TREE.cluster, network: { kind: "priced", seconds: -1 } } },
      /takes -1 s; wanted a number from 0 on$/,
    ],
    [
      "a time past the last instant",
      { cluster: { ...TREE.cluster, kernels: { kind: "constant", seconds: 1e20 } } },
      /a kernel takes 100000000000000000000 s; wanted at most 9000000 s/,
    ],
    ["a time below 0", { cluster: { ...TREE.cluster, kernels: { kind: "constant", seconds: -1 } } }, /a kernel takes -1 s/],
    [
      "requests that are never answered",
      { serving: { scheduler: { kind: "no-more-than", requests: 3 } } },
      /^plug-in mine, serving.scheduler at 0\.0\d+ s: \d+ requests are not answered, and nothing is left to happen$/,
    ],
    [
      "too many tokens",
      { serving: { scheduler: { kind: "emits", what: "tokens" } } },
      /^plug-in mine, serving.scheduler at 0\.0\d+ s: \d+ tokens after first ones are out; wanted at most \d+, as many as were asked for$/,
    ],
    ["a request that ends twice", { serving: { scheduler: { kind: "emits", what: "twice" } } }, /request \d+ is finished, and is not in$/],
    [
      "a request that ends before it came",
      { serving: { scheduler: { kind: "emits", what: "at-once" } } },
      /request 19 is finished, and is not in$/,
    ],
    [
      "an expert without a slot",
      { routing: { placement: { kind: "held", ranks: [[0, 1], [2]] } } },
      /routing.placement: layer 0: expert 3 has no slot$/,
    ],
    [
      "an expert that gives way and is not kept",
      { routing: { gate: { kind: "to", experts: [0, 1] } }, expertCache: { kind: "replaces", number: 1 } },
      /^plug-in mine, expertCache.*: 99 is to give way; wanted one of 0, or undefined$/,
    ],
    ["a rank too few", { routing: { placement: { kind: "held", ranks: [[0, 1, 2, 3]] } } }, /no list for each of 2 ranks$/],
    [
      "an expert that there is not",
      {
        routing: {
          placement: {
            kind: "held",
            ranks: [
              [0, 1],
              [2, 3, 4],
            ],
          },
        },
      },
      /rank 1 has expert 4; wanted 0 to 3, or -1 for none$/,
    ],
    [
      "a request before the one before",
      { workload: { kind: "listed", at: [1, 0.5] } },
      /workload.*: a request comes at 0.5 s; wanted no earlier than the one before, at 1 s$/,
    ],
    [
      "a request without output",
      { workload: { kind: "listed", at: [1], output: 0 } },
      /10 prompt and 0 output tokens; wanted 1 to 10000000 each$/,
    ],
    [
      "an admission that is no answer",
      { serving: { ...TREE.serving, admission: { kind: "first", most: "all" } } },
      /^plug-in mine, serving.admission at 0\.\d+ s: admits gave all; wanted true or false$/,
    ],
    [
      "a rank too few to move to",
      { rebalance: { kind: "to", held: [[0, 1, 2, 3]] }, parallelism: { expert: 2 } },
      /rebalance.*: layer 0: it gave no list for each of 2 ranks$/,
    ],
    [
      "a slot more",
      { rebalance: { kind: "to", held: [[0, 1, 2], [3]] }, parallelism: { expert: 2 } },
      /rank 0 has 3 slots; wanted 2, as it has$/,
    ],
    [
      "an expert that moves nowhere",
      {
        rebalance: {
          kind: "to",
          held: [
            [0, -1],
            [2, 3],
          ],
        },
        parallelism: { expert: 2 },
      },
      /^plug-in mine, rebalance at 0\.\d+ s: layer 0: expert 1 has no slot$/,
    ],
    ["a metric that throws", { metric: { kind: "counts", gives: "throws" } }, /^plug-in mine, metric at 0\.\d+ s: RangeError: no request$/],
    [
      "a number that is none",
      { metric: { kind: "counts", gives: "nan" } },
      /^plug-in mine, metric at 0\.\d+ s: x is NaN; wanted a number from 0 on$/,
    ],
    [
      "a number with a dot",
      { metric: { kind: "counts", gives: "dots" } },
      /metric at 0\.\d+ s: a number is called a.b; wanted letters and digits, at most 50$/,
    ],
    ["no numbers", { metric: { kind: "counts", gives: "none" } }, /numbers gave null; wanted numbers by their names$/],
    [
      "numbers that come late",
      { metric: { kind: "counts", gives: "late" } },
      /numbers gave \[object Promise\]; wanted numbers by their names$/,
    ],
    [
      "what may be a function, and is none",
      { serving: { scheduler: TREE.serving.scheduler, balancer: { replicas: "deaf" } } },
      /plug-in mine, serving.balancer.replicas: create gave 5 as joined; wanted a function, or nothing$/,
    ],
    ["copies too few", { routing: { gate: { kind: "to", experts: [0] } } }, /plug-in mine, routing.gate.*10 copies of the 10 tokens/],
    [
      "more copies for an expert than tokens",
      { routing: { gate: { kind: "to", experts: [0], thrice: true } } },
      /plug-in mine, routing.gate.*expert 0/,
    ],
  ])("%s", (_, more, message) => {
    expect(faultOf(more)).toMatch(message);
  });
});

test("a scenario with words of a plug-in that came from elsewhere does not run without it", () => {
  const scenario = structuredClone(parsed(balanced("fixed"))) as Scenario;
  expect(() => prepare(scenario)).toThrow("the plug-in mine is not loaded here");
});

test("settings that the policy does not have are problems with their paths", () => {
  const problemsOf = (more: object) => {
    try {
      parsed(more);
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path, given }) => `${path.join(".")}: ${given}`);
      throw error;
    }
    return [];
  };
  expect(problemsOf({ workload: { kind: "no-stand-in", at: "soon" } })).toEqual(["workload.at: soon"]); // nothing is asked to stand in for it
  expect(() => parsed({ workload: { kind: "no-stand-in", at: [1] } })).toThrow(/^plug-in mine, workload: TypeError: /);
  expect(problemsOf(balanced({ kind: "fixed", place: "x", more: 1 }))).toEqual([
    "serving.balancer.replicas.place: x",
    "serving.balancer.replicas.more: unknown key",
  ]);
});
