import { layerKinds } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { cachedScenario } from "./cached-scenario.contract.ts";
import { loadedScenario } from "./loaded-scenario.contract.ts";

const time = fc.integer({ min: 0, max: 400 }).map((us) => us * 1e-6);
const some = (of: fc.Arbitrary<number>) => fc.option(of, { nil: undefined });

const anyFault = fc.record({
  kind: fc.constantFrom(
    "gpu-lost" as const,
    "gpu-lost" as const,
    "node-lost" as const,
    "process-hang" as const,
    "expert-lost" as const,
    "gpu-slow" as const,
    "link-slow" as const,
  ),
  at: time,
  for: some(time),
  first: fc.nat(1000),
  second: some(fc.nat(1000)),
  speed: fc.constantFrom(1, 0.5, 0.2),
});

const anyHealth = fc.record({
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
        kind: fc.constantFrom("shrink" as const, "shrink" as const, "mask" as const),
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

/** `scenarios` without pools, struck by faults of every kind, with every detector and reaction. */
const struckOf = (scenarios: fc.Arbitrary<Scenario>): fc.Arbitrary<Scenario> =>
  fc
    .record({
      scenario: scenarios.filter(({ pools }) => pools === undefined),
      faults: fc.array(anyFault, { minLength: 1, maxLength: 4 }),
      health: anyHealth,
      spares: fc.constantFrom<Scenario["spares"]>(
        undefined,
        { kind: "ranks", count: 1 },
        { kind: "ranks", count: 3 },
        { kind: "hot-copies", perLayer: 2, place: "other-node" },
        { kind: "hot-copies", perLayer: 5, place: "any" },
        { kind: "standby", perLayer: 2 },
      ),
      weightStore: fc.constantFrom<Scenario["weightStore"]>(undefined, { kind: "host", bandwidth: 1e11 }, { kind: "peers" }),
    })
    .map(({ scenario, faults, health, spares, weightStore }) => {
      const { model } = scenario;
      const { expert, tensor, pipeline, data } = scenario.parallelism;
      const ranks = expert * tensor * pipeline * data;
      const nodes = Math.ceil(ranks / scenario.cluster.gpusPerNode);
      const specs = faults.map(({ kind: wanted, at, for: lasts, first, second, speed }) => {
        const chosen = (count: number) => [...new Set(second === undefined ? [first % count] : [first % count, second % count])];
        const kind = wanted === "expert-lost" && model.experts === undefined ? "gpu-lost" : wanted;
        const common = { kind, at, for: lasts };
        if (kind === "node-lost") return { ...common, nodes: chosen(nodes) };
        if (kind !== "expert-lost") return { ...common, ranks: chosen(ranks), ...(kind.endsWith("slow") ? { speed } : {}) };
        const withExperts = layerKinds(model).flatMap((of, layer) => (of === "moe" ? [layer] : []));
        return {
          ...common,
          layer: withExperts[first % withExperts.length],
          expert: (second ?? first) % model.experts!.count,
          replica: second === undefined ? undefined : second % data,
        };
      });
      return {
        ...scenario,
        faults: specs as Scenario["faults"],
        health,
        ...(spares === undefined || (spares.kind !== "ranks" && scenario.model.experts === undefined) ? {} : { spares }),
        ...(weightStore === undefined ? {} : { weightStore }),
      } as Scenario;
    });

/** Scenarios under load that faults strike. */
export const struckScenario = struckOf(loadedScenario);

/** The same whose data groups keep blocks for others. */
export const struckAndCached = struckOf(cachedScenario);
