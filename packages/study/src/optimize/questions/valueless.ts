import { metricOf, type Scenario } from "@tokenyard/scenario";
import type { Objective } from "../../objective.ts";
import { type Impossible, isImpossible } from "../../points/point.ts";

/**
 * What the scenarios lack without which no plan of theirs has a value of `objective`, such as a price; undefined where one of them may have
 * one. Static batches are dealt before they run: nothing waits in a queue.
 */
export function lacking({ formula }: Objective, scenarios: readonly (Scenario | Impossible)[]): string | undefined {
  const possible = scenarios.filter((scenario): scenario is Scenario => !isImpossible(scenario));
  for (const name of formula.names) {
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
