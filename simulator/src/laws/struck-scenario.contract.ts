import { layerKinds } from "@tokenyard/model";
import { compilePlan } from "@tokenyard/placement";
import { faultProblems } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { parsedOnce } from "../parsed-once.contract.ts";
import { poolScenarios } from "../setup/plans/pool-scenario.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";
import { pipelinedScenario } from "./pipelined-scenario.contract.ts";

const upTo = (us: number) => fc.integer({ min: 0, max: us }).map((each) => each * 1e-6);
const some = (of: fc.Arbitrary<number>) => fc.option(of, { nil: undefined });

const anyFault = (time: fc.Arbitrary<number>) =>
  fc.record({
    kind: fc.constantFrom(
      "gpu-lost" as const,
      "gpu-lost" as const,
      "node-lost" as const,
      "process-hang" as const,
      "expert-lost" as const,
      "link-lost" as const,
      "link-flap" as const,
      "switch-lost" as const,
      "random" as const,
      "gpu-slow" as const,
      "link-slow" as const,
    ),
    at: time,
    for: some(time),
    first: fc.nat(1000),
    second: some(fc.nat(1000)),
    speed: fc.constantFrom(1, 0.5, 0.2),
  });

const anyHealth = (time: fc.Arbitrary<number>) =>
  fc.record({
    exit: some(time),
    collectiveTimeout: some(time),
    watchdog: some(time),
    probe: fc.option(fc.record({ every: fc.constantFrom(2e-5, 1e-4), timeout: time, failures: fc.integer({ min: 1, max: 3 }) }), {
      nil: undefined,
    }),
    heartbeat: fc.option(fc.record({ every: fc.constantFrom(2e-5, 1e-4), lost: time }), { nil: undefined }),
    canary: fc.option(fc.record({ after: time, timeout: time }), { nil: undefined }),
    confirm: fc.constantFrom(0, 0, 3e-5),
    onLoss: fc.oneof(
      { weight: 1, arbitrary: fc.constant({ kind: "hang" as const }) },
      { weight: 4, arbitrary: time.map((seconds) => ({ kind: "restart" as const, time: seconds })) },
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constantFrom("shrink" as const, "shrink" as const, "mask" as const, "reroute" as const),
          decide: fc.constantFrom(0, 2e-5),
          rebuild: time,
          graph: fc.constantFrom(0, 1e-5),
          rejoin: some(time),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant("replace" as const), decide: time, start: time, rebuild: time, graph: fc.constant(0) }),
      },
    ),
    inFlight: fc.constantFrom("fail" as const, "requeue" as const, "migrate" as const),
    aborts: fc.constantFrom("lost" as const, "lost" as const, "replica" as const),
    whileDown: fc.constantFrom("wait" as const, "reject" as const),
  });

/** What engines see and do, a million times as quick, as the runs of these laws are short. */
const anyEngine = fc.constantFrom("vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo").map((health) => {
  const scenario = parsedOnce({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
    health,
  });
  return hastened(scenario.health!);
});

/** All times of `tree` a millionth of what they are. */
function hastened<T>(tree: T): T {
  if (typeof tree === "number") return (tree * 1e-6) as T;
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, key === "failures" ? value : hastened(value)])) as T;
}

const anyCommunication = (time: fc.Arbitrary<number>) =>
  fc.record({
    giveUp: fc.constantFrom(1e-9, 3e-5, 1e-4, 1e-3),
    retries: fc.integer({ min: 0, max: 3 }),
    backoff: fc.record({ first: time, factor: fc.constantFrom(1, 2), most: time, jitter: fc.constantFrom(0, 0.5, 1) }),
    fallback: fc.constantFrom("none" as const, "fail" as const, "local-experts" as const),
  });

const RANDOM = [
  { kind: "gpu-lost" },
  { kind: "node-lost" },
  { kind: "process-hang" },
  { kind: "expert-lost" },
  { kind: "gpu-slow", speed: 0.5 },
  { kind: "link-slow", speed: 0.2 },
  { kind: "link-lost" },
  { kind: "link-flap", cycles: 3, down: { kind: "uniform", from: 0, to: 1e-4 }, up: { kind: "fixed", value: 2e-5 } },
] as const;

