import { loadScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ofKinds, steadyPattern } from "../kinds-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { balancedCaches, cachedScenario } from "./cached-scenario.contract.ts";
import { drafted } from "./drafted-scenario.contract.ts";
import { halved } from "./halved-scenario.contract.ts";
import { struckAndCached, struckScenario } from "./struck-scenario.contract.ts";

// The laws of docs/laws.md that speak of layers by kind, wherever they run.

const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

const checkpointed = struckScenario.map((drawn): Scenario => {
  const checkpoints = { every: 4, to: { kind: "host" as const, bandwidth: 1e8 } };
  return { ...drawn, checkpoints, health: { ...drawn.health!, inFlight: "migrate" } };
});
/** A host with room for blocks of any kinds: with drafts one may take more than a host that a prefix cache is drawn with has. */
const roomy = ({ serving, ...scenario }: Scenario): Scenario => {
  const tier = serving.kv?.hostTier;
  if (tier === undefined) return { ...scenario, serving };
  return { ...scenario, serving: { ...serving, kv: { ...serving.kv!, hostTier: { ...tier, size: Math.max(tier.size, 1e6) } } } };
};

const PLACES: Readonly<Record<string, fc.Arbitrary<Scenario>>> = {
  "under load, in one pool or two, preempted": loadedScenario,
  "with a prefix cache": cachedScenario,
  "with caches that balancers know": balancedCaches,
  "with drafts": drafted(loadedScenario),
  "with drafts, and a prefix cache": drafted(cachedScenario).map(roomy),
  "struck by faults": struckScenario,
  "struck by faults, with a prefix cache": struckAndCached,
  "with copies of caches": checkpointed,
  "in two halves": halved({ min: 4, max: 5 }, ["balanced", "uniform"], [{}]),
};

describe.each(Object.entries(PLACES))("layers of any kinds %s", (_, scenarios) => {
  const drawn = ofKinds(scenarios);

  test("conserve requests and tokens, and lose none of what a request has", () => {
    fc.assert(
      fc.property(drawn, (scenario) => {
        const { requests, served, faults, speculation } = recorded(scenario);
        if (served === undefined || served === null) return; // a static batch
        const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
        expect(finished).toHaveLength(served.finished);
        if (faults === undefined || faults === null) expect(served.arrived).toBe(served.finished + served.rejected);
        const { cache, levels, promptTokens, outputTokens, firstTokens, recomputedTokens } = served;
        if (faults !== undefined && faults !== null) return;
        expect(outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)));
        const rejected = speculation === undefined ? 0 : speculation.drafted - sum(speculation.accepted);
        expect(sum(levels!.tokens)).toBe(promptTokens + outputTokens - firstTokens - cache!.hitTokens + recomputedTokens! + rejected);
      }),
      { numRuns: drawnCases(16), endOnFailure: true },
    );
  });

  test("give back all that they held", () => {
    fc.assert(
      fc.property(drawn, (scenario) => {
        if (scenario.faults !== undefined) return; // a rank that is lost keeps what it held
        const setup = prepare(scenario);
        run(setup);
        for (const { plan, scheduler } of setup.pools)
          for (let home = 0; home < plan.replicas * plan.dataGroups; home++) expect(scheduler.cache?.heldBlocks(home) ?? 0).toBe(0);
      }),
      { numRuns: drawnCases(10), endOnFailure: true },
    );
  });

  test("are timed as the stages time them, op by op", () => {
    fc.assert(
      fc.property(drawn, (scenario) => {
        expect(executorDifferences(scenario)).toEqual([]);
      }),
      { numRuns: drawnCases(10), endOnFailure: true },
    );
  });
});

test("windows and states beside one attention that grows decode by form, slow ranks and samples of bytes among them", () => {
  let formed = 0;
  const slow = struckScenario.map(
    (drawn): Scenario => ({
      ...drawn,
      health: undefined,
      spares: undefined,
      faults: drawn.faults!.filter(({ kind }) => kind === "gpu-slow"),
    }),
  );
  for (const scenarios of [loadedScenario, slow])
    fc.assert(
      fc.property(ofKinds(scenarios, steadyPattern), (scenario) => {
        expect(executorDifferences(scenario)).toEqual([]);
        const counts = { form: 0, loop: 0, launched: 0, formless: new Map<string, number>() };
        run(prepare(scenario), { counts });
        formed += counts.form;
      }),
      { numRuns: drawnCases(24), endOnFailure: true },
    );
  expect(formed).toBeGreaterThan(0);
});

test("layers that keep states alone decode by form, with measured kernels too: none has a kernel that grows with the context", () => {
  const { scenario } = loadScenario(
    `tokenyard: 1
model:
  layers: 2
  hiddenSize: 7168
  layerKinds: { states: { mixer: { kind: kda, heads: 96, headSize: 128, taps: 4, state: fp32 }, feedForward: { kind: dense, hiddenSize: 18432, matrices: 3 } } }
  layerPattern: [states, states]
  vocabulary: 32000
  precision: { weights: bf16 }
cluster: { gpu: b200, network: hgx-b200-ndr }
engine: ideal
serving: { scheduler: continuous }
workload: { kind: closed, requests: 9, concurrency: 3, promptTokens: { kind: uniform, from: 1, to: 700 }, outputTokens: { kind: uniform, from: 1, to: 9 } }
`,
    { read: () => "", path: "states.yaml" },
  );
  expect(executorDifferences(scenario)).toEqual([]);
});
