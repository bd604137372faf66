import { Registry } from "@tokenyard/plugins";
import { summarize } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { run } from "../simulate.ts";
import { prepare } from "./prepare.ts";

/** Settings of a policy that wraps one of ours. */
interface Wrapped {
  readonly of: { readonly kind: string };
}

const registry = new Registry();
registry.add(
  {
    name: "mine",
    version: "1",
    register(to) {
      const isStated = (given: unknown): given is Wrapped => (given as Partial<Wrapped>).of !== undefined;
      const settings = { safeParse: (given: unknown) => (isStated(given) ? { success: true, data: given } : { success: false }) } as never;
      const standIn = ({ of }: Wrapped) => of;
      to.gate("wrapped", { settings, standIn, create: (_, __, builtIn) => builtIn() });
      to.overflow("wrapped", { settings, standIn, create: (_, builtIn) => builtIn() });
      to.kernels("wrapped", { settings, standIn, create: (_, __, ___, builtIn) => builtIn() });
      to.balancer("wrapped", { settings, standIn, create: (_, { builtIn }) => builtIn() });
      to.placement("wrapped", { settings, standIn, create: (_, __, ___, builtIn) => builtIn() });
      to.rebalance("wrapped", { settings, standIn, create: (_, __, ___, builtIn) => builtIn() });
      to.expertCache("wrapped", { settings, standIn, create: (_, __, ___, builtIn) => builtIn() });
      to.kernels("twice", {
        settings,
        standIn,
        create: (_, __, ___, builtIn) => {
          const ours = builtIn();
          return { seconds: (shape) => 2 * ours.seconds(shape) };
        },
      });
    },
  },
  [],
  "a".repeat(64),
);

/** The run with `more`, without what names its policies. */
function ranWith(more: object) {
  const tree = {
    tokenyard: 1,
    engine: "ideal",
    model: {
      layers: 2,
      hiddenSize: 256,
      attention: { heads: 4, kvHeads: 4, headSize: 64 },
      experts: { count: 8, topK: 2, hiddenSize: 256 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels: "roofline" },
    parallelism: { expert: 2, tensor: 1, attention: { tensor: 1, data: 2 }, data: 3 },
    routing: { gate: { kind: "lognormal", sigma: 1 }, capacityFactor: 1, resolution: "exact" },
    workload: {
      kind: "open",
      rate: "20000 requests/s",
      requests: 40,
      promptTokens: { kind: "uniform", from: 20, to: 400 },
      outputTokens: 6,
    },
    serving: { scheduler: { kind: "continuous", tokenBudget: 512, maxSequences: 4 } },
    ...more,
  };
  const setup = prepare(parseScenario(tree, { words: registry }));
  const {
    scenario: _,
    models: __,
    assumed: ___,
    assumedValues: ____,
    warnings: _____,
    ...rest
  } = summarize(run(setup)) as unknown as Record<string, unknown>;
  return rest;
}

const wrapped = (of: object) => ({ kind: "wrapped", of });
const routing = (gate: object, overflow: object = { kind: "drop" }) => ({
  routing: { gate, overflow, capacityFactor: 1, resolution: "exact" },
});
const balanced = (replicas: object, dataGroups: object) => ({
  serving: { scheduler: { kind: "continuous", tokenBudget: 512, maxSequences: 4 }, balancer: { replicas, dataGroups } },
});

test.each([
  ["uniform", { kind: "uniform" }],
  ["lognormal", { kind: "lognormal", sigma: 1.2 }],
  ["zipf", { kind: "zipf", exponent: 1 }],
])("a gate that is all of ours, %s, routes as ours does", (_, gate) => {
  expect(ranWith(routing(wrapped(gate)))).toEqual(ranWith(routing(gate)));
});

test.each([
  ["drop", { kind: "drop" }],
  ["drop by position", { kind: "drop", by: "position" }],
  ["reroute", { kind: "reroute" }],
  ["dropout", { kind: "dropout" }],
])("an overflow that is all of ours, %s, cuts as ours does", (_, overflow) => {
  const gate = { kind: "lognormal", sigma: 1 };
  expect(ranWith(routing(gate, wrapped(overflow)))).toEqual(ranWith(routing(gate, overflow)));
});

test.each(["round-robin", "random", "least-outstanding", "least-kv", "two-choices"])(
  "a balancer that is all of ours, %s, sends requests where ours does, and hears who left",
  (kind) => {
    const ours = ranWith(balanced({ kind }, { kind }));
    expect(ranWith(balanced(wrapped({ kind }), wrapped({ kind })))).toEqual(ours);
  },
);

test("a kernel model that is all of ours takes the same times, and one of twice its times other ones", () => {
  const cluster = (kernels: unknown) => ({ cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels } });
  const ours = ranWith({});
  expect(ranWith(cluster(wrapped({ kind: "roofline" })))).toEqual(ours);
  expect(ranWith(cluster({ kind: "twice", of: { kind: "roofline" } }))).not.toEqual(ours);
});

const gate = { kind: "lognormal", sigma: 1.2 };

test.each([
  ["contiguous", { kind: "contiguous" }],
  ["round-robin", { kind: "round-robin" }],
  ["packed", { kind: "packed" }],
  ["redundant", { kind: "redundant", spareSlots: 4 }],
  ["with spare copies", { kind: "packed" }, { kind: "hot-copies", perLayer: 2 }],
  ["with empty slots", { kind: "packed" }, { kind: "standby", perLayer: 2 }],
])("a placement that is all of ours, %s, places experts where ours does", (_, placement, spares?: object) => {
  const placed = (by: object) => ranWith({ routing: { gate, placement: by, resolution: "exact" }, ...(spares && { spares }) });
  expect(placed(wrapped(placement))).toEqual(placed(placement));
});

const move = { kind: "async", layersPerStep: 1 };

test.each([
  ["eplb", { kind: "eplb", every: 2, move }],
  ["eplb at once", { kind: "eplb", every: 3, move: { kind: "sync" } }],
  ["greedy", { kind: "greedy", every: 2, swaps: 1, move }],
])("a rebalancer that is all of ours, %s, moves experts where ours does", (_, rebalance) => {
  const placement = { kind: "redundant", spareSlots: 4 };
  const moved = (by: object | undefined) => ranWith({ routing: { gate, placement, resolution: "exact" }, ...(by && { rebalance: by }) });
  const ours = moved(rebalance);
  expect(moved(wrapped(rebalance))).toEqual(ours);
  expect(moved(undefined)).not.toEqual(ours);
});

test.each(["lru", "lfu", "hottest"])("a cache that is all of ours, %s, keeps the experts that ours keeps", (kind) => {
  const cache = { kind, perLayer: 2 };
  const cached = (by: object) => ranWith({ routing: { gate, resolution: "exact" }, expertCache: by });
  expect(cached(wrapped(cache))).toEqual(cached(cache));
});

test("balancers of ours differ in this run, so that one in place of another would be seen", () => {
  const runs = ["round-robin", "random", "least-outstanding"].map((kind) => JSON.stringify(ranWith(balanced({ kind }, { kind }))));
  expect(new Set(runs).size).toBe(3);
});

test("gates that choose by classes of requests, or go by where experts lie, cannot be wrapped", () => {
  expect(() => ranWith(routing(wrapped({ kind: "balanced" })))).toThrow(/its standIn deals copies out by where experts lie/);
  expect(() => ranWith(routing(wrapped({ kind: "correlated", sigma: 1, mixes: 2, by: "class" })))).toThrow(
    /its standIn chooses by the classes of requests; wanted a gate that does not/,
  );
});
