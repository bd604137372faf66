import { renderText, summarize } from "@tokenyard/report";
import { formatQuantity, Problems, parseScenario, WATCHED } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// One replica of two ranks that serves a request each second, and stands still from 20 s to 60 s, as one of its GPUs is lost and comes back.
const SCENARIO = {
  tokenyard: 1,
  model: { layers: 2, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, experts: { count: 4, topK: 1, hiddenSize: 64 } },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", memoryShare: "90 %" },
    gpusPerNode: 2,
    network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
  },
  parallelism: { expert: 2 },
  routing: { capacityFactor: 1.2 },
  workload: { kind: "open", requests: 100, rate: "1 requests/s", arrivals: "constant", promptTokens: 64, outputTokens: 4 },
  serving: { scheduler: "continuous" },
  faults: [{ kind: "gpu-lost", at: "20 s", for: "40 s", ranks: [1] }],
  health: { exit: "1 s", onLoss: { kind: "restart", time: "0 s" }, inFlight: "migrate" },
};

const reportOf = (alerts: object, more: object = {}) => summarize(run(prepare(parseScenario({ ...SCENARIO, ...more, alerts }))));

test("alerts fire when the fault says so: at the first evaluation after it, and for as long as the rule waits later", () => {
  const { alerts, neverFired, alertRules } = reportOf({
    every: "5 s",
    rules: [
      { name: "Down", metric: "replicasDown", by: ["replica"], above: 0 },
      { name: "LongDown", metric: "replicasDown", above: 0, for: "30 s" },
      { name: "Queue", metric: "inFlight", above: 30 },
      { name: "TooLong", metric: "faults", above: 0, for: "40 s" },
      { name: "NoTokens", metric: "throughputPerGpu", over: "10 s", below: "0.001 tokens/ms", for: "10 s" },
    ],
  });
  expect(alerts).toEqual([
    { name: "Down", labels: { replica: "0" }, pendingAtSeconds: 20, firingAtSeconds: 20, resolvedAtSeconds: 60 },
    { name: "LongDown", labels: {}, pendingAtSeconds: 20, firingAtSeconds: 50, resolvedAtSeconds: 60 },
    { name: "Queue", labels: {}, pendingAtSeconds: 50, firingAtSeconds: 50, resolvedAtSeconds: 65 }, // 31 since 20 s, that instant too
    { name: "NoTokens", labels: {}, pendingAtSeconds: 30, firingAtSeconds: 40, resolvedAtSeconds: 65 }, // nothing from 20 s to 30 s, both ends included
  ]);
  expect(neverFired).toEqual(["TooLong"]);
  expect(alertRules!.find(({ name }) => name === "TooLong")).toMatchObject({
    fired: 0,
    pending: 1,
    longestPendingSeconds: 35,
    sustained: 0,
  });
});

test("a report warns of rules that fire in health, and of those that cannot", () => {
  const rules = [
    { name: "Full", metric: "expertCapacityUse", by: ["layer", "expert"], over: "10 s", above: "90 %", for: "30 s" },
    { name: "Memory", metric: "memoryShare", above: "85 %" },
    { name: "Patient", metric: "waiting", above: 1e6, for: "200 s" },
    { name: "Drop", metric: "throughputPerGpu", over: "30 s", below: "80 tokens/ms", for: "30 s" },
    { name: "Leaving", metric: "finished", over: "30 s", below: "1 requests/s" },
    { name: "Busy", metric: "finished", over: "30 s", below: "1 requests/s", when: "busy" },
    { name: "Many", metric: "finished", over: "30 s", above: "1 requests/s" },
    { name: "Overfull", metric: "kvUse", above: "100 %" },
    { name: "TwoDown", metric: "replicasDown", above: 1 },
    { name: "Negative", metric: "waiting", below: 0 },
  ];
  const report = reportOf({ every: "5 s", rules });
  const reported = report.warnings.map(({ code, message }) => `${code} ${message}`).join("\n");
  expect(reported).toContain("alert-near-normal Full: 90 % of a capacity of 1.2 times the mean load is 1.08 times the mean");
  expect(reported).toContain("alert-always-fires Memory fires under any load: 90 % of the memory is reserved");
  expect(reported).toContain("alert-cannot-fire Patient cannot fire: it waits 200 s, and the last of 21 evaluations is at 100 s");
  for (const [name, never] of [
    ["Overfull", "kvUse is never above 100 %"],
    ["TwoDown", "replicasDown is never above 1"],
    ["Negative", "waiting is never below 0"],
  ])
    expect(reported).toContain(`alert-cannot-fire ${name} cannot fire: ${never}`);
  expect(report.warnings.flatMap(({ code, message }) => (code === "alert-when-idle" ? [message.split(" ")[0]] : []))).toEqual([
    "Drop",
    "Leaving",
  ]);
  expect(renderText(report)).toContain("Memory, memoryShare above 85.0 %: fired from 0 s to the end");
});

