import { availabilityConclusion, type StudyConclusion } from "@tokenyard/report";
import { type Cause, closedFormula, type FailureRate, type Fleet, faultProblems } from "@tokenyard/resilience";
import { hashOf, Problems, type ReadPieces, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { VERSION } from "@tokenyard/simulator";
import type { Point, YearsAsked } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, StopSignal } from "../runners/runner.ts";
import { type Estimate, estimateOf } from "../statistics/estimate.ts";
import { casesOf, poolsIn } from "../years/cases.ts";
import { withoutRequests } from "../years/fleet-of.ts";
import { ratesOf } from "../years/rates.ts";
import type { Variant } from "../years/variants.ts";
import { accountIn, type YearAccount, type YearAccounts } from "../years/year-accounts.ts";
import { YEAR_NS } from "../years/years.ts";
import { extentProblems } from "./extent.ts";
import { formulaGaps } from "./formula-gaps.ts";
import { type Losses, lossesOf, type Outcome, outcomeOf } from "./outcome.ts";
import { type ReportedTraffic, trafficOf } from "./traffic-of.ts";

export interface AvailabilityOptions {
  /** Years to draw; 200 when none are given. */
  readonly years?: number;
  /** False: only the plan, without changes to it, and other engines. */
  readonly variants?: boolean;
  /** Runner of the years, and of the one run that shows how many requests are served at once; by default this thread. */
  readonly runner?: Runner;
  readonly readPieces?: ReadPieces;
  readonly signal?: StopSignal;
  /** Lets others have the thread for a moment. */
  pause?(): Promise<unknown>;
  onProgress?(ended: number, most: number): void;
}

/** Result of a plan over years. Plain data, the same for the same question. */
export interface Availability {
  readonly tokenyard: 1;
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly seed: number;
  /** Share that serves, the largest cause of loss, and the change that helps most. */
  readonly conclusion: StudyConclusion;
  readonly years: number;
  readonly gpus: number;
  readonly nodes: number;
  readonly replicas: number;
  /** Mean hours from one failure of anything to the next; null: nothing fails. */
  readonly hoursBetween: number | null;
  readonly rates: readonly ReportedRate[];
  readonly traffic: ReportedTraffic | null;
  readonly assumed: readonly string[];
  /** The values of `assumed`, by path. */
  readonly assumedValues: Readonly<Record<string, string>>;
  /** Entries of the scenario's faults that do not count, each with the reason. */
  readonly leftOut: readonly string[];
  /** Warnings where the closed formula and the drawn years disagree beyond chance. */
  readonly warnings: readonly string[];
  /** Null for a plan that does not state its reaction to faults. */
  readonly own: Outcome | null;
  readonly variants: readonly ReportedVariant[];
  /** The plan with the default behaviour of each engine. */
  readonly engines: readonly ReportedVariant[];
}

export interface ReportedRate {
  readonly cause: Cause;
  readonly count: number;
  readonly hours: number;
  readonly perYear: number;
  /** Index of the fault of the scenario that states the rate; undefined: its availability does. */
  readonly entry?: number;
}

export interface ReportedVariant {
  readonly group: Variant["group"] | "engines";
  readonly name: string;
  readonly outcome: Outcome;
  /** Additional loss compared with the plan's own, year by year. Null if there is none. */
  readonly capacityLost: Estimate | null;
  readonly requestsLost: Estimate | null;
}

const YEARS = 200;
const YEAR_HOURS = 8760;
/** Years of a point. */
const YEARS_EACH = 4;

/**
 * Effects of years on `scenario`: the serving share of time and plan, and the fates of requests, by a closed formula and over years drawn
 * from the scenario's seed; and the effects of changes to its detectors, reactions and spares, in the same years. Undefined once it was
 * stopped. Throws Problems of the scenario.
 */
