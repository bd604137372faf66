import type { PhaseRouting } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const sum = (column: Iterable<number>) => [...column].reduce((all, each) => all + each, 0);

/** Wrong in the fates of a phase; nothing. */
function faultsOf({ layers, experts, tokens, fates, droppedPerLayer, reroutedPerLayer, maskedPerLayer }: PhaseRouting): string[] {
  const { reroutedIn, reroutedOut, dropped, masked } = fates!;
  const wrong: string[] = [];
  for (let row = 0; row < layers.length; row++) {
    const own = (column: Float64Array) => column.subarray(row * experts, (row + 1) * experts);
    const rerouted = reroutedPerLayer?.[row] ?? 0;
    const reported = [sum(own(reroutedIn)), sum(own(reroutedOut)), sum(own(dropped)), sum(own(masked))];
    const wanted = [rerouted, rerouted, droppedPerLayer[row]!, maskedPerLayer?.[row] ?? 0];
    if (reported.join() !== wanted.join()) wrong.push(`layer ${layers[row]}: ${reported} reported, ${wanted} in all`);
    for (let x = 0; x < experts; x++) {
      const at = row * experts + x;
      const each = [
        reroutedIn[at]!,
        reroutedOut[at]!,
        dropped[at]!,
        masked[at]!,
        tokens[at]! - reroutedOut[at]! - dropped[at]! - masked[at]!,
      ];
      if (!each.every((count) => count >= 0 && Number.isInteger(count))) wrong.push(`layer ${layers[row]}, expert ${x}: ${each}`);
    }
  }
  return wrong;
}

/** With a capacity that makes every overflow policy do something. */
const tight = (scenario: Scenario): Scenario => ({ ...scenario, routing: { ...scenario.routing, capacityFactor: 0.8 } });
const onLossOf = ({ health }: Scenario) => health?.onLoss.kind;
const rerouting = (scenario: Scenario): Scenario => ({
  ...scenario,
  ...(scenario.communication === undefined ? {} : { communication: { ...scenario.communication, fallback: "fail" } }),
  routing: { ...scenario.routing, overflow: { kind: "reroute", within: "any" } },
});
/** Layers route alike, and take all copies but those to experts that are lost. */
const even = ({ rebalance: _, expertCache: __, ...scenario }: Scenario): Scenario => {
  const { capacityFactor: ___, capacityControl: ____, pad: _____, ...routing } = scenario.routing;
  return { ...scenario, routing: { ...routing, gate: { kind: "balanced" } } };
};
const withExperts = ({ model }: Scenario) => model.experts !== undefined;

for (const [name, scenarios, numRuns] of [
  ["batches", drawnScenario.filter(withExperts).map(tight), 80],
  ["loads", loadedScenario.filter(withExperts).map(tight), 20],
  ["runs that faults strike", struckScenario.filter(withExperts).map(tight), 20],
  [
    "runs that faults strike, while copies ask others for room",
    struckScenario
      .filter((of) => withExperts(of))
      .map(tight)
      .map(rerouting),
    16,
  ],
  [
    "runs that go on without experts, while layers route alike",
    struckScenario.filter((of) => withExperts(of) && ["mask", "reroute"].includes(onLossOf(of)!)).map(even),
    16,
  ],
] as const) {
  test(`fates by expert add up to those of the layer, each copy has one however passes are timed, and asking for them changes nothing: ${name}`, () => {
    let any = 0;
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { routing, ...reported } = run(prepare(scenario), { fates: true });
        const { routing: without, ...plain } = run(prepare(scenario));
        expect(differences(reported, plain)).toEqual([]);
        expect(
          differences(
            routing.map(({ fates: _, ...rest }) => rest),
            without,
          ),
        ).toEqual([]);
        expect(routing.flatMap(faultsOf)).toEqual([]);
        const opByOp = run(prepare(scenario), { fates: true, executor: "stages" });
        expect(
          differences(
            routing.map(({ fates }) => fates),
            opByOp.routing.map(({ fates }) => fates),
          ),
        ).toEqual([]);
        any += sum(routing.map(({ kept, routed }) => routed - kept));
      }),
      { numRuns: drawnCases(numRuns) },
    );
    expect(any).toBeGreaterThan(0);
  });
}
