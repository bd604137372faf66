import type { Syntax } from "@tokenyard/expression";
import { metricOf, type Problem, type Scenario } from "@tokenyard/scenario";
import { type Impossible, isImpossible } from "../../points/point.ts";
import type { Asked } from "./asked.ts";
import type { Question } from "./question.ts";

/** What is asked that no plan of `scenarios` can have a value of: objectives, and constraints that hold only with one. */
export function valuelessProblems(
  { objectives, constraints }: Question,
  { subjectTo = [] }: Asked,
  scenarios: readonly (Scenario | Impossible)[],
): readonly Problem[] {
  const lacked = (path: Problem["path"], text: string, names: readonly string[]): readonly Problem[] => {
    const wanted = lacking(names, scenarios);
    return wanted === undefined ? [] : [{ path, given: text, wanted }];
  };
  return [
    ...objectives.flatMap(({ formula: { text, names } }, i) => lacked(["objectives", i], text, names)),
    ...constraints.flatMap(({ text, names, syntax }, i) =>
      needsAll(syntax) ? lacked(i < subjectTo.length ? ["subjectTo", i] : ["targets"], text, names) : [],
    ),
  ];
}

/** Whether a condition holds only where all its names have a value. */
function needsAll(syntax: Syntax): boolean {
  if (syntax.kind === "unary") return syntax.operator !== "not" && needsAll(syntax.operand);
  if (syntax.kind === "binary") return syntax.operator !== "or" && needsAll(syntax.left) && needsAll(syntax.right);
  return true;
}

/**
 * What the scenarios lack without which no plan of theirs has values of all `names`, such as a price; undefined where one of them may have
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

function lackedAt(path: string, { cluster, pools, serving }: Scenario): string | undefined {
  const gpus = pools?.map(({ gpu = cluster.gpu }) => gpu) ?? [cluster.gpu];
  const [section = "", key = ""] = path.split(".");
  const isOfMoney = section === "costUsdPerHour" || (section === "cost" && key.startsWith("usd"));
  if (isOfMoney) return gpus.some(({ cost }) => cost === undefined) ? "a price of the GPUs, such as cluster.gpu.cost: 2 USD/h" : undefined;
  if (section === "energy") {
    if (gpus.some(({ power }) => power === undefined)) return "the power of the GPUs, as cluster.gpu.power";
    const isOfCarbon = key.startsWith("grams") && cluster.site?.carbon === undefined;
    return isOfCarbon ? "the carbon of a kWh, as cluster.site.carbon" : undefined;
  }
  const isOfQueues = ["queueSeconds", "prefillSeconds", "itlSeconds", "goodput", "attainment", "kv"].includes(section);
  return isOfQueues && serving.scheduler.kind === "static"
    ? "requests that are served as they come, as serving.scheduler: continuous"
    : undefined;
}
