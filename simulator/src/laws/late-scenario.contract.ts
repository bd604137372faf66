import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { loadedScenario } from "../loaded-scenario.contract.ts";

/** Any load of `scenarios` whose requests take time before a scheduler knows of them. */
export const late = (scenarios: fc.Arbitrary<Scenario>): fc.Arbitrary<Scenario> =>
  fc
    .tuple(
      scenarios,
      fc.constantFrom({ arrival: 2e-6 }, { arrival: 3e-4 }, { arrival: 700e-9, arrivalToken: 30e-9 }, { arrivalToken: 2e-6 }),
    )
    .map(([{ serving, ...scenario }, late]) => {
      const stepOverhead = serving.stepOverhead ?? { step: 0, layer: 0, request: 0 };
      return { ...scenario, serving: { ...serving, stepOverhead: { ...stepOverhead, ...late } } };
    });

export const lateScenario = late(loadedScenario);
