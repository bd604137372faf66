import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as simulator from "@tokenyard/simulator";
import { afterAll, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { Simulation } from "../runs/simulation.ts";

const folder = mkdtempSync(join(tmpdir(), "alerts-"));
const file = join(folder, "plan.yaml");
const LOAD = `${SMALL_PLAN}workload: { kind: open, requests: 60, rate: 1 requests/s, arrivals: constant, promptTokens: 64, outputTokens: 4 }
serving: { scheduler: continuous }
routing: { capacityFactor: 1.2 }
`;
const FAULT = `faults: [{ kind: gpu-lost, at: 20 s, for: 20 s, ranks: [1] }]
health: { exit: 1 s, onLoss: { kind: restart, time: 0 s }, inFlight: migrate }
`;
const ALERTS = `alerts:
  every: 5 s
  rules:
    - { name: Down, metric: replicasDown, by: [replica], above: 0, for: 10 s }
    - { name: Memory, metric: memoryShare, above: 85 % }
    - { name: Queue, metric: inFlight, above: 100 }
`;
writeFileSync(file, LOAD + FAULT + ALERTS);
afterAll(() => rmSync(folder, { recursive: true }));

test("each rule is judged by runs with the faults and without, with the bounds that separate the two", async () => {
  const { code, out } = await tokenyard(["alerts", file, "--json"]);
  expect(code).toBe(0);
  const { rules, alerts } = JSON.parse(out);
  expect(rules.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict])).toEqual([
    ["Down", "rightly"],
    ["Memory", "wrongly"],
    ["Queue", "never"],
  ]);
  expect(rules[0]).toMatchObject({ forSeconds: 10, withFaults: 1, without: 0, separates: { from: 0, to: 1 } });
  expect(rules[1].separates).toBe(null);
  expect(rules[2].separates).toEqual({ from: 1, to: 21 }); // those of 20 s to 40 s, when it has just come back
  expect(alerts[0]).toEqual({ name: "Down", labels: { replica: "0" }, pendingAtSeconds: 20, firingAtSeconds: 30, resolvedAtSeconds: 40 });
  const { out: table } = await tokenyard(["alerts", file]);
  expect(table).toMatch(/^Down +replicasDown above 0 for 10\.0 s +1 +0 +detects the faults/m);
  expect(table).toMatch(/^Memory +memoryShare above 85\.0 % +1 +1 +false alarm: also fires without the faults +none$/m);
});

test("why rules fire in health, or cannot, stands below the table; and that a run without faults was over before a rule had waited", async () => {
  const closed = join(folder, "closed.yaml");
  const rules = ["{ name: Long, metric: inFlight, above: 0, for: 15 s }", "{ name: Roomy, metric: memoryShare, above: 95 % }"];
  const load = LOAD.replace(/workload: .*/, "workload: { kind: closed, requests: 40, concurrency: 1, promptTokens: 64, outputTokens: 4 }");
  writeFileSync(closed, `${load}${FAULT.replace("at: 20 s", "at: 100 us")}alerts: { every: 1 s, rules: [${rules.join(", ")}] }\n`);
  const { out } = await tokenyard(["alerts", closed]);
  expect(out).toMatch(/^Long .* 1 +0 +detects the faults/m);
  const [roomy, long] = out.split("\n").filter((line) => line.startsWith("! "));
  expect(roomy).toBe(
    "! Roomy cannot fire: 90 % of the memory is reserved, never above its bound of 95 %; memoryUse and kvUse measure actual use",
  );
  expect(long).toMatch(/^! Long cannot fire without the faults: it waits 15\.0 s, and that run has ended at [\d.]+ us$/);
  const { warnings } = JSON.parse((await tokenyard(["alerts", closed, "--json"])).out);
  expect(warnings.map(({ code }: { code: string }) => code)).toEqual(["alert-cannot-fire", "alert-cannot-fire"]);
});

test("a load that is too much without the faults is named: rules may fire because of it", async () => {
  const crowd = join(folder, "crowd.yaml");
  writeFileSync(crowd, (LOAD + FAULT + ALERTS).replace("rate: 1 r", "rate: 1e7 r").replace("requests: 60", "requests: 400"));
  expect((await tokenyard(["alerts", crowd])).out).toMatch(/^! without the faults, too: .*requests arrive faster than they are served/m);
  expect((await tokenyard(["alerts", file])).out).not.toContain("without the faults, too");
});

