import { checked } from "./check.ts";
import { frozen } from "./frozen.ts";
import { type Place, type Problem, Problems } from "./problems/problem.ts";
import type { Scenario } from "./schema/scenario.ts";

/** A scenario of which nothing but claims, or its deployment, is wrong: what else is wrong with the other claims can be told with that. */
export interface ReadableClaims {
  /** With every claim in its place. */
  readonly scenario: Scenario;
  /** Indexes of claims that are wrong in themselves: of them the scenario has no more than id and value. */
  readonly wrong: ReadonlySet<number>;
  /** The place of what stands at `path`. `loadScenario` gives it. */
  readonly locate?: (path: Problem["path"]) => Place | undefined;
}

/** The mistakes of a scenario. */
export class ScenarioProblems extends Problems {
  /** What can be read of its claims, where nothing else is wrong. */
  readonly readableClaims: () => ReadableClaims | undefined;

  constructor(problems: readonly Problem[], readableClaims: ScenarioProblems["readableClaims"]) {
    super(problems);
    this.readableClaims = readableClaims;
  }
}

/** What can be read of the claims in `tree`, which has `problems`; undefined where something else is wrong. */
export function readableClaims(tree: unknown, problems: readonly Problem[]): ReadableClaims | undefined {
  const { claims, deployment, ...others } = (tree ?? {}) as { readonly claims?: unknown; readonly deployment?: unknown };
  const wrong = new Set<number>();
  const doubled = new Set<number>();
  let isDeploymentWrong = false;
  for (const { path, wanted } of problems) {
    const [section, at, key] = path;
    if (section === "deployment") isDeploymentWrong = true;
    else if (section !== "claims" || typeof at !== "number") return undefined;
    else if (key === "id" && wanted.startsWith("an id of its own")) doubled.add(at);
    else wrong.add(at);
  }
  if (!Array.isArray(claims)) return undefined;
  const kept = claims.map((claim: unknown, at) => {
    if (!wrong.has(at) && !doubled.has(at)) return claim;
    const { id, claimed } = (claim ?? {}) as { readonly id?: unknown; readonly claimed?: unknown };
    const isFine = (...keys: string[]) =>
      !problems.some(({ path }) => path[0] === "claims" && path[1] === at && keys.includes(`${path[2]}`));
    const named = { id: isFine("undefined", "id") ? id : `claim-${at}-of-${claims.length}` };
    if (!wrong.has(at)) return { ...(claim as object), ...named };
    return { ...named, text: "-", claimed: isFine("undefined", "claimed") ? claimed : 1, metric: "gpus" };
  });
  const result = checked({ ...others, claims: kept, ...(isDeploymentWrong || deployment === undefined ? {} : { deployment }) });
  return "scenario" in result ? { scenario: frozen(result.scenario), wrong } : undefined;
}
