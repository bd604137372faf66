import { fc, test } from "@fast-check/vitest";
import { summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test as once } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { KeptDraws } from "./kept-draws.ts";
import { bytesOfNodes, nodesOfBytes } from "./law-bytes.ts";
import { LawNodes } from "./law-nodes.ts";
import { type LawStore, MemoryLawStore } from "./law-store.ts";

const TREE = {
  tokenyard: 1,
  engine: "ideal",
  model: { preset: "qwen3-30b-a3b", layers: 6 },
  cluster: { gpu: "h100-sxm", gpusPerNode: 4, network: "hgx-h100-ndr" },
  parallelism: { expert: 8 },
  routing: { gate: { kind: "lognormal", sigma: 1 }, resolution: "law" },
  workload: { kind: "open", requests: 30, rate: "40 requests/s", promptTokens: { kind: "uniform", from: 8, to: 400 }, outputTokens: 8 },
  serving: { scheduler: { kind: "continuous", tokenBudget: 2048, maxSequences: 64 } },
};

const scenarioOf = (changes: object = {}): Scenario => parseScenario({ ...TREE, ...changes });
const reportBy = (scenario: Scenario, lawTables?: LawStore): string => JSON.stringify(summarize(run(prepare(scenario, { lawTables })), []));

/** Tables and draws by key, of which `kept` says what a run finds. */
class OpenStore implements LawStore {
  readonly tables = new Map<string, LawNodes>();
  readonly opened: string[] = [];
  readonly #draws = new Map<string, CountedDraws>();

  draws(key: string): CountedDraws {
    const kept = this.#draws.get(key) ?? new CountedDraws();
    this.#draws.set(key, kept);
    return kept;
  }

  get drawn(): number {
    return [...this.#draws.values()].reduce((sum, { count }) => sum + count, 0);
  }

  open(key: string): LawNodes {
    const nodes = this.tables.get(key) ?? new LawNodes();
    this.tables.set(key, nodes);
    this.opened.push(key);
    return nodes;
  }

  keep(): void {}

  get count(): number {
    return [...this.tables.values()].reduce((sum, { count }) => sum + count, 0);
  }
}

/** How many were drawn, as none was kept. */
class CountedDraws extends KeptDraws {
  count = 0;

