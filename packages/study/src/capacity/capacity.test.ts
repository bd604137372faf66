import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { type CapacityOptions, capacity } from "./capacity.ts";

// One server that takes requests one at a time, all alike: what it can do is known by hand.

const LENGTHS = { promptTokens: 100, outputTokens: 1 };

function oneServer(workload: object, rest: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    name: "one-server",
    model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 3 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "5 us" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    workload,
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 1 } },
    ...rest,
  });
}

const open = (requests: number, rest: object = {}) => oneServer({ kind: "open", requests, rate: "100 requests/s", ...LENGTHS }, rest);
const constant = (requests: number, rest: object = {}) =>
  oneServer({ kind: "open", requests, rate: "100 requests/s", arrivals: "constant", ...LENGTHS }, rest);

/** Seconds that the server gives to one request. */
const service = simulate(open(1)).ttftSeconds!.max!;
const micro = (seconds: number) => `${seconds * 1e6} us`;

test("at a constant rate over capacity the n-th of N waits n(S − 1/λ): the highest rate that keeps the last one in time is known by hand", async () => {
  // S + (N − 1)(S − 1/λ) ≤ 3S  ⇔  λ ≤ (N − 1)/(N − 3)/S
  const found = await capacity(constant(101, { targets: { ttft: micro(3 * service) } }), { precision: 1e-4, replications: 1 });
  const expected = 100 / 98 / service;
  expect(found.capacity! / expected).toBeGreaterThan(1 - 1.1e-4);
  expect(found.capacity! / expected).toBeLessThan(1 + 1e-6);
  expect(found.fails! / expected).toBeGreaterThan(1);
  expect(found.breaches).toMatchObject([
    { kind: "requirement", what: expect.stringMatching(/^ttft <= /), found: { ttft: expect.any(Number) } },
  ]);
  expect(found.atCapacity!.requestsPerSecondPerGpu.mean * service).toBeGreaterThan(0.95); // the server is never idle
});

test("without targets the capacity is the rate beyond which the queue grows: one request each service time", async () => {
  const found = await capacity(constant(4000), { precision: 1e-3, replications: 1 });
  expect(found.capacity! * service).toBeGreaterThan(0.998);
  expect(found.capacity! * service).toBeLessThan(1.006); // after 4,000 requests 0.3 % too many are ten that wait
  expect(found.breaches).toMatchObject([{ kind: "overload" }]);
});

test("few requests do not make a load fail that many of them hold: 20 arrive in less time than the last of them needs", async () => {
  // Each answer takes 400 steps, so that the last of few requests ends long after the last arrival.
  const slow = (requests: number) =>
    oneServer(
      { kind: "open", requests, rate: "100 requests/s", arrivals: "constant", promptTokens: 10, outputTokens: 400 },
      { serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 64 } }, targets: { ttft: "1 s" } },
    );
  const answer = simulate(slow(1)).e2eSeconds!.max!;
  const find = (requests: number) => capacity(slow(requests), { replications: 2, looks: [8] });
  const [few, many] = [await find(20), await find(1000)];
  expect(20 / few.fails!).toBeLessThan(2 * answer); // its arrivals take no longer than an answer
  expect(few.failsFrom).toBeNull();
  expect(few.breaches.map(({ kind }) => kind)).toEqual(["burst"]);
  expect(many.holdsTo).toBeGreaterThan(few.fails!); // of which few requests say nothing
});

test("a Poisson load may take two thirds of the server when the mean wait may be one service: M/D/1", { tags: "long" }, async () => {
  const subjectTo = [`queue.mean <= ${micro(service)}`]; // ρ / 2(1 − ρ) = 1
  const found = await capacity(open(12_000), { subjectTo, precision: 0.01, replications: 2 });
  expect(Math.abs(found.capacity! * service * 1.5 - 1)).toBeLessThan(0.04);
});

