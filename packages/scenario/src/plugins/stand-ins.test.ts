import { expect, test } from "vitest";
import { changing } from "../changing.ts";
import { loadScenario, pluginFiles } from "../load.ts";
import { parseScenario } from "../parse.ts";
import { Problems } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";
import { knobsOf } from "./policy-knobs.ts";
import type { LoadedPlugin, PolicyWords } from "./policy-words.ts";

const TEXT = `tokenyard: 1
plugins: [./mine.mjs]
model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64 } }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { data: 2 }
workload: { kind: open, rate: 5 requests/s, requests: 4, promptTokens: 8, outputTokens: 2 }
serving:
  balancer: { replicas: { kind: mine, factor: 3 } }
`;
const mine: LoadedPlugin = { files: ["./mine.mjs"], name: "mine", version: "2", sha256: "b".repeat(64) };
const words = (plugin: LoadedPlugin = mine): PolicyWords => ({
  plugins: [plugin],
  word: (door, kind) =>
    door === "serving.balancer.replicas" && kind === "mine"
      ? {
          plugin,
          settings: ({ factor = 1, ...more }) =>
            Object.keys(more).length > 0 || typeof factor !== "number"
              ? { problems: [{ path: ["factor"], given: String(factor), wanted: "a number" }] }
              : { settings: { factor } },
          standIn: () => ({ kind: "least-kv" }),
        }
      : undefined,
});
const none = { read: (): string => "" };
const problemsOf = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
  throw new Error("there are none");
};

test("a word of a plug-in is in force, another of ours stands in for it, and the resolved scenario has it as it was written", () => {
  const { scenario } = loadScenario(TEXT, { ...none, plugins: { words: words() } });
  expect(scenario.serving.balancer?.replicas).toEqual({ kind: "least-kv" });
  expect(scenario.policies).toEqual([
    { door: "serving.balancer.replicas", kind: "mine", plugin: "mine", given: { factor: 3 }, settings: { factor: 3 } },
  ]);
  const resolved = resolvedOf(scenario);
  expect(resolved).toMatchObject({
    serving: { balancer: { replicas: { kind: "mine", factor: 3 } } },
    plugins: [{ file: "./mine.mjs", name: "mine", version: "2", sha256: mine.sha256 }],
  });
  expect(resolvedOf(parseScenario(resolved, { words: words({ ...mine, files: [] }) }))).toEqual(resolved);
});

test("a changed scenario knows the words that it was read with", () => {
  const { scenario } = loadScenario(TEXT.replace("{ kind: mine, factor: 3 }", "random"), { ...none, plugins: { words: words() } });
  expect(scenario.policies).toBeUndefined();
  const change = changing(scenario);
  expect(change(["serving.balancer.replicas=mine"]).policies?.[0]?.settings).toEqual({ factor: 1 });
  expect(change(["serving.balancer.replicas={ kind: mine, factor: 7 }"]).policies?.[0]?.settings).toEqual({ factor: 7 });
  expect(changing(change(["serving.balancer.replicas=mine"]))(["serving.balancer.replicas=round-robin"]).policies).toBeUndefined();
});

test("single keys of its block are set, also beside a bare word, and mean nothing that the format says of them elsewhere", () => {
  const settingsOf = (replicas: string, ...set: readonly string[]) =>
    loadScenario(TEXT.replace("{ kind: mine, factor: 3 }", replicas), { ...none, set, plugins: { words: words() } }).scenario.policies?.[0]
      ?.given;
  expect(settingsOf("{ kind: mine, factor: 3 }", "serving.balancer.replicas.factor=4")).toEqual({ factor: 4 });
  expect(settingsOf("mine", "serving.balancer.replicas.factor=4")).toEqual({ factor: 4 });
  expect(settingsOf("random", "serving.balancer.replicas=mine", "serving.balancer.replicas.factor=5")).toEqual({ factor: 5 });
  expect(() => settingsOf("random", "serving.balancer.replicas.factr=5")).toThrow("unknown path");
  const load: PolicyWords = {
    plugins: [mine],
    word: (door) =>
      door === "workload"
        ? {
            plugin: mine,
            settings: (given) => ({ settings: given }),
            standIn: () => ({ kind: "open", rate: "5 requests/s", requests: 4, promptTokens: 8, outputTokens: 2 }),
          }
        : undefined,
  };
  const text = TEXT.replace(/workload: .*/, "workload: { kind: waves, promptTokens: 600, rate: 2 }").replace(
    / {2}balancer: .*/,
    "  scheduler: continuous",
  );
  const given = loadScenario(text, { ...none, set: ["workload.rate=3"], plugins: { words: load } }).scenario.policies?.[0]?.given;
  expect(given).toEqual({ promptTokens: 600, rate: 3 }); // no lengths that are drawn, and no requests/s
});

