import { Registry } from "@tokenyard/plugins";
import { parseScenario, resolvedOf } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";

const registry = new Registry();
registry.add(
  {
    name: "mine",
    version: "1",
    register(to) {
      to.scheduler("as-ours", {
        settings: { safeParse: (data: unknown) => ({ success: true, data }) } as never,
        standIn: ({ ours }: { readonly ours: { readonly kind: string } }) => ours,
        create: (_settings, _context, builtIn) => builtIn((inner) => ({ arrive: (...of) => inner.arrive(...of) })),
      });
    },
  },
  [],
  "a".repeat(64),
);

test("a plug-in that wraps a scheduler of ours and changes nothing gives the same run, and no fault, on any load", () => {
  fc.assert(
    fc.property(fc.oneof(drawnScenario, loadedScenario, cachedScenario), (scenario) => {
      const tree = resolvedOf(scenario) as { readonly serving: { readonly scheduler: unknown } };
      const words = { words: registry };
      const wrapped = parseScenario(
        { ...tree, serving: { ...tree.serving, scheduler: { kind: "as-ours", ours: tree.serving.scheduler } } },
        words,
      );
      const { models: _, assumed: __, scenario: ___, ...own } = run(prepare(wrapped));
      const { models: ____, assumed: _____, scenario: ______, ...plain } = run(prepare(parseScenario(tree)));
      expect(own).toEqual(plain);
    }),
    { numRuns: drawnCases(60) },
  );
});