test("in a closed loop each user waits for all others: as many users as the target has service times", async () => {
  const closed = oneServer({ kind: "closed", requests: 200, concurrency: 2, ...LENGTHS }, { targets: { e2e: micro(5.5 * service) } });
  const found = await capacity(closed, { replications: 1 });
  expect([found.path, found.capacity, found.fails]).toEqual(["workload.concurrency", 5, 6]);
});

test("a trace with a request every two service times may be replayed about twice as fast, by hand as at a constant rate", async () => {
  const rows = Array.from({ length: 101 }, (_, i) => `${i * 2 * service},100,1`);
  const bytes = new TextEncoder().encode(`arrivedSeconds,promptTokens,outputTokens\n${rows.join("\n")}\n`);
  const scenario = oneServer({ kind: "trace", path: "t.csv", format: "csv" }, { targets: { ttft: micro(3 * service) } });
  const found = await capacity(scenario, { precision: 1e-3, replications: 1, readPieces: () => [bytes] });
  expect(found.path).toBe("workload.speed");
  expect(Math.abs(found.capacity! / ((2 * 100) / 98) - 1)).toBeLessThan(2e-3);
});

test("a rate at which the queue grows never holds, however lax the targets and however few the requests", { tags: "long" }, async () => {
  for (const requests of [12, 40, 400]) {
    const found = await capacity(open(requests, { targets: { gpus: 8 } }), { replications: 2 });
    expect(found.capacity! * service).toBeLessThan(requests < 400 ? 3 : 1.5);
    expect(found.breaches.map(({ kind }) => kind)).toEqual([requests < 40 ? "burst" : expect.stringMatching(/overload|burst/)]);
  }
});

