import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { degreesAsKeys } from "@tokenyard/study";
import type { Recipe } from "./recipe.ts";

const NETWORKS = { "h100-sxm": "hgx-h100-ndr", "h200-sxm": "hgx-h100-ndr", b200: "hgx-b200-ndr" } as const;

/** The server of a recipe under its load; experts go by their law. */
export function recipeScenario({ model, precision, gpu, engine, flags, load }: Recipe): Scenario {
  const { atOnce, requests, promptTokens, outputTokens, sigma } = load;
  const lengths = (mean: number) => (sigma === undefined ? mean : { kind: "lognormal", mean, sigma, to: 8 * mean });
  const scenario = parseScenario({
    tokenyard: 1,
    model: precision === undefined ? model : { preset: model, precision },
    cluster: { gpu, network: NETWORKS[gpu] },
    engine: { name: engine, flags },
    workload: {
      kind: "closed",
      requests,
      concurrency: atOnce,
      promptTokens: lengths(promptTokens),
      outputTokens: lengths(outputTokens),
    },
    routing: { resolution: "law" },
    mostWork: "3000 s",
  });
  return degreesAsKeys(scenario);
}