export async function availability(given: Scenario, options: AvailabilityOptions = {}): Promise<Availability | undefined> {
  const { years: count = YEARS, variants = true, readPieces, runner = inProcessRunner({ readPieces }), signal } = options;
  const { sweep: _, claims: __, ...bare } = given;
  const scenario = bare as Scenario;
  const plan = withoutRequests(scenario);
  const { fleets, all } = casesOf(plan, variants);
  const plans = fleets.map((fleet) => fleet.plan);
  const failures = fleets.map((fleet) => ratesOf(scenario, fleet));
  const rates = together(failures.map((each) => each.rates));
  const perHour = rates.reduce((sum, { count: machines, hours }) => sum + machines / hours, 0);
  const problems = [
    ...faultProblems(scenario, plans).filter(({ path }) => path[0] === "faults" || path[0] === "communication"),
    ...extentProblems(perHour * YEAR_HOURS, count, all.length),
  ];
  if (problems.length > 0) throw new Problems(problems);
  const traffic = await trafficOf(scenario, runner, signal === undefined ? {} : { signal });
  if (signal?.aborted) return undefined;
  const served = traffic === undefined ? null : servedOf(traffic);
  const points = yearPoints(plan, count, { variants, traffic: served });
  const accounts = await accountsOf(points, all.length, count, { ...options, runner });
  if (accounts === undefined) return undefined;
  const found = all.map((each, i) => {
    const { group, name } = each;
    const formula = closedFormula(poolsIn(each, "formula").map((pool, at) => ({ ...pool, rates: failures[at]!.rates })));
    return {
      group,
      name,
      outcome: outcomeOf(accounts[i]!, YEAR_NS, formula, traffic !== undefined),
      losses: lossesOf(accounts[i]!, YEAR_NS),
    };
  });
  const own = found.find(({ group }) => group === "own");
  const others = found.flatMap(({ group, name, outcome, losses }): ReportedVariant[] =>
    group === "own" ? [] : [{ group, name, outcome, ...differences(own?.losses, losses) }],
  );
  const variantsOf = {
    variants: others.filter(({ group }) => group !== "engines"),
    engines: others.filter(({ group }) => group === "engines"),
  };
  const { assumed, assumedValues, leftOut } = failures[0]!; // they are the same in all pools
  const said = { assumed, assumedValues, leftOut };
  return {
    tokenyard: 1,
    version: VERSION,
    scenario: { name: scenario.name, hash: hashOf(resolvedOf(scenario)) },
    seed: scenario.seed,
    conclusion: availabilityConclusion({ years: count, own: own?.outcome ?? null, ...variantsOf }),
    years: count,
    ...machinesOf(plans),
    hoursBetween: perHour === 0 ? null : 1 / perHour,
    rates: rates
      .filter(({ hours }) => hours < Number.POSITIVE_INFINITY)
      .map(({ cause, count: machines, hours, drawn }) => ({
        cause,
        count: machines,
        hours,
        perYear: (machines / hours) * YEAR_HOURS,
        ...(drawn === undefined ? {} : { entry: drawn.entry }),
      })),
    traffic: traffic ?? null,
    ...said,
    warnings: own === undefined ? [] : formulaGaps(own.outcome),
    own: own?.outcome ?? null,
    ...variantsOf,
  };
}

function machinesOf(plans: readonly Fleet["plan"][]) {
  const sum = (of: (plan: Fleet["plan"]) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  return { gpus: sum(({ ranks }) => ranks), nodes: sum(({ nodes }) => nodes), replicas: sum(({ replicas }) => replicas) };
}

function servedOf({ perSecond, inFlight, inFlightOf }: ReportedTraffic): NonNullable<YearsAsked["traffic"]> {
  return { perSecond, inFlight, ...(inFlightOf === undefined ? {} : { inFlightOf }) };
}

/** The rates of all pools: those of a cause, or of an entry of the scenario's faults, are one rate of more machines. */
function together(pools: readonly (readonly FailureRate[])[]): FailureRate[] {
  const sums = (at: number) => pools.reduce((sum, rates) => sum + rates[at]!.count, 0);
  return pools[0]!.map((rate, at) => ({ ...rate, count: sums(at) }));
}

/** The points of `count` years, some in each. */
function* yearPoints(scenario: Scenario, count: number, asked: Pick<YearsAsked, "variants" | "traffic">): Generator<Point> {
  for (let from = 0, index = 0; from < count; from += YEARS_EACH, index++)
    yield { index, parameters: {}, scenario, years: { ...asked, from, count: Math.min(YEARS_EACH, count - from) } };
}

/** [cases][years] What the runner makes of `points`; undefined once it was stopped. */
async function accountsOf(
  points: Iterable<Point>,
  cases: number,
  years: number,
  { runner, signal, pause, onProgress }: AvailabilityOptions & { readonly runner: Runner },
): Promise<YearAccount[][] | undefined> {
  const all = Array.from({ length: cases }, (): YearAccount[] => []);
  onProgress?.(0, years * cases);
  for await (const row of runner.run(points, signal === undefined ? {} : { signal }) as AsyncIterable<PointResult<YearAccounts>>) {
    if (row.status !== "ok") throw new Error(row.reason);
    for (const [i, some] of row.report.accounts.entries()) all[i]!.push(...some.map(accountIn));
    onProgress?.(all[0]!.length * cases, years * cases);
    await pause?.();
  }
  return signal?.aborted ? undefined : all;
}

function differences(own: Losses | undefined, other: Losses): Pick<ReportedVariant, "capacityLost" | "requestsLost"> {
  if (own === undefined) return { capacityLost: null, requestsLost: null };
  const between = (a: readonly number[], b: readonly number[]) => estimateOf(b.map((value, year) => value - a[year]!))!;
  return { capacityLost: between(own.capacity, other.capacity), requestsLost: between(own.failed, other.failed) };
}