test("the first of the bounds that are printed, as it is written, detects the faults and gives no false alarm", async () => {
  const odd = join(folder, "odd.yaml");
  const rules = [
    "{ name: Late, metric: ttft.p99, over: 30 s, above: 1 s }",
    "{ name: Few, metric: finished, over: 7 s, below: 0.5 requests/s }",
  ];
  writeFileSync(odd, `${LOAD}${FAULT}alerts: { every: 3 s, rules: [${rules.join(", ")}] }\n`);
  const { out } = await tokenyard(["alerts", odd, "--set", "alerts.rules.1.when=busy"]);
  const [, late] = out.match(/^Late .*from (.+?) up, under /m)!;
  const [, few] = out.match(/^Few .*from (.+?) down, over /m)!;
  const again = ["--set", `alerts.rules.0.above=${late}`, "--set", `alerts.rules.1.below=${few}`, "--set", "alerts.rules.1.when=busy"];
  const { out: judged } = await tokenyard(["alerts", odd, "--json", ...again]);
  expect(JSON.parse(judged).rules.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["rightly", "rightly"]);
});

test("--prometheus writes rules, their test and a dashboard over series that are exported", async () => {
  const to = join(folder, "prometheus");
  expect((await tokenyard(["alerts", file, "--prometheus", to])).code).toBe(0);
  expect(readFileSync(join(to, "rules.yml"), "utf8")).toContain("alert: Down\n");
  expect(readFileSync(join(to, "test.yml"), "utf8")).toContain('exp_labels: {replica: "0"}');
  const { panels } = JSON.parse(readFileSync(join(to, "dashboard.json"), "utf8"));
  const metrics = join(folder, "run.om");
  await tokenyard(["run", file, "--metrics", metrics]);
  const text = readFileSync(metrics, "utf8");
  for (const { targets } of panels)
    for (const name of targets[0].expr.match(/tokenyard_\w+/g)) expect(text).toMatch(new RegExp(`^${name}[{ ]`, "m"));
});

test("--prometheus says before a run which of its files cannot be written, and leaves a scenario of such a name as it is", async () => {
  const to = join(folder, "taken");
  mkdirSync(join(to, "rules.yml"), { recursive: true });
  const own = join(to, "test.yml");
  writeFileSync(own, LOAD + ALERTS);
  const none: Simulation = { ...simulator, start: () => expect.unreachable() };
  const { code, out, err } = await tokenyard(["alerts", own, "--prometheus", to], { simulation: none });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe(
    `${join(to, "rules.yml")}: cannot be written: a folder stands where a file is wanted\n--prometheus: ${own}, the scenario, given; wanted a file of its own\n2 problems\n`,
  );
  expect(readFileSync(own, "utf8")).toBe(LOAD + ALERTS);
});

test("series are written one after the other, in simulated seconds, and end as OpenMetrics does; some by name", async () => {
  const metrics = join(folder, "some.om");
  expect((await tokenyard(["run", file, "--metrics", metrics, "--metrics-only", "vllm:*requests*,tokenyard_gpus"])).code).toBe(0);
  const lines = readFileSync(metrics, "utf8").split("\n");
  expect(lines.filter((line) => line.startsWith("# TYPE"))).toEqual([
    "# TYPE tokenyard_gpus gauge",
    "# TYPE vllm:num_requests_running gauge",
    "# TYPE vllm:num_requests_waiting gauge",
  ]);
  expect(lines.filter((line) => line.startsWith("tokenyard_gpus")).slice(0, 3)).toEqual(
    [0, 5, 10].map((at) => `tokenyard_gpus{replica="0"} 2 ${at}`),
  );
  expect(lines).toContain('vllm:num_requests_waiting{engine="0"} 11 30'); // those of 20 s to 30 s
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
  expect(existsSync(`${metrics}.${process.pid}.draft.samples`)).toBe(false);
});

test("a run that is over before the second sample is said to have one alone; a file has a name", async () => {
  const metrics = join(folder, "long.om");
  const order = ["run", file, "--set", "alerts=null", "--metrics", metrics, "--metrics-every"];
  const { code, err } = await tokenyard([...order, "1000 s"]);
  expect(code).toBe(0);
  expect(err).toMatch(
    /long\.om: one sample, at 0 s, before anything happens; the run ended at [\d.]+ s, and the next would be at 1,?000 s, by --metrics-every/,
  );
  expect((await tokenyard([...order, "1 s"])).err).toBe("");
  const stream = await tokenyard(["run", file, "--metrics", "-", "--spans", "-"]);
  expect({ code: stream.code, out: stream.out }).toEqual({ code: 2, out: "" });
  for (const option of ["--metrics", "--spans"]) expect(stream.err).toContain(`${option}: - given; wanted the name of a file`);
});