test("a report warns of rules that only a run could distinguish from those that never fire, from what never changes in it", () => {
  const rules = [
    { name: "Roomy", metric: "memoryShare", by: ["rank"], above: "95 %" },
    { name: "Small", metric: "memoryShare", below: "95 %" },
    { name: "Tight", metric: "memoryShare", below: "20 %" },
    { name: "Hang", metric: "collective.p99", by: ["op"], over: "30 s", above: "10 s" },
    { name: "Gap", metric: "tpot.p50", over: "30 s", above: "80 s" },
    { name: "Slow", metric: "ttft.p99", over: "30 s", above: "10 s" },
    { name: "Broken", metric: "faults", above: 0 },
    { name: "Down", metric: "replicasDown", above: 0 },
    { name: "Idle", metric: "computeUse", by: ["rank"], below: "20 %" },
    { name: "Few", metric: "running", below: 1 },
    { name: "Quick", metric: "ttft.p50", over: "30 s", below: "1 ms" },
  ];
  const reported = (more: object) => {
    const { warnings, alertRules } = reportOf({ every: "5 s", rules }, more);
    const names = (code: string) => warnings.flatMap((each) => (each.code === code ? [each.message.split(/[ :]/)[0]!] : []));
    const never = names("alert-cannot-fire");
    const always = names("alert-always-fires");
    for (const { name, fired } of alertRules!) {
      if (never.includes(name)) expect(`${name} ${fired}`).toBe(`${name} 0`);
      if (always.includes(name)) expect(fired).toBeGreaterThan(0);
    }
    return { never, always, idle: names("alert-when-idle"), messages: warnings.map(({ message }) => message).join("\n") };
  };
  const struck = reported({});
  expect(struck.never).toEqual(["Roomy", "Tight", "Hang", "Gap"]);
  expect(struck.always).toEqual(["Small"]);
  expect(struck.idle).toEqual(["Idle", "Few"]);
  expect(struck.messages).toContain("Hang cannot fire: collective.p99 is never above 10 s: the last edge of its buckets is 10 s");
  expect(struck.messages).toContain("Roomy cannot fire: 90 % of the memory is reserved, never above its bound of 95 %");
  expect(struck.messages).toContain(
    "Small fires under any load: 90 % of the memory is reserved on the emptiest GPU, below its bound of 95 %",
  );
  const healthy = reported({ faults: undefined, health: undefined });
  expect(healthy.never).toEqual(["Roomy", "Tight", "Hang", "Gap", "Broken", "Down"]);
  expect(healthy.messages).toContain("Broken cannot fire: faults is 0 without faults, and the scenario has none");
});

test("rules over communication are warned of where a replica has one GPU, whose dashboard would have none", () => {
  const rules = [{ name: "Slow", metric: "collective.p99", over: "30 s", above: "5 ms" }];
  const codes = (more: object) =>
    reportOf({ every: "5 s", rules }, { faults: undefined, health: undefined, ...more }).warnings.map(({ code }) => code);
  expect(codes({ parallelism: {} })).toContain("alert-cannot-fire");
  expect(codes({})).not.toContain("alert-cannot-fire");
});

test("of two pools the one that reserves more decides whether a rule fires under any load", () => {
  const rules = [{ name: "Memory", metric: "memoryShare", above: "85 %" }];
  const gpu = (memoryShare: string) => ({ ...SCENARIO.cluster, gpu: { ...SCENARIO.cluster.gpu, memoryShare } });
  const apart = { faults: undefined, health: undefined, cluster: gpu("80 %") };
  const pools = [{ role: "prefill" }, { role: "decode", gpu: gpu("90 %").gpu }];
  const { warnings, alertRules } = reportOf({ every: "5 s", rules }, { ...apart, pools });
  expect(alertRules![0]!.fired).toBe(1);
  expect(warnings.map(({ code }) => code)).toContain("alert-always-fires");
});

test("rules over what is not there are refused with what would work", () => {
  const alerts = { every: "5 s", rules: [{ name: "Full", metric: "expertCapacityUse", above: "90 %" }] };
  expect(() => reportOf(alerts, { routing: {} })).toThrow("routing.capacityFactor, and an overflow other than none");
});

test("whatever metric a rule watches, a run has its series, or the rule is refused with what would work", { tags: "long" }, () => {
  const outcomes = WATCHED.map(({ name, kind, unit, most = 3 }) => {
    const over = kind === "level" ? {} : { over: "30 s" };
    const alerts = { every: "5 s", rules: [{ name: "Any", metric: name, ...over, above: unit === "" ? most : formatQuantity(0.5, unit) }] };
    const watched = (more: object) => {
      try {
        return reportOf(alerts, more).alertRules!.length === 1;
      } catch (error) {
        if (!(error instanceof Problems)) throw error;
        expect(error.problems.map(({ path, wanted }) => [path.join("."), wanted.length > 0])).toEqual([["alerts.rules.0.metric", true]]);
        return false;
      }
    };
    const backoff = { first: "1 s", factor: 2, most: "4 s", jitter: "0 %" };
    const retries = { router: { limit: 1, ...backoff }, breaker: { failures: 3, window: "10 s", open: "5 s", successes: 1 } };
    const more = { serving: { scheduler: "continuous", kv: { prefixCache: true } }, targets: { ttft: "1 s" }, retries };
    const apart = { routing: {}, pools: [{ role: "prefill" }, { role: "decode" }], faults: undefined, health: undefined };
    return [name, watched({}), watched(more), watched(apart)] as const;
  });
  expect(outcomes.filter(([, ...ways]) => !ways.some(Boolean))).toEqual([]);
  const without = outcomes.flatMap(([name, first]) => (first ? [] : [name]));
  expect(without).toEqual(["hitShare", "transfersWaiting", "breakerOpen", "goodput", "attempts"]);
});
