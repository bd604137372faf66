import { counted } from "@tokenyard/scenario";
import type { Audit } from "../audit.ts";
import { amount } from "../claims/amount-text.ts";
import type { AuditedClaim } from "../verdicts/audited-claim.ts";

/** How sure a claim is on a real server; nothing where that is not known. */
export function realText({ probability, regret }: Pick<AuditedClaim, "probability" | "regret">): string[] {
  if (probability === undefined) return [];
  const lost = regret == null ? "" : `, and is off by ${amount(regret, "%")} in the mean where it does not`;
  return [`on a real server it holds with ${whole(probability)}${lost}, by seeds and measured runs like this plan`];
}

/** Certainty on a real server, and the gain from a measured run. */
export function realSentence({ real }: Pick<Audit, "real">): string[] {
  if (real === undefined) return [];
  const { claims, chance, measured } = real;
  const which =
    claims === 1
      ? "the claim whose number has a measured error holds"
      : `the ${counted(claims, "claim")} whose numbers have a measured error hold together`;
  const more =
    measured === null ? "" : `; a measured run of it, given to tokenyard calibrate, would make that sure to ${whole(measured)} in the mean`;
  return [`On a real server ${which} with ${whole(chance)}, by measured runs like this plan${more}.`];
}

/** Probabilities are known to within a point. Source: docs/models/model-error.md#two-plans. */
function whole(probability: number): string {
  return amount(Math.round(100 * probability) / 100, "%");
}
