import type { Syntax } from "@tokenyard/expression";
import { metricOf, type Problem, type Scenario } from "@tokenyard/scenario";
import { type Impossible, isImpossible } from "../../points/point.ts";
import type { Asked } from "./asked.ts";
import type { Question } from "./question.ts";

/** A number that is wanted, or a condition. */
export interface Wanted {
  /** Where it is asked for. */
  readonly path: Problem["path"];
  readonly text: string;
  readonly names: readonly string[];
  /** Of a condition: it may hold without some of its names. */
  readonly syntax?: Syntax;
}

/** What is asked of `scenarios` that none of their runs can have a value of. */
export function valuelessProblems(wanted: readonly Wanted[], scenarios: readonly (Scenario | Impossible)[]): readonly Problem[] {
  return wanted.flatMap(({ path, text, names, syntax }) => {
    if (syntax !== undefined && !needsAll(syntax)) return [];
    const lacked = lacking(names, scenarios);
    return lacked === undefined ? [] : [{ path, given: text, wanted: lacked }];
  });
}

/** What a search asks for, each at its place. */
export function wantedBy({ objectives, constraints }: Question, { subjectTo = [] }: Asked): readonly Wanted[] {
  return [
    ...objectives.map(({ formula: { text, names } }, i) => ({ path: ["objectives", i], text, names })),
    ...constraints.map((each, i) => ({ ...each, path: i < subjectTo.length ? ["subjectTo", i] : ["targets"] })),
  ];
}

/** Whether a condition holds only where all its names have a value. */
function needsAll(syntax: Syntax): boolean {
  if (syntax.kind === "unary") return syntax.operator !== "not" && needsAll(syntax.operand);
  if (syntax.kind === "binary") return syntax.operator !== "or" && needsAll(syntax.left) && needsAll(syntax.right);
  return true;
}

/**
 * What the scenarios lack without which no run of theirs has values of all `names`, such as a price; undefined where one of them may have
 * them. Static batches are dealt before they run: nothing waits in a queue.
 */
function lacking(names: readonly string[], scenarios: readonly (Scenario | Impossible)[]): string | undefined {
  const possible = scenarios.filter((scenario): scenario is Scenario => !isImpossible(scenario));
  for (const name of names) {
    const path = metricOf(name)?.path ?? name;
    const lacked = possible.map((scenario) => lackedAt(path, scenario));
    if (lacked.length > 0 && lacked.every((each) => each !== undefined)) return lacked[0];
  }
  return undefined;
}

function lackedAt(path: string, scenario: Scenario): string | undefined {
  const { cluster, pools, serving, model, workload, ...rest } = scenario;
  const gpus = pools?.map(({ gpu = cluster.gpu }) => gpu) ?? [cluster.gpu];
  const [section = "", key = ""] = path.split(".");
  const isOfMoney = section === "costUsdPerHour" || (section === "cost" && key.startsWith("usd"));
  if (isOfMoney) return gpus.some(({ cost }) => cost === undefined) ? "a price of the GPUs, such as cluster.gpu.cost: 2 USD/h" : undefined;
  if (section === "energy") {
    if (gpus.some(({ power }) => power === undefined)) return "the power of the GPUs, as cluster.gpu.power";
    const isOfCarbon = key.startsWith("grams") && cluster.site?.carbon === undefined;
    return isOfCarbon ? "the carbon of a kWh, as cluster.site.carbon" : undefined;
  }
  const isOfExperts = section === "balance" || path.endsWith("/ tokens.routed");
  if (isOfExperts && model.experts === undefined) return "a model with experts, as model.experts";
  const speaksOfFaults = rest.faults !== undefined || rest.health !== undefined || rest.spares !== undefined;
  if (section === "faults" && !speaksOfFaults) return "something that breaks, as faults";
  if (section === "pools" || section === "transfers") return pools === undefined ? "pools for prefill and decode, as pools" : undefined;
  if (section === "classes") return lackedClass(key, "classes" in workload ? (workload.classes?.length ?? 0) : 0);
  const isOfQueues = ["queueSeconds", "prefillSeconds", "itlSeconds", "goodput", "attainment", "kv"].includes(section);
  return isOfQueues && serving.scheduler.kind === "static"
    ? "requests that are served as they come, as serving.scheduler: continuous"
    : undefined;
}

/** A report tells of classes where there are several. */
function lackedClass(key: string, classes: number): string | undefined {
  if (classes < 2) return "several classes of requests, as workload.classes";
  return Number(key) < classes ? undefined : `one of the ${classes} classes, from classes.0 to classes.${classes - 1}`;
}
