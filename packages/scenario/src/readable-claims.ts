import { checked } from "./check.ts";
import { frozen } from "./frozen.ts";
import { type Place, type Problem, Problems } from "./problems/problem.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";

/**
 * Readable parts of the claims, and the deployment, of a scenario with problems, so that their own problems can be reported together with
 * those.
 */
export interface ReadableClaims {
  /** Every claim in its place. */
  readonly claims: NonNullable<Scenario["claims"]>;
  /** Deployment of the scenario; undefined if that section has problems. */
  readonly deployment: Scenario["deployment"];
  /** The scenario with these, where nothing else in it is wrong. */
  readonly scenario: Scenario | undefined;
  /** Indexes of claims that are wrong in themselves: they have no more than id and value here. */
  readonly wrong: ReadonlySet<number>;
  /** Place of the value at `path`. `loadScenario` provides it. */
  readonly locate?: (path: Problem["path"]) => Place | undefined;
}

/** The mistakes of a scenario. */
export class ScenarioProblems extends Problems {
  /** Readable parts of its claims. */
  readonly readableClaims: () => ReadableClaims | undefined;

  constructor(problems: readonly Problem[], readableClaims: ScenarioProblems["readableClaims"]) {
    super(problems);
    this.readableClaims = readableClaims;
  }
}

interface ClaimTree {
  readonly id?: unknown;
  readonly claimed?: unknown;
}

/** Readable parts of the claims in `tree`, which has `problems`; undefined without a list of claims. */
export function readableClaims(tree: unknown, problems: readonly Problem[]): ReadableClaims | undefined {
  const { claims, deployment, ...others } = (tree ?? {}) as { readonly claims?: unknown; readonly deployment?: unknown };
  if (!Array.isArray(claims)) return undefined;
  const isWrong = (at: number, ...keys: (string | undefined)[]) =>
    problems.some(({ path }) => path[0] === "claims" && path[1] === at && keys.includes(path[2] as string | undefined));
  const wrong = new Set<number>();
  const doubled = new Set<number>();
  let isDeploymentWrong = false;
  let isRestWrong = false;
  for (const { path } of problems) {
    const [section, at, key] = path;
    if (section === "deployment") isDeploymentWrong = true;
    else if (section !== "claims") isRestWrong = true;
    else if (typeof at !== "number") return undefined;
    else if (key === "id" && claims.some((each, i) => i < at && isSameId(each, claims[at]) && !isWrong(i, undefined, "id")))
      doubled.add(at);
    else wrong.add(at);
  }
  const kept = claims.map((claim: unknown, at) => {
    if (!wrong.has(at) && !doubled.has(at)) return claim;
    const { id, claimed } = (claim ?? {}) as ClaimTree;
    const named = { id: isWrong(at, undefined, "id") ? `claim-${at}-of-${claims.length}` : id };
    if (!wrong.has(at)) return { ...(claim as object), ...named };
    return { ...named, text: "-", claimed: isWrong(at, undefined, "claimed") ? 1 : claimed, metric: "gpus" };
  });
  const parts = { claims: kept, ...(isDeploymentWrong || deployment === undefined ? {} : { deployment }) };
  if (isRestWrong) return partsAlone(parts, wrong);
  const result = checked({ ...others, ...parts });
  if (!("scenario" in result)) return undefined;
  const scenario = frozen(result.scenario);
  return { claims: scenario.claims!, deployment: scenario.deployment, scenario, wrong };
}

/** The claims and the deployment alone, when the rest cannot be read. */
function partsAlone(
  parts: { readonly claims: unknown; readonly deployment?: unknown },
  wrong: ReadonlySet<number>,
): ReadableClaims | undefined {
  const { shape } = scenarioSchema;
  const claims = shape.claims.safeParse(parts.claims, { jitless: true });
  const deployment = shape.deployment.safeParse(parts.deployment, { jitless: true });
  return claims.success && deployment.success
    ? { claims: claims.data!, deployment: deployment.data, scenario: undefined, wrong }
    : undefined;
}

function isSameId(a: unknown, b: unknown): boolean {
  const id = (a as ClaimTree | null)?.id;
  return typeof id === "string" && id === (b as ClaimTree | null)?.id;
}