test("what it finds is confirmed by runs on both sides, by the requests of all seeds together", { tags: "long" }, async () => {
  const targets = { "ttft.p99": micro(6 * service), "queue.p50": micro(1.2 * service) };
  const scenario = open(300, { targets, seed: 11 });
  const found = await capacity(scenario, { replications: 4 });
  const pooled = (rate: number, key: "ttft" | "queue", share: number) => {
    const values = [0, 1, 2, 3].flatMap((r) => {
      const workload = { ...scenario.workload, rate } as Scenario["workload"];
      const report = simulate({ ...scenario, workload, seed: 11 + r }, {}, { distributions: true });
      const { values, counts } = report.distributions!.latencies[`${key}Seconds`]!;
      return [...values].flatMap((value, i) => Array.from({ length: counts[i]! }, () => value));
    });
    return values.sort((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
  };
  const holdsAt = (rate: number) => pooled(rate, "ttft", 0.99) <= 6 * service && pooled(rate, "queue", 0.5) <= 1.2 * service;
  expect([holdsAt(found.capacity!), holdsAt(found.fails!)]).toEqual([true, false]);
  expect(found.fails! / found.capacity!).toBeLessThanOrEqual(1.05 + 1e-5);
  expect(found.breaches[0]!.seed).toBeNull();
  const at = found.metrics.findIndex(({ name }) => name === "ttft.p99");
  expect(found.atCapacity!.estimates[at]).toMatchObject({ count: 4, interval: expect.anything(), requests: 1200 });
});

test("the targets of classes hold too, and share of requests may stand in place of all targets", { tags: "long" }, async () => {
  const kind = (name: string, limit: number) => ({ ...LENGTHS, name, targets: { "ttft.p90": micro(limit * service) } });
  const mix = (...limits: number[]) =>
    oneServer({
      kind: "open",
      requests: 400,
      rate: "100 requests/s",
      classes: limits.map((limit, i) => kind(`k${i}`, limit)),
    });
  const found = async (scenario: Scenario, options: CapacityOptions = {}) => capacity(scenario, { replications: 1, ...options });
  const lax = await found(mix(50, 50));
  const strict = await found(mix(50, 2));
  expect(strict.requirements).toEqual([expect.stringMatching(/^k0: ttft.p90 <= /), expect.stringMatching(/^k1: ttft.p90 <= /)]);
  expect(strict.metrics[1]).toEqual({ name: "k1: ttft.p90", metric: "classes.1.ttftSeconds.p90", unit: "s" });
  expect(strict.capacity!).toBeLessThan(0.8 * lax.capacity!);
  expect(strict.breaches[0]!.what).toMatch(/^k1: /);
  expect((await found(mix(50, 0.5))).capacity).toBeNull(); // no request is served in half the time
  const share = await found(mix(50, 2), { attainment: 0.5 });
  expect(share.requirements).toEqual(["k0: attainment >= 50 %", "k1: attainment >= 50 %"]);
  expect(share.capacity!).toBeGreaterThan(strict.capacity!);
});

async function problemsOf(scenario: Scenario, options: CapacityOptions = {}) {
  try {
    await capacity(scenario, options);
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`);
    throw error;
  }
  return [];
}

test("what has no rate to turn up is refused, and so is what cannot be looked for, all at once", async () => {
  const batch = oneServer({ kind: "batch", sequences: 3, ...LENGTHS });
  expect(await problemsOf(batch)).toEqual([expect.stringMatching(/^workload.kind: batch; a load: open/)]);
  const staged = { kind: "stages", stages: [{ rate: "1 requests/s", duration: "9 s" }] };
  const stages = oneServer({ kind: "open", arrivals: staged, requests: 5, ...LENGTHS });
  expect(await problemsOf(stages)).toEqual([expect.stringMatching(/^workload.arrivals.kind: stages; arrivals with one mean rate/)]);
  const closed = oneServer({ kind: "closed", requests: 20, concurrency: 2, ...LENGTHS });
  expect(await problemsOf(closed, { from: 1.5, to: 21, precision: 2 })).toEqual([
    "from: 1.5; a whole number from 1 to 20, the requests in all",
    "to: 21; a whole number from 1 to 20, the requests in all",
    "precision: 2; a share from 0.01 % to 100 %",
    expect.stringMatching(/^targets: undefined; targets, or conditions/),
  ]);
  expect(await problemsOf(open(5), { from: 5, to: 4 })).toEqual(["to: 4; no less than from, 5"]);
  expect(await problemsOf(open(5), { subjectTo: ["ttft <", "tft <= 3 s"] })).toHaveLength(2);
});

test("a search that is stopped says so", async () => {
  const stop = new AbortController();
  const found = await capacity(open(50), { signal: stop.signal, onTrial: () => stop.abort() });
  expect(found.stopped).toBe(true);
  expect(found.trials).toHaveLength(1);
});

test("what no run has a value of is refused, each at its place", async () => {
  const subjectTo = ["droppedShare <= 1 %", "loadVariance <= 20 % or gpus <= 8"];
  const refused = await capacity(open(4), { subjectTo }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Problems);
  expect((refused as Problems).problems.map(({ path, wanted }) => [path, wanted])).toEqual([
    [["subjectTo", 0], "a model with experts, as model.experts"],
  ]);
});

test("a condition on what no load has a value of ends the search after the lowest load, with what was found: nothing", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i * 2 * service},100,1`); // answers of one token, which only the rows know
  const bytes = new TextEncoder().encode(`arrivedSeconds,promptTokens,outputTokens\n${rows.join("\n")}\n`);
  const scenario = oneServer({ kind: "trace", path: "t.csv", format: "csv" }, { targets: { tpot: "1 s" } });
  const found = await capacity(scenario, { replications: 1, readPieces: () => [bytes] });
  expect(found).toMatchObject({
    capacity: null,
    stopped: false,
    breaches: [{ kind: "requirement", what: "tpot <= 1 s", found: { tpot: null } }],
  });
  expect(found.trials.map(({ value }) => value)).toEqual([1, found.fails]);
  expect(found.fails!).toBeLessThan(0.001);
  const either = { subjectTo: ["tpot <= 1 s or ttft <= 1 us"] }; // may hold without a value
  expect((await capacity(scenario, { ...either, replications: 1, readPieces: () => [bytes] })).trials.length).toBeGreaterThan(5);
  expect(await problemsOf(open(5, { targets: { tpot: "1 s" } }))).toEqual([
    "targets: tpot <= 1 s; answers of two tokens or more, as workload.outputTokens: 2",
  ]);
});
