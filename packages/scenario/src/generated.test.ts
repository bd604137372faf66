import { readFileSync } from "node:fs";
import { test } from "@fast-check/vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect } from "vitest";
import * as z from "zod";
import { hashOf } from "./hash.ts";
import { scenarioJsonSchema } from "./json-schema.ts";
import { lawfulAlerts } from "./laws/lawful-alerts.contract.ts";
import { lawfulKernelTable } from "./laws/lawful-kernels.contract.ts";
import { lawfulLoad } from "./laws/lawful-load.contract.ts";
import { lawfulModel } from "./laws/lawful-model.contract.ts";
import { lawfulPools } from "./laws/lawful-pools.contract.ts";
import { lawfulDrift, lawfulRebalance, lawfulRouting } from "./laws/lawful-routing.contract.ts";
import { lawfulServing } from "./laws/lawful-serving.contract.ts";
import { isSpeculation, lawfulSpeculation } from "./laws/lawful-speculation.contract.ts";
import { lawfulTrafficTable } from "./laws/lawful-traffic.contract.ts";
import { loadScenario } from "./load.ts";
import { METRICS } from "./metrics/metrics.ts";
import { parseScenario } from "./parse.ts";
import { Problems } from "./problems/problem.ts";
import { type Bounds, formatQuantity, parseQuantity } from "./quantities/quantity.ts";
import { SPELLINGS, UNITS, type Unit } from "./quantities/units.ts";
import { scenarioReference } from "./reference.ts";
import { resolvedOf } from "./resolved.ts";
import { alternativesOf, core, isFree, pathsOf, variantsOf } from "./schema/language/structure.ts";
import { traitOf } from "./schema/language/trait.ts";
import { PRECISIONS } from "./schema/precision.ts";
import { scenarioSchema } from "./schema/scenario.ts";

/** Trees as people may write them where `schema` is: defaults left out or not, bare words, drawn values, quantities of every size. */
function written(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { unit, bounds, drawn, bareKinds = () => [], write, table } = traitOf(schema);
  const inner = core(schema);
  if (schema === scenarioSchema.shape.assumed) return assumptions;
  if (schema === scenarioSchema.shape.claims) return claims;
  if (schema === scenarioSchema.shape.plugins) return fc.constant([]); // one that is named is refused until its code is loaded
  if (schema === scenarioSchema.shape.engine) return engine;
  if (inner === core(scenarioSchema.shape.engine)) return poolEngine;
  if (write !== undefined) return targets;
  if (typeof table === "object") return table.first[0] === "traffic" ? lawfulTrafficTable : lawfulKernelTable;
  if (unit !== undefined) return quantity(unit, bounds);
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) return fc.oneof(...alternatives.map(written));
  if (inner instanceof z.ZodDiscriminatedUnion) {
    const bare = [...(drawn === undefined ? [] : [written(drawn)]), ...(bareKinds().length === 0 ? [] : [fc.constantFrom(...bareKinds())])];
    return fc.oneof(...bare, ...variantsOf(schema).map(map));
  }
  if (inner instanceof z.ZodObject) return map(inner);
  if (isFree(inner)) return fc.dictionary(word, written((inner as z.ZodRecord).valueType as z.ZodType), { maxKeys: 3 });
  if (inner instanceof z.ZodRecord) {
    const keys = (inner.keyType as z.ZodEnum).options.map(String);
    return fc.dictionary(fc.constantFrom(...keys), written(inner.valueType as z.ZodType), { minKeys: 1, maxKeys: 3 });
  }
  if (inner instanceof z.ZodArray) return fc.array(written(inner.element as z.ZodType), { minLength: 1, maxLength: 4 });
  if (inner instanceof z.ZodEnum) return fc.constantFrom(...inner.options);
  if (inner instanceof z.ZodLiteral) return fc.constantFrom(...inner.values);
  if (inner instanceof z.ZodBoolean) return fc.boolean();
  if (inner instanceof z.ZodString) return fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
  if (inner instanceof z.ZodNumber) return number(inner);
  throw new Error(`no values for ${inner.type}`);
}

