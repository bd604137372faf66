import { type Fleet, Reactions } from "@tokenyard/resilience";
import { PRESETS, Problems, type Scenario, withoutPolicies } from "@tokenyard/scenario";
import { isImpossible } from "../points/point.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { fleetOf } from "./fleet-of.ts";
import { HEALTH_DOORS, withOwnHealth } from "./own-health.ts";
import { type Variant, variantsOf } from "./variants.ts";

/** A plan that the years strike: as it is, or with something about its resilience changed. */
export interface Case {
  readonly group: "own" | Variant["group"] | "engines";
  readonly name: string;
  readonly fleet: Fleet;
  readonly reactions: Reactions;
}

/** The plan as it is, whose machines fail, and all cases. */
export interface Cases {
  readonly fleet: Fleet;
  readonly all: readonly Case[];
}

/** The fleet of a case and its reactions in `part` of a study, such as a year: policies of plug-ins begin again in each. */
export function caseIn({ fleet, reactions }: Case, part: string): Pick<Case, "fleet" | "reactions"> {
  const struck = withOwnHealth(fleet, part);
  return { fleet: struck, reactions: struck === fleet ? reactions : new Reactions(struck) };
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

function placed(scenario: Scenario, variants: boolean): Cases {
  const fleet = unstruckFleet(scenario);
  const hasOwn = scenario.health !== undefined;
  const own = hasOwn ? [{ group: "own" as const, name: scenario.name, scenario }] : [];
  const others = hasOwn && !variants ? [] : [...(hasOwn ? variantsOf(scenario) : []), ...enginesOf(scenario)];
  const all = [...own, ...others].map(({ group, name, scenario: changed }): Case => {
    const struck = group === "own" ? fleet : changedFleet(fleet, changed);
    return { group, name, fleet: struck, reactions: new Reactions(struck) };
  });
  return { fleet, all };
}

/** Fleet of a plan with other reactions to failures; placed again if its experts are elsewhere. */
function changedFleet(fleet: Fleet, scenario: Scenario): Fleet {
  const placing = ({ spares }: Scenario) => (spares === undefined || spares.kind === "ranks" ? undefined : spares);
  return placing(fleet.scenario) === placing(scenario) ? { ...fleet, scenario } : unstruckFleet(scenario);
}

/** The fleet of `scenario`, whose faults strike over years and not as it is placed. */
function unstruckFleet(scenario: Scenario): Fleet {
  const { faults: _, ...unstruck } = scenario;
  return { ...fleetOf(unstruck), scenario };
}

function enginesOf(scenario: Scenario): { readonly group: "engines"; readonly name: string; readonly scenario: Scenario }[] {
  const plain = withoutPolicies(scenario, HEALTH_DOORS);
  const change = scenarioChanger(plain);
  return Object.keys(PRESETS.health).map((name) => {
    const changed = change({ health: { preset: name } });
    if (isImpossible(changed)) throw new Problems(changed.problems);
    return { group: "engines", name, scenario: { ...plain, health: changed.health } };
  });
}