  override of(...[places, layer, tokens, number, draw]: Parameters<KeptDraws["of"]>): Int32Array {
    return super.of(places, layer, tokens, number, () => {
      this.count++;
      return draw();
    });
  }
}

/** A store that runs of `scenarios` have filled. */
function filledBy(...scenarios: Scenario[]): OpenStore {
  const store = new OpenStore();
  for (const scenario of scenarios) reportBy(scenario, store);
  return store;
}

/** `store` after its tables were written and read, with the nodes that `keeps` keeps by their numbers. */
function copyOf(store: OpenStore, keeps: (number: number) => boolean): OpenStore {
  const copy = new OpenStore();
  let number = 0;
  for (const [key, table] of store.tables) {
    const read = nodesOfBytes(bytesOfNodes(table))!;
    const some = new LawNodes();
    for (const node of read.nodes.values()) if (keeps(number++)) some.addNode(node);
    for (const [tokens, known] of read.exchanges)
      for (const [fullest, means] of known) if (keeps(number++)) some.addExchange(tokens, fullest, means);
    copy.tables.set(key, some);
  }
  return copy;
}

const OTHER_LOAD = {
  workload: { ...TREE.workload, requests: 12, rate: "300 requests/s" },
  serving: { scheduler: { kind: "continuous", tokenBudget: 512, maxSequences: 32 } },
};
const fresh = reportBy(scenarioOf());
const filled = filledBy(scenarioOf(OTHER_LOAD), scenarioOf());

describe("a run gives the same bytes", () => {
  once("with tables that it makes, or that runs of another load or with more replicas have made", () => {
    const store = filledBy(scenarioOf(OTHER_LOAD), scenarioOf({ parallelism: { expert: 8, data: 2 } }));
    const before = store.count;
    expect(reportBy(scenarioOf(), store)).toBe(fresh);
    expect(before).toBeGreaterThan(0);
    expect(store.tables.size).toBe(filledBy(scenarioOf()).tables.size); // all of them have the same keys
    const known = store.count;
    expect(reportBy(scenarioOf(), store)).toBe(fresh);
    expect(store.count).toBe(known); // nothing is left to draw
  });

  test.prop([fc.infiniteStream(fc.boolean())], { numRuns: drawnCases(4) })("with any of the nodes, written and read", (choices) => {
    const drawn = choices.take(filled.count);
    const kept = [...drawn];
    expect(
      reportBy(
        scenarioOf(),
        copyOf(filled, (number) => kept[number]!),
      ),
    ).toBe(fresh);
  });
});

describe("draws of all tokens of a layer", () => {
  const plan = (parallelism: object) => scenarioOf({ parallelism, cluster: { ...TREE.cluster, gpusPerNode: 8 } });
  const whole = plan({ expert: 8 });
  const others = [plan({ expert: 8, attention: { tensor: 2 } }), plan({ expert: 8, pipeline: 1, data: 2 })];

  once("that tables of other plans have made change no byte", () => {
    const store = filledBy(...others, plan({ expert: 4, tensor: 2 }), plan({ expert: 4 }));
    store.tables.clear();
    expect(reportBy(whole, store)).toBe(reportBy(whole));
  });

  once("are made once for plans whose experts lie alike", () => {
    const alone = filledBy(whole).drawn;
    const store = filledBy(...others);
    const before = store.drawn;
    reportBy(whole, store);
    expect(store.drawn - before).toBeLessThan(0.2 * alone); // for numbers of tokens that the others have not met
  });

  test.prop([fc.nat(3000)], { numRuns: 20 })("are the same whether they are kept or not", (mostBytes) => {
    const [kept, few] = [new KeptDraws(), new KeptDraws(mostBytes)];
    for (const number of [0, 1, 0, 2, 1, 0])
      for (const layer of [0, 3]) {
        const draw = () => Int32Array.from({ length: 64 }, (_, i) => i * number + layer);
        expect(few.of("", layer, 8, number, draw)).toEqual(kept.of("", layer, 8, number, draw));
      }
  });
});

once("what a table follows from gives it another key: seed, gate, model, machines, degrees and what is exchanged", () => {
  const keys = (changes: object) => new Set(filledBy(scenarioOf({ ...changes, workload: { ...TREE.workload, requests: 2 } })).opened);
  const known = keys({});
  const others = [
    { seed: 2 },
    { routing: { ...TREE.routing, gate: { kind: "lognormal", sigma: 1.01 } } },
    { routing: { ...TREE.routing, placement: { kind: "redundant", spareSlots: 8 } } },
    { model: { preset: "qwen3-30b-a3b", layers: 7 } },
    { cluster: { ...TREE.cluster, gpu: "h200-sxm" } },
    { cluster: { ...TREE.cluster, gpusPerNode: 8 } },
    { parallelism: { expert: 4 } },
    { parallelism: { expert: 8, attention: { tensor: 2 } } },
  ];
  for (const changes of others) expect([...keys(changes)].filter((key) => known.has(key))).toEqual([]);
});

once("policies of the caller's own, which no key names, do not ask for tables", () => {
  const store = new OpenStore();
  const { network } = prepare(scenarioOf());
  run(prepare(scenarioOf(), { lawTables: store, network }));
  expect(store.opened).toEqual([]);
});

describe("tables as bytes", () => {
  const [table] = [...filled.tables.values()];

  once("are read as they were", () => {
    expect(nodesOfBytes(bytesOfNodes(table!))).toEqual(table);
  });

  test.prop([fc.nat(), fc.uint8Array({ maxLength: 64 })])("that are cut short, or others, are none", (length, others) => {
    const bytes = bytesOfNodes(table!);
    expect(nodesOfBytes(bytes.slice(0, length % bytes.length))).toBeUndefined();
    const read = nodesOfBytes(others);
    expect(read === undefined || read.count === 0 || others.length >= 64).toBe(true);
  });
});

once("a store in memory keeps the tables that were opened last, and no more bytes than it may", () => {
  const store = new MemoryLawStore(1000);
  const add = (key: string) => store.open(key).addExchange(8, 1, new Float64Array(50)); // 600 bytes
  add("a");
  store.keep();
  expect(store.open("a").count).toBe(1);
  add("b");
  store.open("a");
  store.keep();
  expect(store.open("a").count).toBe(1);
  expect(store.open("b").count).toBe(0);
});

once("a run goes by the tables that it finds", () => {
  const store = copyOf(filled, () => true);
  for (const { nodes } of store.tables.values()) for (const node of nodes.values()) node.means.fill(0);
  expect(reportBy(scenarioOf(), store)).not.toBe(fresh);
});
