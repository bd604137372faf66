import { writeFileSync } from "node:fs";
import { loadScenarioFile, simulate } from "tokenyard";
import { DEPLOYMENTS, type Deployment } from "./deployments.ts";
import { deploymentsPage } from "./deployments-page.ts";

// Simulates published deployments and writes docs/accuracy/deployments.md: pnpm accuracy:deployments, from the root; some minutes.

/** Tokens a second and GPU of what was published. */
export function rateOf({ name, counts }: Deployment): number {
  const { tokens, horizonSeconds, gpus } = simulate(loadScenarioFile(`bench/accuracy/deployments/${name}.yaml`).scenario);
  return tokens[counts] / horizonSeconds / gpus;
}

writeFileSync("docs/accuracy/deployments.md", deploymentsPage(new Map(DEPLOYMENTS.map((each) => [each, rateOf(each)]))));