test("knobs of a scenario are those of the format, and any key beside the word of a plug-in", () => {
  const { scenario } = loadScenario(TEXT, { ...none, plugins: { words: words() } });
  const replicas = "serving.balancer.replicas";
  expect(knobsOf(scenario)(`${replicas}.mine`)?.type).toBe("own");
  expect(knobsOf(scenario)(`${replicas}.kind`)?.type).toBe("text");
  expect(knobsOf(scenario)("serving.scheduler.mine")).toBeUndefined();
  expect(knobsOf(scenario, ["serving.scheduler"])("serving.scheduler.mine")?.type).toBe("own");
  const plain = loadScenario(TEXT.replace("plugins: [./mine.mjs]\n", "").replace("{ kind: mine, factor: 3 }", "random"), none).scenario;
  expect(knobsOf(plain, [replicas])(`${replicas}.mine`)).toBeUndefined();
  expect(knobsOf(undefined)(`${replicas}.mine`)?.type).toBe("own");
});

test("without its code a scenario is refused at the place where it names it, and nothing is said of words that may be its own", () => {
  const [problem, ...others] = problemsOf(() => loadScenario(TEXT, { ...none, plugins: { digestOf: (file) => `of ${file}` } }));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ path: ["plugins", 0], place: { file: "scenario.yaml", line: 2, column: 11 } });
  expect(problem!.given).toBe("./mine.mjs (SHA-256 of ./mine.mjs), a plug-in whose code is not allowed to run");
  expect(problem!.wanted).toContain("`--plugin ./mine.mjs`, or --allow-plugins");
});

test("one that is not there is a path that is wrong", () => {
  const [problem] = problemsOf(() => loadScenario(TEXT, { ...none, plugins: { digestOf: () => undefined } }));
  expect(problem).toMatchObject({
    given: "a path without a file (./mine.mjs)",
    wanted: expect.stringMatching(
      /^the path of a module from the folder of the scenario's file, .*: names of packages and addresses are never taken$/,
    ),
  });
});

test("an entry that is neither path nor map has one message, and one without a path says what is wanted", () => {
  const given = (entry: string) =>
    problemsOf(() => loadScenario(TEXT.replace("./mine.mjs", entry), { ...none, plugins: { digestOf: () => undefined } })).map(
      (problem) => problem.given,
    );
  expect(given("5")).toEqual(["5"]);
  expect(given("{}")).toEqual(["no path"]);
  expect(given("zod")).toEqual(["a path without a file (zod)"]);
});

test("a mistake in what stands in is the plug-in's, and named so", () => {
  const wrong: PolicyWords = {
    plugins: [mine],
    word: (door, kind) =>
      door === "routing.gate" && kind === "own"
        ? { plugin: mine, settings: (settings) => ({ settings }), standIn: () => ({ kind: "lognormal", sigmaa: 1 }) }
        : words().word(door, kind),
  };
  const text = `${TEXT}routing: { gate: own }\n`;
  expect(problemsOf(() => loadScenario(text, { ...none, plugins: { words: wrong } }))).toMatchObject([
    { path: ["routing", "gate", "sigmaa"], given: "unknown key, by the standIn of own of plug-in mine,", place: { line: 9, column: 12 } },
  ]);
});

test("other mistakes are listed beside it", () => {
  const paths = problemsOf(() => loadScenario(TEXT.replace("data: 2", "data: none"), none)).map(({ path }) => path.join("."));
  expect(paths).toEqual(["plugins.0", "parallelism.data"]);
});

test("other bytes than those of a resolved scenario are refused", () => {
  const resolved = resolvedOf(loadScenario(TEXT, { ...none, plugins: { words: words() } }).scenario);
  const [problem] = problemsOf(() => parseScenario(resolved, { words: words({ ...mine, sha256: "c".repeat(64) }) }));
  expect(problem).toMatchObject({ path: ["plugins", 0], given: `mine 2 with the SHA-256 ${"c".repeat(64)}` });
  expect(problem!.wanted).toContain(mine.sha256);
});

test("a mistake in its settings has its place", () => {
  const text = TEXT.replace("factor: 3", "factor: many");
  expect(problemsOf(() => loadScenario(text, { ...none, plugins: { words: words() } }))).toMatchObject([
    { path: ["serving", "balancer", "replicas", "factor"], given: "many", place: { line: 8, column: 39 } },
  ]);
});

test("a word without its plug-in is a kind that there is not", () => {
  expect(problemsOf(() => loadScenario(TEXT.replace("plugins: [./mine.mjs]\n", ""), none))).toMatchObject([
    { path: ["serving", "balancer", "replicas", "kind"], given: "mine" },
  ]);
});

test("the names of its plug-ins are known before it is read, also of a file that has mistakes or is none", () => {
  expect(pluginFiles(TEXT, none)).toEqual(["./mine.mjs"]);
  expect(pluginFiles("plugins: [{ file: a.mjs }, ./b.mjs]\nmodel: none\n", none)).toEqual(["a.mjs", "./b.mjs"]);
  expect(pluginFiles("plugins: 3\n", none)).toEqual([]);
  expect(pluginFiles("a: [\n", none)).toEqual([]);
});
