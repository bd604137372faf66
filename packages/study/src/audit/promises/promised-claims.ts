import type { PromiseSpec, Scenario } from "@tokenyard/scenario";
import { isImpossible, type Parameters } from "../../points/point.ts";
import type { Statement } from "../claims/configuration.ts";
import type { Runs } from "../questions/runs.ts";
import type { AuditedClaim } from "../verdicts/audited-claim.ts";
import type { Reading } from "../verdicts/case.ts";
import { statedClaim } from "../verdicts/statement.ts";
import { judged } from "./judged.ts";
import { policiesFor } from "./policies.ts";

/**
 * Promises of `scenario` about its resilience, each under every reading: by the placement of experts, or by one run with a fault. A promise
 * that fails under all readings is tried again with policies that the plan does not state, unless `ranges` is false: then it depends on
 * those that make it hold.
 */
export async function promisedClaims(
  scenario: Scenario,
  readings: readonly Reading[],
  runs: Runs,
  ranges: boolean,
): Promise<AuditedClaim[]> {
  const promises = Object.entries(scenario.deployment?.promises ?? {});
  return Promise.all(
    promises.map(async ([id, spec]) => {
      const stated = await Promise.all(
        readings.map(async ([name, set]) => [name, await statementOf(id, spec, { ...set, ...spec.given }, runs)] as const),
      );
      const isLost = stated.every(([, { verdict }]) => verdict === "fails");
      if (!isLost || !ranges) return statedClaim(stated);
      const [name, first] = stated[0]!;
      const searched = await withPolicies(first, spec, { ...readings[0]![1], ...spec.given }, runs);
      return statedClaim([[name, searched], ...stated.slice(1)]);
    }),
  );
}

async function statementOf(id: string, { text, section, promise }: PromiseSpec, parameters: Reading[1], runs: Runs): Promise<Statement> {
  return { id: `promise.${id}`, text, section: section ?? "promises", ...(await judged(promise, parameters, runs)) };
}

/** `failed`, or the policies that it depends on; all policies are tried. */
async function withPolicies(failed: Statement, { promise }: PromiseSpec, parameters: Parameters, runs: Runs): Promise<Statement> {
  const scenario = runs.scenarioAt(parameters);
  const policies = isImpossible(scenario) ? [] : policiesFor(promise, scenario);
  if (policies.length === 0) return failed;
  const found = await Promise.all(
    policies.map(async ({ name, set }) => ({ name, ...(await judged(promise, { ...parameters, ...set }, runs)) })),
  );
  const holds = found.filter(({ verdict }) => verdict === "holds");
  const searched = { tried: policies.map(({ name }) => name), holds: holds.map(({ name }) => name) };
  const [best] = holds;
  if (best === undefined) return { ...failed, policies: searched };
  const others = holds.length === 1 ? "" : `, and with ${holds.length - 1} more of ${policies.length} policies that were searched`;
  const fails = failed.because.replace(/\.$/, "");
  const because = `${fails}; but it holds with ${best.name}, which the plan does not state${others}: ${lowered(best.because)}`;
  return { ...failed, verdict: "depends", because, policies: searched };
}

function lowered(sentence: string): string {
  return `${sentence[0]!.toLowerCase()}${sentence.slice(1)}`;
}