/** `scenarios`, struck by faults of every kind within `us`, with every detector and reaction, or with what engines have. */
const struckOf = (scenarios: fc.Arbitrary<Scenario>, time = upTo(400)): fc.Arbitrary<Scenario> =>
  fc
    .record({
      scenario: scenarios,
      faults: fc.array(anyFault(time), { minLength: 1, maxLength: 4 }),
      health: fc.oneof({ weight: 4, arbitrary: anyHealth(time) }, { weight: 1, arbitrary: anyEngine }),
      spares: fc.constantFrom<Scenario["spares"]>(
        undefined,
        { kind: "ranks", count: 1 },
        { kind: "ranks", count: 3 },
        { kind: "hot-copies", perLayer: 2, place: "other-node" },
        { kind: "hot-copies", perLayer: 5, place: "any" },
        { kind: "standby", perLayer: 2 },
      ),
      communication: anyCommunication(time),
      isAlone: fc.boolean(), // each GPU on a node of its own
      weightStore: fc.constantFrom<Scenario["weightStore"]>(undefined, { kind: "host", bandwidth: 1e11 }, { kind: "peers" }),
    })
    .map(({ scenario: drawn, faults, health, spares, weightStore, communication, isAlone }) => {
      const scenario = isAlone ? { ...drawn, cluster: { ...drawn.cluster, gpusPerNode: 1 } } : drawn;
      const { model } = scenario;
      const plans = poolScenarios(scenario).map((pool) => compilePlan(pool.scenario));
      const ranks = plans.reduce((sum, plan) => sum + plan.ranks, 0);
      const nodes = plans.reduce((sum, plan) => sum + plan.nodes, 0);
      const replicas = plans.reduce((sum, plan) => sum + plan.replicas, 0);
      const specs = faults.map(({ kind: wanted, at, for: lasts, first, second, speed }) => {
        const chosen = (count: number) => [...new Set(second === undefined ? [first % count] : [first % count, second % count])];
        const kind = wanted === "expert-lost" && model.experts === undefined ? "gpu-lost" : wanted;
        const common = { kind, at, for: lasts };
        if (kind === "random") {
          const of = RANDOM[first % RANDOM.length]!;
          return {
            kind,
            of: of.kind === "expert-lost" && model.experts === undefined ? RANDOM[0] : { ...of, ...("cycles" in of ? {} : { for: lasts }) },
            mtbfPerGpu: 5e-5 * ranks, // about two until 400 us
            acceleration: 1000,
            until: 4e-4,
            ...(second === undefined ? {} : { leave: Math.min(second % 3, ranks) }),
            ...(first % 3 === 0 && scenario.cluster.gpusPerNode > 1 ? { burst: { ranks: 2, within: at } } : {}),
          };
        }
        if (kind === "node-lost") return { ...common, nodes: chosen(nodes) };
        if (kind === "switch-lost")
          return { ...common, leaves: chosen(Math.ceil(nodes / 2)), nodesPerLeaf: 2, ...(first % 3 === 0 ? { rails: [0] } : {}) };
        if (kind === "link-lost") return { ...common, ...(first % 3 === 0 ? { nodes: chosen(nodes) } : { ranks: chosen(ranks) }) };
        if (kind === "link-flap") {
          const down = lasts === undefined ? { kind: "fixed", value: at / 8 } : { kind: "uniform", from: 0, to: lasts };
          return { kind, at, cycles: 1 + (first % 7), down, up: { kind: "fixed", value: speed * 1e-4 }, ranks: chosen(ranks) };
        }
        if (kind !== "expert-lost") return { ...common, ranks: chosen(ranks), ...(kind.endsWith("slow") ? { speed } : {}) };
        const withExperts = layerKinds(model).flatMap((of, layer) => (of === "moe" ? [layer] : []));
        return {
          ...common,
          layer: withExperts[first % withExperts.length],
          expert: (second ?? first) % model.experts!.count,
          replica: second === undefined ? undefined : second % replicas,
        };
      });
      const struck = {
        ...scenario,
        faults: specs as Scenario["faults"],
        communication,
        health,
        ...(spares === undefined || (spares.kind !== "ranks" && scenario.model.experts === undefined) ? {} : { spares }),
        ...(weightStore === undefined ? {} : { weightStore }),
      } as Scenario;
      const isLocal = faultProblems(struck, plans).every(({ path }) => path[0] !== "communication");
      return isLocal ? struck : { ...struck, communication: { ...communication, fallback: "fail" as const } };
    });

