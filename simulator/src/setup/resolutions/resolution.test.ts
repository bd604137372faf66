import { summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { run, simulate } from "../../simulate.ts";
import { prepare } from "../prepare.ts";
import { studied, studiedTogether } from "../studied.ts";

/** A gate that draws, over eight layers, for so many requests. */
function scenarioOf(requests: number, routing: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "qwen3-30b-a3b", layers: 8 },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 8 },
    routing: { gate: "uniform", ...routing },
    workload: { kind: "open", requests, rate: "40 requests/s", promptTokens: 64, outputTokens: 16 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 } },
  });
}

const SHORT = 10;
const MIDDLE = 1200; // exact draws take less than 2 s, and more than the law
const LONG = 4000;

const resolutionOf = ({ routing }: Scenario) => routing.resolution;
const report = (scenario: Scenario) => summarize(run(prepare(scenario)), []);

test("a run is exact where that is expected to take at most 2 s, and goes by the law where it takes longer", () => {
  for (const requests of [SHORT, MIDDLE, LONG]) {
    const { expected, scenario, workSeconds } = prepare(scenarioOf(requests));
    const isLong = expected!.exact > 2;
    expect(isLong).toBe(requests === LONG);
    expect(resolutionOf(scenario)).toBe(isLong ? "law" : undefined);
    expect(workSeconds).toBe(isLong ? expected!.law : expected!.exact);
  }
});

test("what is chosen is written into the report's scenario, and gives the same bytes when it is stated", { tags: "long" }, () => {
  const long = scenarioOf(LONG);
  const chosen = report(long);
  const { warnings, balance, models } = chosen;
  expect(balance.law).toBeDefined();
  expect(models).toContain("uneven experts by their law");
  expect(warnings.filter(({ code }) => code === "law-not-held")).toEqual([]);
  expect(JSON.stringify(report(scenarioOf(LONG, { resolution: "law" })))).toBe(JSON.stringify(chosen));
  expect(JSON.stringify(report(parseScenario(chosen.scenario.resolved)))).toBe(JSON.stringify(chosen));
});

test("where nothing is drawn, or the law does not hold, a long run is what it was, without a warning", () => {
  for (const routing of [{ gate: "balanced" }, { capacityFactor: 1.5 }, { gate: { kind: "correlated", sigma: 1 } }]) {
    const setup = prepare(scenarioOf(LONG, routing));
    expect(setup.expected).toBeUndefined();
    expect(resolutionOf(setup.scenario)).toBeUndefined();
    expect(setup.pools[0]!.scenario.routing.resolution).toBeUndefined();
  }
  expect(simulate(scenarioOf(SHORT, { capacityFactor: 1.5 })).warnings.filter(({ code }) => code === "law-not-held")).toEqual([]);
});

test("a run of which more is asked than the law says is exact, and its report says so", { tags: "long" }, () => {
  const recording = run(prepare(scenarioOf(LONG)), { spans: { fromNs: 0, toNs: 1e6, ranks: [0], most: 1e5 } });
  expect(recording.law).toBeUndefined();
  expect((recording.scenario.resolved as Scenario).routing.resolution).toBe("exact");
  expect(summarize(recording).warnings.filter(({ code }) => code === "law-not-held")).toEqual([]);
});

test("sampled is read as law, with a note", () => {
  const sampled = report(scenarioOf(SHORT, { resolution: "sampled" }));
  const law = report(scenarioOf(SHORT, { resolution: "law" }));
  expect(sampled.warnings.map(({ code }) => code)).toContain("sampled-is-law");
  expect({ ...sampled, warnings: [] }).toEqual({ ...law, warnings: [] });
});

test("a study goes by the law where that is expected to take less than exact draws, unless its scenario says how", () => {
  expect(resolutionOf(studied(scenarioOf(SHORT)))).toBeUndefined();
  expect(resolutionOf(studied(scenarioOf(MIDDLE)))).toBe("law");
  expect(resolutionOf(studied(scenarioOf(MIDDLE, { resolution: "exact" })))).toBe("exact");
  expect(resolutionOf(studied(scenarioOf(MIDDLE, { capacityFactor: 1.5 })))).toBeUndefined();
  expect(resolutionOf(studied({ ...scenarioOf(MIDDLE), parallelism: { ...scenarioOf(MIDDLE).parallelism, expert: 7 } }))).toBeUndefined();
});

test("scenarios that are compared draw alike: as one of them says, or by the law where it holds for all", () => {
  const of = (...scenarios: Scenario[]) => studiedTogether(scenarios).map(resolutionOf);
  expect(of(scenarioOf(SHORT), scenarioOf(MIDDLE))).toEqual(["law", "law"]);
  expect(of(scenarioOf(MIDDLE), scenarioOf(MIDDLE, { capacityFactor: 1.5 }))).toEqual(["exact", "exact"]);
  expect(of(scenarioOf(MIDDLE), scenarioOf(MIDDLE, { gate: "balanced" }))).toEqual(["law", undefined]);
  expect(of(scenarioOf(MIDDLE), scenarioOf(SHORT, { resolution: "exact" }))).toEqual(["exact", "exact"]);
  expect(of(scenarioOf(SHORT), scenarioOf(SHORT))).toEqual([undefined, undefined]);
});
