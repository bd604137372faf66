import type { Cause, Fleet } from "@tokenyard/resilience";
import { hashOf, PRESETS, Problems, type ReadPieces, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { VERSION } from "@tokenyard/simulator";
import { type Estimate, estimateOf } from "../estimate.ts";
import { inProcessRunner } from "../in-process-runner.ts";
import { isImpossible } from "../point.ts";
import type { Runner, StopSignal } from "../runner.ts";
import { scenarioChanger } from "../scenario-changer.ts";
import { fleetOf } from "./fleet-of.ts";
import type { Losses, Outcome } from "./outcome.ts";
import { ratesOf } from "./rates.ts";
import { type ToldTraffic, trafficOf } from "./traffic-of.ts";
import { type Variant, variantsOf } from "./variants.ts";
import { afterYears, Years } from "./years.ts";

export interface AvailabilityOptions {
  /** Years to draw; 200 when none are given. */
  readonly years?: number;
  /** False: the plan alone, without what changes to it, and other engines, would do. */
  readonly variants?: boolean;
  /** Of the one run that tells how many requests are served at once; this thread when none is given. */
  readonly runner?: Runner;
  readonly readPieces?: ReadPieces;
  readonly signal?: StopSignal;
  /** Lets others have the thread for a moment. */
  pause?(): Promise<unknown>;
  onProgress?(ended: number, most: number): void;
}

/** What a plan gives over years. Plain data, the same for the same question. */
export interface Availability {
  readonly tokenyard: 1;
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly seed: number;
  readonly years: number;
  readonly gpus: number;
  readonly nodes: number;
  readonly replicas: number;
  /** Mean hours from one failure of anything to the next; null: nothing fails. */
  readonly hoursBetween: number | null;
  readonly rates: readonly ToldRate[];
  readonly traffic: ToldTraffic | null;
  readonly assumed: readonly string[];
  /** Null for a plan that does not say what it does about faults. */
  readonly own: Outcome | null;
  readonly variants: readonly ToldVariant[];
  /** The plan under what each engine does, as it comes. */
  readonly engines: readonly ToldVariant[];
}

export interface ToldRate {
  readonly cause: Cause;
  readonly count: number;
  readonly hours: number;
  readonly perYear: number;
}

export interface ToldVariant {
  readonly group: Variant["group"] | "engines";
  readonly name: string;
  readonly outcome: Outcome;
  /** Against the plan's own, year by year: what is more. Null beside none. */
  readonly capacityLost: Estimate | null;
  readonly requestsLost: Estimate | null;
}

const YEARS = 200;
const YEAR_HOURS = 8760;
const YEARS_AT_ONCE = 16;

/**
 * What years do to `scenario`: how much of the time and of the plan serves, and what becomes of requests, by a closed formula and over years drawn from the scenario's
 * seed; and what changes to its detectors, reactions and spares would do, in the same years. Undefined once it was stopped. Throws Problems of the scenario.
 */
export async function availability(given: Scenario, options: AvailabilityOptions = {}): Promise<Availability | undefined> {
  const { years: count = YEARS, readPieces, runner = inProcessRunner({ readPieces }), signal, pause, onProgress } = options;
  const { sweep: _, claims: __, ...bare } = given;
  const scenario = bare as Scenario;
  const fleet = fleetOf(scenario);
  const told = ratesOf(scenario, fleet.plan);
  const traffic = await trafficOf(scenario, runner, signal === undefined ? {} : { signal });
  if (signal?.aborted) return undefined;
  const years = new Years(fleet, told, count);
  const isAlone = options.variants === false && scenario.health !== undefined;
  const asked = isAlone ? [] : [...(scenario.health === undefined ? [] : variantsOf(scenario)), ...enginesOf(scenario)];
  const most = count * (asked.length + (scenario.health === undefined ? 0 : 1));
  let ended = 0;
  const goOn = async (year: number) => {
    ended++;
    if (year % YEARS_AT_ONCE === 0) {
      onProgress?.(ended, most);
      await pause?.();
    }
    return signal?.aborted !== true;
  };
  const own = scenario.health === undefined ? undefined : await afterYears(fleet, years, traffic, goOn);
  const variants: ToldVariant[] = [];
  for (const { group, name, scenario: changed } of asked) {
    const found = await afterYears(changedFleet(fleet, changed), years, traffic, goOn);
    if (found === undefined) return undefined;
    variants.push({ group, name, outcome: found.outcome, ...differences(own?.losses, found.losses) });
  }
  if (scenario.health !== undefined && own === undefined) return undefined;
  const perHour = told.rates.reduce((sum, { count: machines, hours }) => sum + machines / hours, 0);
  return {
    tokenyard: 1,
    version: VERSION,
    scenario: { name: scenario.name, hash: hashOf(resolvedOf(scenario)) },
    seed: scenario.seed,
    years: count,
    gpus: fleet.plan.ranks,
    nodes: fleet.plan.nodes,
    replicas: fleet.plan.replicas,
    hoursBetween: perHour === 0 ? null : 1 / perHour,
    rates: told.rates
      .filter(({ hours }) => hours < Number.POSITIVE_INFINITY)
      .map(({ cause, count: machines, hours }) => ({ cause, count: machines, hours, perYear: (machines / hours) * YEAR_HOURS })),
    traffic: traffic ?? null,
    assumed: told.assumed,
    own: own?.outcome ?? null,
    variants: variants.filter(({ group }) => group !== "engines"),
    engines: variants.filter(({ group }) => group === "engines"),
  };
}

/** The fleet of a plan that differs in what is done about failures; where experts lie otherwise, it is placed anew. */
function changedFleet(fleet: Fleet, scenario: Scenario): Fleet {
  const placing = ({ spares }: Scenario) => (spares === undefined || spares.kind === "ranks" ? undefined : spares);
  return placing(fleet.scenario) === placing(scenario) ? { ...fleet, scenario } : fleetOf(scenario);
}

function enginesOf(scenario: Scenario): { readonly group: "engines"; readonly name: string; readonly scenario: Scenario }[] {
  const change = scenarioChanger(scenario);
  return Object.keys(PRESETS.health).map((name) => {
    const changed = change({ health: { preset: name } });
    if (isImpossible(changed)) throw new Problems(changed.problems);
    return { group: "engines", name, scenario: { ...scenario, health: changed.health } };
  });
}

function differences(own: Losses | undefined, other: Losses): Pick<ToldVariant, "capacityLost" | "requestsLost"> {
  if (own === undefined) return { capacityLost: null, requestsLost: null };
  const between = (a: readonly number[], b: readonly number[]) => estimateOf(b.map((value, year) => value - a[year]!))!;
  return { capacityLost: between(own.capacity, other.capacity), requestsLost: between(own.failed, other.failed) };
}
