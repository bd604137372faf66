import { hashOf, type Problem, Problems, type ReadPieces, type Scenario, shorten } from "@tokenyard/scenario";
import { axisOf } from "../../points/axis.ts";
import { isImpossible, type ParameterValue, type Point } from "../../points/point.ts";
import { scenarioChanger } from "../../points/scenario-changer.ts";
import { tried } from "../../points/tried.ts";
import type { Vary } from "../../points/vary.ts";
import { sweepPoints } from "../../sweep/sweep.ts";
import { alternativesOf } from "./alternative.ts";
import { type DecidedPath, decidedPaths, instead } from "./decided.ts";
import { degreesAsKeys } from "./degrees-as-keys.ts";
import { withSearchedOver } from "./searched-over.ts";
import type { SpaceOptions } from "./space.ts";

/** Options that limit a search, or widen it. */
export interface PlaceOptions {
  /** Most GPUs that a plan may have; 1024 when none is given. */
  readonly maxGpus?: number;
  /** Values for the parameters of a search instead of its own; and other paths to search. */
  readonly vary?: Vary;
  /** Reads the tables that varied paths name, and traces. */
  readonly readPieces?: ReadPieces;
}

const MOST_GPUS = 1024;

/** The scenario that is searched, without sections on studies, and its varied paths. Throws Problems of `optimize.over`. */
export function searchedOf(scenario: Scenario, { vary, readPieces }: PlaceOptions): { readonly own: Scenario; readonly vary: Vary } {
  const { sweep: _, optimize: __, ...given } = scenario;
  return { own: degreesAsKeys(given, readPieces), vary: withSearchedOver(scenario, vary) };
}

/** Scenarios among whose plans is chosen, and which plans. */
export interface SearchPlace {
  /** Each once; the given one first, if it is among them. */
  readonly variants: readonly Point[];
  readonly space: SpaceOptions;
  /** Whether the given one is among them. */
  readonly hasOwn: boolean;
}

/** The place of a search for plans of `scenario`. Throws Problems of `vary`, or when there are no plans. */
export function searchPlaceOf(scenario: Scenario, { vary = {}, maxGpus = MOST_GPUS, readPieces }: PlaceOptions): SearchPlace {
  const problems: Problem[] = [];
  const only: Partial<Record<DecidedPath, readonly ParameterValue[]>> = {};
  const others: Record<string, Vary[string]> = {};
  const decidable = decidedPaths(scenario);
  for (const [path, given] of Object.entries(vary)) {
    const decided = decidable.find((each) => each === path);
    const better = decided === undefined ? instead(path, decidable) : [];
    const wanted = `what a search decides, path by path: ${better.join(", ")}`;
    if (better.length > 0) problems.push({ path: ["vary", path], given: valuesText(given), wanted });
    else if (decided === undefined) others[path] = given;
    else only[decided] = tried(problems, () => decidedValues(scenario, decided, given)) ?? [];
  }
  const isAlone = Object.keys(others).length === 0;
  const made = isAlone
    ? [{ index: 0, parameters: {}, scenario }]
    : tried(problems, () => [...sweepPoints(scenario, { vary: others }, readPieces)]);
  if (problems.length > 0) throw new Problems(problems);
  const { variants, hasOwn } = eachOnce(scenario, made ?? []);
  const space: SpaceOptions = { maxGpus, only };
  const first = variants[0]?.scenario;
  if (first !== undefined && !isImpossible(first)) {
    const choices = alternativesOf(first, space);
    choices.next(); // its own
    choices.next(); // of the space, if there is one
  }
  return { variants, space, hasOwn };
}

/** The first of `points` that have equal scenarios, as those of values which an engine bounds alike; that of `own` before the others. */
function eachOnce(own: Scenario, points: readonly Point[]): Pick<SearchPlace, "variants" | "hasOwn"> {
  const ownKey = keyOf(own);
  const byKey = new Map<string, Point>();
  for (const point of points) {
    const key = isImpossible(point.scenario) ? `impossible ${point.index}` : keyOf(point.scenario);
    if (!byKey.has(key)) byKey.set(key, point);
  }
  const first = byKey.get(ownKey);
  byKey.delete(ownKey);
  return { variants: [...(first === undefined ? [] : [first]), ...byKey.values()], hasOwn: first !== undefined };
}

/** All that runs of a scenario depend on. */
function keyOf(scenario: Scenario): string {
  const { engine } = scenario;
  return hashOf({ ...scenario, assumed: [], ...(engine === undefined ? {} : { engine: { ...engine, set: {} } }) });
}

function valuesText(given: Vary[string]): string {
  return typeof given === "string" ? given : shorten(given);
}

function decidedValues(scenario: Scenario, path: DecidedPath, given: Vary[string]): readonly ParameterValue[] {
  const axis = axisOf(path, given);
  if (!("values" in axis))
    throw new Problems([{ path: ["vary", path], given: valuesText(given), wanted: "values, or a range with a step" }]);
  if (axis.values.some((value) => /^\s*[{[]/.test(typeof value === "string" ? value : JSON.stringify(value))))
    throw new Problems([
      { path: ["vary", path], given: valuesText(given), wanted: "numbers or names; what else they need, in the scenario" },
    ]);
  const change = scenarioChanger(scenario);
  const problems = axis.values.map((value) => change({ [path]: value })).flatMap((made) => (isImpossible(made) ? made.problems : []));
  if (problems.length > 0) throw new Problems(problems);
  return axis.values;
}