/** With notes of what it set, as in a resolved scenario: without them it would ask for kernels and set more. */
const engine = fc.oneof(
  fc.constantFrom("ideal", { name: "ideal" }),
  fc.record({
    name: fc.constantFrom("vllm", "sglang", "trtllm"),
    version: fc.constantFrom("0.19", "1.2"),
    flags: fc.constantFrom({}, { "max-num-seqs": 4, "enforce-eager": true, "cudagraph-capture-sizes": [1, 2] }),
    set: fc.constantFrom({}, { "serving.scheduler.maxSequences": "--max-num-seqs 4" }),
  }),
);

const poolEngine = fc.record({
  name: fc.constantFrom("vllm", "sglang", "trtllm"),
  version: fc.constantFrom("0.19", "1.2"),
  set: fc.constantFrom({}, { "serving.scheduler.maxSequences": "--max-num-seqs 4" }),
  values: fc.constantFrom({}, { "serving.scheduler.maxSequences": 4 }),
});

function map(schema: z.ZodObject): fc.Arbitrary<object> {
  const keys = Object.keys(schema.shape);
  const requiredKeys = keys.filter((key) => !["optional", "default", "prefault"].includes((schema.shape[key] as z.ZodType).type));
  const parts = Object.fromEntries(keys.map((key) => [key, written(schema.shape[key] as z.ZodType)]));
  return fc.record(parts, { requiredKeys }).map((tree) => lawful(tree as Record<string, unknown>, "layerPattern" in schema.shape));
}

const BUDGETED: ReadonlySet<unknown> = new Set(["continuous", "prefill-first", "cadence"]);

/** `tree` with the rules between its keys kept. */
function lawful(tree: Record<string, unknown>, isModel = false): object {
  const { from, to, topK, count, values, weights } = tree;
  if (typeof from === "number" && typeof to === "number" && from > to) return lawful({ ...tree, from: to, to: from });
  if ("idle" in tree && "peak" in tree) return { ...tree, idle: "0 W" };
  const { mean } = tree;
  if (typeof mean === "number" && (typeof from === "number" || typeof to === "number"))
    return { ...tree, mean: Math.min(Math.max(mean, Number(from ?? mean)), Number(to ?? 1e9)) };
  if (tree["kind"] === "uniform" && typeof from === "string") return { ...tree, from: "0 s" };
  if (typeof topK === "number" && typeof count === "number") return { ...tree, topK: Math.min(topK, count) };
  if (Array.isArray(values) && Array.isArray(weights)) return { ...tree, weights: values.map((_, i) => i + 1) };
  if (tree["allReduce"] === true) return { ...tree, norms: false };
  if (isSpeculation(tree)) return lawfulSpeculation(tree);
  if (BUDGETED.has(tree["kind"])) return { ...tree, tokenBudget: 10_000_000 };
  if (PRECISIONS.some((precision) => precision === tree["compute"])) return { ...tree, weights: tree["compute"] };
  const { tokens, groups } = tree;
  if (typeof tokens === "number" && typeof groups === "number") return { ...tree, groups: Math.min(groups, Math.floor(1e9 / tokens)) };
  if ("pad" in tree || "capacityControl" in tree) return lawfulRouting(tree);
  if (tree["kind"] === "drifting") return lawfulDrift(tree);
  if ("window" in tree && (tree["kind"] === "eplb" || tree["kind"] === "greedy")) return lawfulRebalance(tree);
  if ("rules" in tree && "every" in tree) return lawfulAlerts(tree);
  if ("kv" in tree || "balancer" in tree) return lawfulServing(tree);
  if (isModel) return lawfulModel(tree);
  return lawfulLoad(tree);
}

function number({ isInt, minValue, maxValue }: z.ZodNumber): fc.Arbitrary<number> {
  const [min, max] = [Math.max(minValue ?? 0, -1e9), Math.min(maxValue ?? 1e9, 1e15)];
  const small = fc.integer({ min: Math.ceil(min), max: Math.min(max, 20) });
  return fc.oneof(
    small,
    isInt ? fc.integer({ min, max: Math.min(max, 2 ** 31) }) : fc.double({ min, max, noNaN: true }).map((value) => value + 0),
  );
}

function quantity(unit: Unit, { positive = false, max = UNITS[unit].most }: Bounds = {}): fc.Arbitrary<string> {
  const min = positive ? UNITS[unit].least : 0;
  return fc.double({ min, max, noNaN: true }).map((value) => formatQuantity(value, unit));
}

