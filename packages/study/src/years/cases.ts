import { type Fleet, Reactions } from "@tokenyard/resilience";
import { PRESETS, Problems, type Scenario, withoutPolicies } from "@tokenyard/scenario";
import { isImpossible } from "../points/point.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { fleetsOf } from "./fleet-of.ts";
import { HEALTH_DOORS, withOwnHealth } from "./own-health.ts";
import { type Variant, variantsOf } from "./variants.ts";

/** A pool that the years strike, with its reactions. */
export interface CasePool {
  readonly fleet: Fleet;
  readonly reactions: Reactions;
}

/** A plan that the years strike: as it is, or with something about its resilience changed. */
export interface Case {
  readonly group: "own" | Variant["group"] | "engines";
  readonly name: string;
  readonly pools: readonly CasePool[];
}

/** The pools of the plan as it is, whose machines fail, and all cases. */
export interface Cases {
  readonly fleets: readonly Fleet[];
  readonly all: readonly Case[];
}

/** The pools of a case in `part` of a study, such as a year: policies of plug-ins begin again in each. */
export function poolsIn({ pools }: Case, part: string): readonly CasePool[] {
  return pools.map(({ fleet, reactions }) => {
    const struck = withOwnHealth(fleet, fleet.pool === undefined ? part : `${part}/${fleet.pool}`);
    return { fleet: struck, reactions: struck === fleet ? reactions : new Reactions(struck) };
  });
}

/** The cases asked for last, which are placed once for all years. */
let last: { readonly name: string; readonly cases: Cases } | undefined;

/**
 * The cases of `scenario`: itself, unless it has no `health`, and with `variants`, or without `health`, the alternatives. Throws Problems
 * if there is no such plan.
 */
export function casesOf(scenario: Scenario, variants: boolean): Cases {
  const name = JSON.stringify([scenario, variants]);
  if (last?.name !== name) last = { name, cases: placed(scenario, variants) };
  return last.cases;
}

/** A case before it is placed: the scenario of each pool. */
interface Unplaced extends Pick<Case, "group" | "name"> {
  readonly scenarios: readonly Scenario[];
}

function placed(scenario: Scenario, variants: boolean): Cases {
  const fleets = unstruckFleets(scenario);
  const scenarios = fleets.map((fleet) => fleet.scenario);
  const hasOwn = scenarios.every(({ health }) => health !== undefined);
  const own: Unplaced[] = hasOwn ? [{ group: "own", name: scenario.name, scenarios }] : [];
  const others = hasOwn && !variants ? [] : [...(hasOwn ? changesOf(scenario, fleets) : []), ...enginesOf(scenario, scenarios)];
  const all = [...own, ...others].map(({ group, name, scenarios: changed }): Case => {
    const struck = group === "own" ? fleets : changedFleets(scenario, fleets, changed);
    return { group, name, pools: struck.map((fleet) => ({ fleet, reactions: new Reactions(fleet) })) };
  });
  return { fleets, all };
}

/** Changes of all pools at once, or where one has health or spares of its own, of each alone. */
function changesOf({ pools = [] }: Scenario, fleets: readonly Fleet[]): Unplaced[] {
  const scenarios = fleets.map(({ scenario }) => scenario);
  if (pools.every(({ health, spares }) => health === undefined && spares === undefined)) {
    const ofEach = scenarios.map(variantsOf);
    return ofEach[0]!.map(({ group, name }, i) => ({ group, name, scenarios: ofEach.map((variants) => variants[i]!.scenario) }));
  }
  return fleets.flatMap(({ pool, scenario }, at) =>
    variantsOf(scenario).map(({ group, name, scenario: changed }) => ({
      group,
      name: `${pool}: ${name}`,
      scenarios: scenarios.map((each, i) => (i === at ? changed : each)),
    })),
  );
}

/** The fleets of pools with other reactions to failures; placed again if experts are elsewhere. */
function changedFleets(scenario: Scenario, fleets: readonly Fleet[], changed: readonly Scenario[]): readonly Fleet[] {
  const placing = ({ spares }: Scenario) => (spares === undefined || spares.kind === "ranks" ? undefined : spares);
  const isAlike = fleets.every((fleet, i) => placing(fleet.scenario) === placing(changed[i]!));
  const again = isAlike ? fleets : unstruckFleets(changed.length === 1 ? changed[0]! : withPools(scenario, changed));
  return again.map((fleet, i) => ({ ...fleet, scenario: changed[i]! }));
}

/** `scenario` with what each of `pools` has for its health and spares. */
function withPools({ health: _, spares: __, ...scenario }: Scenario, pools: readonly Scenario[]): Scenario {
  const ordered = scenario.pools!.map((pool) => {
    const { health, spares } = pools[pool.role === "prefill" ? 0 : 1]!;
    return { ...pool, health, spares };
  });
  return { ...scenario, pools: ordered } as Scenario;
}

/** The fleets of `scenario`, whose faults strike over years and not as it is placed. */
function unstruckFleets(scenario: Scenario): Fleet[] {
  const { faults, ...unstruck } = scenario;
  return fleetsOf(unstruck).map((fleet) => ({ ...fleet, scenario: faults === undefined ? fleet.scenario : { ...fleet.scenario, faults } }));
}

/** The presets of engines in place of the health of every pool. */
function enginesOf(scenario: Scenario, pools: readonly Scenario[]): Unplaced[] {
  const change = scenarioChanger(withoutPolicies(scenario, HEALTH_DOORS));
  const plain = pools.map((pool) => withoutPolicies(pool, HEALTH_DOORS));
  return Object.keys(PRESETS.health).map((name) => {
    const changed = change({ health: { preset: name } });
    if (isImpossible(changed)) throw new Problems(changed.problems);
    return { group: "engines", name, scenarios: plain.map((pool) => ({ ...pool, health: changed.health! })) };
  });
}