test("a report is the same with --metrics and without", async () => {
  const [with_, without] = [
    await tokenyard(["run", file, "--json", "--metrics", join(folder, "same.om")]),
    await tokenyard(["run", file, "--json", "--replications", "1"]),
  ];
  expect(with_.out).toBe(without.out);
});

test("more samples than a file may have are refused before the run, with what would fit", async () => {
  const big = join(folder, "big.yaml");
  writeFileSync(big, `${LOAD.replace("requests: 60, rate: 1 requests/s", "requests: 1000, rate: 0.001 requests/s")}`);
  const { code, err } = await tokenyard(["run", big, "--metrics", join(folder, "big.om"), "--metrics-every", "5 s"]);
  expect(code).toBe(2);
  expect(err).toMatch(
    /about [\d,]+ samples: [\d,]+ every 5 s for 1000000 s given; wanted at most 10,000,000: one in \d+ s or more by --metrics-every/,
  );
  expect(existsSync(join(folder, "big.om"))).toBe(false);
});

test("where it is not known how long a run takes, they are refused on the way, and the interval that did not fit is not offered", async () => {
  const idle = join(folder, "idle.yaml");
  const workload = "kind: closed, requests: 60, concurrency: 1, thinkTime: 1000000 s,";
  writeFileSync(idle, LOAD.replace("kind: open, requests: 60, rate: 1 requests/s, arrivals: constant,", workload));
  const { code, err } = await tokenyard(["run", idle, "--metrics", join(folder, "idle.om"), "--metrics-every", "5 s"]);
  expect(code).toBe(2);
  const [given, offered] = /every (\d+) s for .* one in more than (\d+) s by --metrics-every/.exec(err)!.slice(1);
  expect(offered).toBe(given);
  expect(existsSync(join(folder, "idle.om"))).toBe(false);
});

test("what cannot be is refused with what would work", async () => {
  const plain = join(folder, "plain.yaml");
  writeFileSync(plain, LOAD);
  expect((await tokenyard(["alerts", plain])).err).toContain("what is to be watched, as { every: 5 s, rules: […] }");
  expect((await tokenyard(["run", file, "--metrics-every", "1 s"])).err).toContain("--metrics-every: no --metrics given");
  expect((await tokenyard(["run", file, "--metrics", join(folder, "x.om"), "--metrics-every", "1 s"])).err).toContain(
    "none, or 5 s, as alerts.every",
  );
  expect((await tokenyard(["run", file, "--metrics", join(folder, "x.csv")])).err).toContain(
    "x.csv given; wanted a name for OpenMetrics text, such as run.om",
  );
});

test("every name of --metrics-only that no series has is reported, with a near one, or that the scenario has nothing of it", async () => {
  const metrics = join(folder, "none.om");
  const only = "vllm:num_requests_runing,tokenyard_gpus,vlm:*,tokenyard_prefix_cache_queries_total,,tokenyard_expert_copies_totl";
  const { code, err } = await tokenyard(["run", file, "--metrics", metrics, "--metrics-only", only]);
  expect(code).toBe(2);
  expect(err).toContain("vllm:num_requests_runing given; wanted names of series, with * for anything, as ");
  expect(err).toContain("did you mean vllm:num_requests_running?");
  expect(err).toContain("vlm:* given; wanted names of series, with * for anything, as tokenyard_tokens or vllm:*; did you mean vllm:*?");
  expect(err).toContain("tokenyard_prefix_cache_queries_total given; wanted series that this scenario has");
  expect(err).toContain("nothing given; wanted names of series");
  expect(err).toContain("did you mean tokenyard_expert_copies_total?");
  expect(err).not.toContain("tokenyard_gpus given");
  expect(existsSync(metrics)).toBe(false);
  const twice = await tokenyard(["run", file, "--metrics", metrics, "--metrics-only", ","]);
  expect(twice.err.match(/nothing given; wanted names of series/g)).toHaveLength(1);
});

test("a plan may claim that its alerts stay quiet", async () => {
  const claims = `claims:
  - { id: queue-alarm, text: no alarm for requests in flight, claimed: 0, comparison: <=, metric: alertRules.2.fired }
  - { id: memory-alarm, text: no alarm for memory, claimed: 0, comparison: <=, metric: alertRules.1.fired }
`;
  const claimed = join(folder, "claimed.yaml");
  writeFileSync(claimed, LOAD + ALERTS + claims);
  const { out } = await tokenyard(["audit", claimed, "--no-remedies", "--workers", "1"]);
  expect(out).toMatch(/✗ fails +no alarm for memory +≤ 0 +1/);
  expect(out).toMatch(/✓ holds +no alarm for requests in flight +≤ 0 +0/);
});