const targets = fc
  .subarray([...METRICS], { maxLength: 4 })
  .chain((metrics) =>
    fc.tuple(
      ...metrics.map(({ name, unit, range }) =>
        fc.tuple(fc.constant(name), unit === "" ? fc.nat() : quantity(unit, range === "share" ? { max: 1 } : {})),
      ),
    ),
  )
  .map((entries) => Object.fromEntries(entries));

const assumptions = fc.subarray([
  ...pathsOf(scenarioSchema).filter((path) => !path.endsWith(".preset")),
  { path: "cluster.gpu.launch", from: "1000 ns", to: "0.005 ms" },
  { path: "workload.outputTokens", from: 1, to: 1000 },
]);

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const values = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  quantity("B"),
  quantity("tokens/ms"),
);
const basis = fc.oneof(
  fc.record({ metric: fc.oneof(fc.constant("ttft"), fc.dictionary(word, fc.constant("gpus"), { maxKeys: 3 })) }),
  fc.record({ from: fc.oneof(fc.constant("a / b"), fc.constant(["a", "b"])), inputs: fc.dictionary(word, values, { maxKeys: 3 }) }),
);
const settings = fc.dictionary(word, fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.dictionary(word, fc.integer())), { maxKeys: 3 });
const comparison = fc.oneof(
  fc.record({ comparison: fc.constantFrom("<=", ">=") }),
  fc.record({ comparison: fc.constant("="), tolerance: quantity("%", { max: 0.99 }) }, { requiredKeys: [] }),
);
const claim = fc
  .tuple(
    fc.record({ id: word, text: fc.string({ minLength: 1 }), claimed: values }),
    basis,
    comparison,
    fc.record(
      { section: fc.string({ minLength: 1 }), given: settings, over: fc.constantFrom({ a: "1..4" }, { a: [1, "2 B"] }) },
      { requiredKeys: [] },
    ),
  )
  .map((parts) => Object.assign({}, ...parts) as { id: string });
const claims = fc.uniqueArray(claim, { selector: ({ id }) => id, maxLength: 3 });

const trees = (written(scenarioSchema) as fc.Arbitrary<object>).map(lawfulPools);

type Tree = Record<string, unknown>;

/** Every key in `tree`, with the map that has it. */
function keysIn(tree: unknown): [map: Tree, key: string][] {
  if (typeof tree !== "object" || tree === null) return [];
  const inside = Object.values(tree).flatMap(keysIn);
  return Array.isArray(tree) ? inside : [...Object.keys(tree).map((key): [Tree, string] => [tree as Tree, key]), ...inside];
}

/** Makes `map` have what `other` has. */
function replace(map: Tree, other: object): void {
  for (const key of Object.keys(map)) delete map[key];
  Object.assign(map, other);
}

