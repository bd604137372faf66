import { metricValue } from "@tokenyard/report";
import { metricOf, metricPaths, parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { tiny } from "../../fixtures/tiny.ts";
import { lackedAt } from "./lacked.ts";

type Tree = Record<string, unknown>;

const LOAD = { kind: "open", requests: 20, rate: "1000 requests/s", promptTokens: 40 };
const SERVING = { scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 8 } };

function tinyWith(rest: Tree): Scenario {
  return parseScenario({ ...resolvedOf(tiny), ...rest });
}

function loaded(lengths: Tree, serving: Tree = {}): Scenario {
  return tinyWith({ workload: { ...LOAD, ...lengths }, serving: { ...SERVING, ...serving } });
}

const scenarios: readonly [string, Scenario][] = [
  ["a batch", tiny],
  ["a batch of one-token answers", tinyWith({ workload: { kind: "batch", sequences: 4, promptTokens: 8, outputTokens: 1 } })],
  ["a load", loaded({ outputTokens: 3 })],
  ["a load of one-token answers", loaded({ outputTokens: 1 })],
  ["a load with a prefix cache", loaded({ outputTokens: 3 }, { kv: { prefixCache: true } })],
  [
    "pools, one with health of its own",
    tinyWith({
      workload: { ...LOAD, outputTokens: 3 },
      serving: SERVING,
      pools: [
        { role: "prefill", count: 1 },
        { role: "decode", count: 1, health: { onLoss: { kind: "restart", time: "2 s" } } },
      ],
    }),
  ],
  [
    "classes, one of one-token answers",
    loaded({
      promptTokens: undefined,
      classes: [
        { name: "a", promptTokens: 9, outputTokens: 1 },
        { name: "b", promptTokens: 9, outputTokens: 2 },
      ],
    }),
  ],
];

/** Every number of the report; what it has several of by the first two. */
const PATHS = metricPaths().flatMap((path) => (path.includes("*") ? [path.replaceAll("*", "0"), path.replaceAll("*", "1")] : [path]));

describe.each(scenarios)("%s", (_, scenario) => {
  test("has no value of what it is said to lack something for", () => {
    const report = simulate(scenario);
    const lacked = PATHS.filter((path) => lackedAt(path, scenario) !== undefined);
    expect(lacked.length).toBeGreaterThan(50);
    for (const path of lacked) expect([path, metricValue(report, metricOf(path)!) ?? null]).toEqual([path, null]);
  });
});

const ONE_TOKEN: readonly [string, Tree][] = [
  ["a number", { outputTokens: 1 }],
  ["a range", { outputTokens: { kind: "uniform", from: 1, to: 1 } }],
  ["a distribution with an end", { outputTokens: { kind: "lognormal", mean: 1, sigma: 2, to: 1 } }],
  ["observed values, of which others have no weight", { outputTokens: { kind: "empirical", values: [1, 7], weights: [1, 0] } }],
  ["pairs", { promptTokens: undefined, pairs: [{ promptTokens: 9, outputTokens: 1 }] }],
];

test.each(ONE_TOKEN)("answers of one token are known as such from %s: none has a gap between tokens", (_, lengths) => {
  const scenario = loaded(lengths);
  for (const path of ["tpotSeconds.p99", "itlSeconds.mean", "throughput.decodeTokensPerSecond", "time.decode.compute.idle"])
    expect(lackedAt(path, scenario)).toBe("answers of two tokens or more, as workload.outputTokens: 2");
  for (const path of ["ttftSeconds.p99", "e2eSeconds.max", "throughput.prefillTokensPerSecond"])
    expect(lackedAt(path, scenario)).toBeUndefined();
});

test("of classes only one-token answers of all, or of the class that is asked for, lack a gap", () => {
  const [, mix] = scenarios.at(-1)!;
  expect(lackedAt("tpotSeconds.p99", mix)).toBeUndefined();
  expect(lackedAt("classes.1.tpotSeconds.p99", mix)).toBeUndefined();
  expect(lackedAt("classes.0.tpotSeconds.p99", mix)).toBe("answers of two tokens or more, as workload.classes.0.outputTokens: 2");
});

test("where nothing breaks there is no value of faults, whatever would be done about them", () => {
  const health = { onLoss: { kind: "restart", time: "2 s" } };
  for (const rest of [{ health }, { health, faults: [] }, { spares: { kind: "ranks", count: 1 } }])
    expect([rest, lackedAt("faults.downShare", tinyWith(rest))]).toEqual([rest, "something that breaks, as faults"]);
});