const alone = (scenarios: fc.Arbitrary<Scenario>) => scenarios.filter(({ pools }) => pools === undefined);
const apart = (scenarios: fc.Arbitrary<Scenario>) => scenarios.filter(({ pools }) => pools !== undefined);

/** Scenarios under load that faults strike. */
export const struckScenario = struckOf(alone(loadedScenario));

/** The same with a pool that prefills and one that decodes: for some moments of a run, or for most of it. */
export const struckPools = fc.oneof(
  struckOf(apart(loadedScenario), upTo(400)),
  struckOf(apart(pipelinedScenario), upTo(400)),
  struckOf(apart(pipelinedScenario), upTo(8000)),
);

/** Batches that are dealt before they start. */
export const struckBatch = struckOf(
  drawnScenario.filter(({ serving }) => serving.scheduler.kind === "static"),
  upTo(2000),
).map((scenario): Scenario => {
  const spares = scenario.routing.placement?.kind === "redundant" ? undefined : scenario.spares;
  return { ...scenario, spares };
});

/** Pipelines whose schedules they strike: for some moments of a run, or for most of it. */
export const struckPipelines = fc.oneof(struckOf(alone(pipelinedScenario), upTo(400)), struckOf(alone(pipelinedScenario), upTo(8000)));

/** Pipelines whose GPUs and links are slow now and then, some of a stage or all of it, and which may be broken off by one that is lost. */
export const slowedPipelines: fc.Arbitrary<Scenario> = fc
  .record({
    scenario: pipelinedScenario.filter(({ pools }) => pools === undefined),
    slow: fc.array(
      fc.record({
        kind: fc.constantFrom("gpu-slow" as const, "link-slow" as const),
        at: upTo(4000),
        for: upTo(3000),
        first: fc.nat(100),
        count: fc.constantFrom(1, 2, 100),
        speed: fc.constantFrom(0.7, 0.3),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    lost: some(upTo(4000)),
  })
  .map(({ scenario, slow, lost }) => {
    const { expert, tensor, pipeline, data } = scenario.parallelism;
    const ranks = expert * tensor * pipeline * data;
    const faults: Scenario["faults"] = slow.map(({ kind, at, for: lasts, first, count, speed }) => ({
      kind,
      at,
      for: lasts,
      ranks: [...new Set(Array.from({ length: Math.min(count, ranks) }, (_, i) => (first + i) % ranks))],
      speed,
    }));
    if (lost === undefined) return { ...scenario, faults };
    const health = {
      exit: 1e-5,
      confirm: 0,
      onLoss: { kind: "restart", time: 1e-4 },
      inFlight: "migrate",
      aborts: "lost",
      whileDown: "wait",
    } as const;
    return { ...scenario, faults: [...faults, { kind: "gpu-lost", at: lost, for: 1e-4, ranks: [0] }], health } as Scenario;
  });

/** The same whose data groups keep blocks for others. */
export const struckAndCached = struckOf(alone(cachedScenario));

/** `faults` as they would be over at once. */
export function withoutLength(faults: NonNullable<Scenario["faults"]>): NonNullable<Scenario["faults"]> {
  const never = { kind: "fixed" as const, value: 0 };
  return faults.map((fault): typeof fault => {
    if (fault.kind === "random") {
      return { ...fault, of: fault.of.kind === "link-flap" ? { ...fault.of, down: never } : { ...fault.of, for: 0 } };
    }
    return fault.kind === "link-flap" ? { ...fault, down: never } : { ...fault, for: 0 };
  });
}
