import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";
import { messageOf, Problems } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";

const PLAN = {
  tokenyard: 1,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "open", requests: 10, rate: "8 requests/s", promptTokens: 600, outputTokens: 180 },
  serving: { scheduler: "continuous" },
};

function problemsOf(alerts: unknown): string[] {
  try {
    parseScenario({ ...PLAN, alerts });
    return [];
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(messageOf);
  }
}

const RULE = { name: "Slow", metric: "collective.p99", over: "30 s", above: "5 ms" };

test("rules are kept as they were written, and mean the same when they are read again", () => {
  const alerts = {
    every: "5 s",
    rules: [
      { ...RULE, by: ["op"], for: "30 s" },
      { name: "Waits", metric: "waiting", above: 10 },
    ],
  };
  const scenario = parseScenario({ ...PLAN, alerts });
  expect(scenario.alerts!.rules[0]).toEqual({ name: "Slow", metric: "collective.p99", by: ["op"], over: 30, above: "5 ms", for: 30 });
  expect(parseScenario(JSON.parse(JSON.stringify(resolvedOf(scenario)))).alerts).toEqual(scenario.alerts);
});

test("what cannot be watched is reported with what would work, all at once", () => {
  const problems = problemsOf({
    every: "5 s",
    rules: [
      { ...RULE, metric: "collective.p98" },
      { ...RULE, name: "Both", below: "1 ms" },
      { ...RULE, name: "Unit", above: "90 %" },
      { ...RULE, name: "Label", by: ["rank"] },
      { name: "Window", metric: "throughputPerGpu", below: "80 tokens/ms" },
      { ...RULE, name: "Short", over: "1 s" },
      { ...RULE, name: "Part", for: "0.5 us" },
      { ...RULE, name: "Slow" },
      { name: "Share", metric: "droppedShare", above: "101 %" },
      { name: "Overfull", metric: "kvUse", below: "9000 %" },
      { name: "Most", metric: "memoryUse", above: "100 %" },
      { name: "Two", metric: "replicasDown", by: ["replica"], above: 2 },
      { name: "Over", metric: "expertCapacityUse", above: "150 %" },
    ],
  });
  expect(problems).toHaveLength(11);
  expect(problems).toContain("alerts.rules.8.above: 101 % given; wanted at most 100 %: droppedShare is never more");
  expect(problems).toContain("alerts.rules.9.below: 9000 % given; wanted at most 100 %: kvUse is never more");
  expect(problems).toContain("alerts.rules.11.above: 2 given; wanted at most 1: replicasDown is 0 or 1 for each replica, and never more");
  expect(problems.join("\n")).toContain("alerts.rules.0.metric: collective.p98 given; wanted a metric that is watched");
  expect(problems.join("\n")).toContain("collective.p99?");
  expect(problems.join("\n")).toContain("one of above and below");
  expect(problems.join("\n")).toContain("alerts.rules.2.above: 90 % given; wanted a quantity in s");
  expect(problems.join("\n")).toContain("labels of collective.p99, each once: op");
  expect(problems.join("\n")).toContain("alerts.rules.4.over");
  expect(problems.join("\n")).toContain("at least 5 s, as every");
  expect(problems.join("\n")).toContain("whole milliseconds");
  expect(problems.join("\n")).toContain("a name of its own");
});
