import type { Meaning, Scope, Vocabulary } from "@tokenyard/expression";
import { metricValue, type Report } from "@tokenyard/report";
import { knobOf, knobPaths, METRICS, metricOf, metricPaths, parseQuantity, type Scenario } from "@tokenyard/scenario";

/** Facts of the plan that may be named alone, as `ranks` for `plan.ranks`. */
const PLAN_FACTS = ["ranks", "nodes", "stages", "pipelineStages", "ranksPerStage", "ranksPerLayer", "parameters", "activeParameters"];

/** A quantity that follows from a scenario: slots of a layer beyond one for each expert, 0 if its placement has none. */
const SPARE_SLOTS = "spareSlots";

/** The metric of that name: as the scenario's targets name it, a path of the report, or a fact of the plan. */
function resultOf(name: string) {
  return metricOf(name) ?? (PLAN_FACTS.includes(name) ? metricOf(`plan.${name}`) : undefined);
}

/** Names that are known before a run: paths of the scenario, facts of the plan and its reserved memory. */
export const PLAN_WORDS: Vocabulary = {
  wanted: "a path of the scenario, or a fact of the plan: ranks, nodes, gpus, plan.…, memory.reserved, memory.planned …",
  meaningOf: (name) => scenarioMeaning(name) ?? (isPlanWord(name) ? metricMeaning(name) : undefined),
  names: () => [...scenarioNames(), SPARE_SLOTS, "gpus", ...PLAN_FACTS, ...metricPaths().filter(isPlanWord)],
};

/** Names that are known after a run: metrics, paths of the report, and the names from before the run. */
export const RESULT_WORDS: Vocabulary = {
  wanted: "a metric, a path of the report, or a path of the scenario",
  meaningOf: (name) => metricMeaning(name) ?? scenarioMeaning(name),
  names: () => [...METRICS.map(({ name }) => name), ...PLAN_FACTS, ...metricPaths(), SPARE_SLOTS, ...scenarioNames()],
};

/** Whether `name` is known of a plan without a run, though not written in the scenario: for memory the reserved size, not the used one. */
export function isPlanWord(name: string): boolean {
  return (
    name === "gpus" || PLAN_FACTS.includes(name) || /^(plan\.|memory\.(weights|kvReserved|workspace|planned|reserved|limit)$)/.test(name)
  );
}

function metricMeaning(name: string): Meaning | undefined {
  const metric = resultOf(name);
  return metric && { type: "number", unit: metric.unit, range: metric.range };
}

/** Whether `name` is chosen with a scenario, and no result of a run. */
export function isChosen(name: string): boolean {
  return name === SPARE_SLOTS || (resultOf(name) === undefined && knobOf(name)?.type === "number");
}

function scenarioNames(): string[] {
  return knobPaths().filter((path) => scenarioMeaning(path) !== undefined);
}

function scenarioMeaning(name: string): Meaning | undefined {
  if (name === SPARE_SLOTS) return { type: "number", unit: "" };
  const knob = knobOf(name);
  if (knob === undefined || knob.type === "other" || knob.type === "own") return undefined;
  return knob.type === "number" ? { type: "number", unit: knob.unit } : { type: knob.type };
}

/** Values of RESULT_WORDS in a report; scenario paths are read from the scenario that it carries. */
export function resultScope(report: Report): Scope {
  return (name) => {
    const metric = resultOf(name);
    if (metric !== undefined) return metricValue(report, metric);
    return scenarioValue(report.scenario.resolved, name);
  };
}

/** Values of scenario paths; `planValue` gives those that take the plan to be made. */
export function scenarioScope(scenario: Scenario, planValue: (path: string) => number | null): Scope {
  const isOfScenario = (name: string) => name === SPARE_SLOTS || knobOf(name) !== undefined;
  return (name) => (isOfScenario(name) ? scenarioValue(scenario, name) : planValue(resultOf(name)?.path ?? name));
}

/** Value at a dotted path, checked or as text with a unit; the kind of a choice, the number of a fixed count. */
function scenarioValue(tree: unknown, path: string): number | string | boolean | null {
  if (path === SPARE_SLOTS) return spareSlotsOf(tree as Scenario);
  let value = tree;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  const knob = knobOf(path);
  if (typeof value === "object" && value !== null) {
    const { kind, value: fixed } = value as { kind?: unknown; value?: unknown };
    if (knob?.type === "number" && kind === "fixed" && typeof fixed === "number") return fixed;
    return knob?.type === "text" && typeof kind === "string" ? kind : null;
  }
  if (typeof value === "string" && knob?.type === "number" && knob.unit !== "") {
    const parsed = parseQuantity(value, knob.unit);
    return typeof parsed === "number" ? parsed : null;
  }
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean" ? value : null;
}

/** Spare slots of the layer that has most; null in a model without experts. */
function spareSlotsOf({ model, routing }: Pick<Scenario, "model" | "routing">): number | null {
  if (model.experts === undefined) return null;
  const { placement } = routing ?? {};
  if (placement?.kind === "redundant") return placement.spareSlots;
  if (placement?.kind !== "map") return 0;
  const slots = placement.layers.map((ranks) => ranks.reduce((sum, held) => sum + held.length, 0));
  return Math.max(...slots) - model.experts.count;
}