/** What `tree` means, or what is wrong with it. */
function meaningOf(tree: unknown): unknown {
  try {
    return resolvedOf(parseScenario(tree));
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
}

/** Each scenario is large. */
const FEWER = { numRuns: drawnCases(40) };

describe("every scenario that can be written", () => {
  test.prop([trees], FEWER)("means the same when it is resolved and read again, to the byte and the hash", (tree) => {
    const scenario = parseScenario(tree);
    const resolved = resolvedOf(scenario);
    const again = parseScenario(resolved);
    expect(again).toEqual(scenario);
    expect(JSON.stringify(resolvedOf(again))).toBe(JSON.stringify(resolved));
    expect(hashOf(resolvedOf(again))).toBe(hashOf(resolved));
  });

  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(scenarioJsonSchema());
  test.prop([trees], FEWER)("is admitted by the JSON Schema, and so is what it resolves to", (tree) => {
    const isAdmitted = validate(tree) && validate(JSON.parse(JSON.stringify(resolvedOf(parseScenario(tree)))));
    expect(isAdmitted || validate.errors).toBe(true);
  });

  test.prop([trees, fc.nat()], FEWER)("may have null under any of its keys, which removes it, by the JSON Schema too", (tree, which) => {
    const places = keysIn(tree);
    const [map, key] = places[which % places.length]!;
    const value = map[key];
    const { [key]: _, ...less } = map;
    const parsed = (part: object) => {
      replace(map, part);
      const outcome = JSON.stringify(meaningOf(tree));
      replace(map, { ...less, [key]: value });
      return outcome;
    };
    const withNull = { ...less, [key]: null };
    expect(parsed(withNull)).toBe(parsed(less));
    replace(map, withNull);
    const isAdmitted = validate(tree);
    replace(map, { ...less, [key]: value });
    const isNeeded = map === tree && ["tokenyard", "model", "cluster", "workload"].includes(key);
    expect([key, isAdmitted]).toEqual([key, key !== "kind" && !isNeeded]);
  });

  test.prop([trees, fc.string({ minLength: 1 }), fc.string(), fc.nat()], FEWER)(
    "keeps its hash under another name, about and seed",
    (tree, name, about, seed) => {
      const resolved = resolvedOf(parseScenario(tree));
      expect(hashOf({ ...resolved, name, about, seed })).toBe(hashOf(resolved));
      expect(hashOf({ ...resolved, tokenyard: 2 })).not.toBe(hashOf(resolved));
    },
  );
});

test("the hash does not depend on the order of keys", () => {
  expect(hashOf({ b: [{ d: 1, c: 2 }], a: 3 })).toBe(hashOf({ a: 3, b: [{ c: 2, d: 1 }] }));
  expect(hashOf({})).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"); // SHA-256 of {}
});

describe("the JSON Schema", () => {
  const validate = new Ajv2020({ strict: false }).compile(scenarioJsonSchema());
  const plan = () => ({
    tokenyard: 1,
    model: "plan-model",
    cluster: { gpu: { preset: "plan-card", launch: "4 us" }, network: {} },
    workload: { kind: "batch" },
  });

  test("admits presets by name, and keys beside them", () => {
    expect(validate(plan()) || validate.errors).toBe(true);
  });

  test("asks for the top keys only where nothing is extended", () => {
    expect(validate({ tokenyard: 1 })).toBe(false);
    expect(validate({ extends: "../plan/scenario.yaml" })).toBe(true);
    expect(validate({ extends: ["a.yaml", "b.yaml"], cluster: { network: { allReduce: "one-shot" } } })).toBe(true);
  });

  test("refuses bare numbers where a unit is possible, unknown keys and unknown words", () => {
    expect(validate({ extends: "a.yaml", cluster: { gpu: { memory: 64 } } })).toBe(false);
    expect(validate({ extends: "a.yaml", cluster: { gpu: { memory: "64 GB/s" } } })).toBe(false);
    expect(validate({ extends: "a.yaml", cluster: { gpu: { memry: "64 GB" } } })).toBe(false);
    expect(validate({ extends: "a.yaml", routing: { gate: "zipf" } })).toBe(false);
    expect(validate({ extends: "a.yaml", targets: { ttft: 10 } })).toBe(false);
  });

  test("in scenarios/ is the one that the format gives", async () => {
    await expect(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`).toMatchFileSnapshot("../../../scenarios/scenario.schema.json");
  });
});

describe("the reference page", () => {
  test("in docs/ is the one that the format gives", async () => {
    await expect(scenarioReference()).toMatchFileSnapshot("../../../docs/scenario.md");
  });

  test("says which units have prefixes below 1, and what a day and a watt hour are", () => {
    const below = [...SPELLINGS].filter(([name, { dimension }]) => {
      const bare = SPELLINGS.get(name.slice(1));
      return "nuµm".includes(name[0]!) && bare?.dimension === dimension && parseQuantity(`1 ${name}`, dimension) !== 1;
    });
    expect([...new Set(below.map(([, { dimension }]) => dimension))].sort()).toEqual(["J", "g", "s"]);
    expect(scenarioReference()).toContain("Prefixes below 1 are for seconds, joules and (m)\ngrams only");
    expect(scenarioReference()).toContain("`min` is 60 s, `d` is 24 h, `Wh` is 3600 J. Where seconds are wanted, h and d");
    expect([parseQuantity("1 d", "h"), parseQuantity("1 Wh", "J"), parseQuantity("1 h", "s")]).toEqual([24, 3600, 3600]);
  });

  test("begins with an example that is a scenario", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(scenarioReference().slice(0, 4000)) ?? [];
    const { scenario } = loadScenario(example, { read: (path) => path, path: "chat.yaml" });
    expect([scenario.engine?.name, scenario.parallelism.tensor, scenario.targets?.["tpot.p99"]]).toEqual(["vllm", 2, 0.02]);
  });

  test("has a meaning for every key", () => {
    const page = readFileSync(new URL("../../../docs/scenario.md", import.meta.url), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
    expect(rows.length).toBeGreaterThan(60);
  });
});
