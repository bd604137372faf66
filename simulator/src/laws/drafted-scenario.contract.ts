import type { Scenario, SpeculationSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";

const speculations = fc.oneof(
  fc.record({ kind: fc.constant("mtp" as const), tokens: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    kind: fc.constant("eagle" as const),
    tokens: fc.integer({ min: 1, max: 4 }),
    acceptance: fc.constant({ survival: [0.8, 0.6, 0.3, 0.1] }),
    drafting: fc.constantFrom("sequential" as const, "parallel" as const),
  }),
  fc.record({
    kind: fc.constant("eagle" as const),
    tokens: fc.constant(2),
    acceptance: fc.constant({ survival: [0.9, 0.7] }),
    drafting: fc.constant("sequential" as const),
    tree: fc.constantFrom({ width: 2, verified: 4 }, { width: 4, verified: 5 }),
  }),
  fc.record({ kind: fc.constant("ngram" as const), tokens: fc.integer({ min: 1, max: 4 }), acceptance: fc.constant({ conditional: 0.5 }) }),
  fc.record({
    kind: fc.constant("mtp" as const),
    tokens: fc.constant(3),
    depths: fc.constantFrom(
      [{ upTo: 1, tokens: 3 }],
      [
        { upTo: 2, tokens: 2 },
        { upTo: 4, tokens: 1 },
      ],
    ),
  }),
) as fc.Arbitrary<SpeculationSpec>;

/** Any load of `scenarios` whose steps verify drafts. */
export const drafted = (scenarios: fc.Arbitrary<Scenario>): fc.Arbitrary<Scenario> =>
  fc.tuple(scenarios, speculations).map(([{ serving, ...scenario }, speculation]) => {
    const { scheduler } = serving;
    if (scheduler.kind === "static") return { ...scenario, serving };
    const tokenBudget = Math.max(scheduler.tokenBudget, scheduler.maxSequences * 5);
    return {
      ...scenario,
      expertCache: undefined,
      serving: { ...serving, overlap: { kind: "none" as const }, scheduler: { ...scheduler, tokenBudget }, speculation },
    };
  });

export const draftedScenario = drafted(loadedScenario);
export const draftedCachedScenario = drafted(cachedScenario);
