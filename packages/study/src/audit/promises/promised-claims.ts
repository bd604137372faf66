import type { PromiseSpec, Scenario } from "@tokenyard/scenario";
import type { AuditedClaim } from "../audited-claim.ts";
import type { Statement } from "../claims/configuration.ts";
import { statedClaim } from "../claims/statement.ts";
import type { Reading } from "../questions/case.ts";
import type { Runs } from "../questions/runs.ts";
import { judged } from "./judged.ts";

/** What `scenario` promises of its resilience, each under every reading: by where experts lie, or by one run that a fault strikes. */
export async function promisedClaims(scenario: Scenario, readings: readonly Reading[], runs: Runs): Promise<AuditedClaim[]> {
  const promises = Object.entries(scenario.deployment?.promises ?? {});
  return Promise.all(
    promises.map(async ([id, spec]) =>
      statedClaim(
        await Promise.all(
          readings.map(async ([name, set]) => [name, await statementOf(id, spec, { ...set, ...spec.given }, runs)] as const),
        ),
      ),
    ),
  );
}

async function statementOf(id: string, { text, section, promise }: PromiseSpec, parameters: Reading[1], runs: Runs): Promise<Statement> {
  return { id: `promise.${id}`, text, section: section ?? "promises", ...(await judged(promise, parameters, runs)) };
}
