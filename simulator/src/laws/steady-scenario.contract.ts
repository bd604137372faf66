import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";

/** Any load of `scenarios` whose prompts, or those of one class of it, are cached in part when they come. */
export const brought = (scenarios: fc.Arbitrary<Scenario>): fc.Arbitrary<Scenario> =>
  fc.tuple(scenarios, fc.integer({ min: 1, max: 50 })).map(([scenario, to]) => {
    const { workload } = scenario;
    const cachedTokens = { kind: "uniform" as const, from: 1, to };
    if (workload.kind !== "open" && workload.kind !== "closed" && workload.kind !== "batch") return scenario;
    const classes = "classes" in workload ? workload.classes : undefined;
    if (classes === undefined) return { ...scenario, workload: { ...workload, cachedTokens } };
    return {
      ...scenario,
      workload: { ...workload, classes: classes.map((each, i) => (i === 0 ? { ...each, cachedTokens } : each)) },
    } as Scenario;
  });

export const broughtScenario = brought(loadedScenario);

/** The plans of loads, on which as many sequences decode in a steady state as there is room for at the start. */
export const steadyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    scenario: loadedScenario.filter(({ pools, serving: { scheduler } }) => pools === undefined && scheduler.kind !== "static"),
    sequences: fc.integer({ min: 1, max: 24 }),
    context: fc.constantFrom(1, 12, 40),
    output: fc.constantFrom(2, 9, 40),
    measure: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ scenario, sequences, context, output, measure }) => {
    const workload = {
      kind: "steady-decode",
      sequences,
      context: { kind: "uniform", from: 1, to: context },
      outputTokens: { kind: "uniform", from: 2, to: output },
      measure,
    } as const;
    return { ...scenario, workload };
  })
  .filter((scenario) => {
    try {
      prepare(scenario);
      return true;
    } catch {
      return false;
    }
  });
